import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import { objectPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isExpired, leaseSpec, readLease, type LeaseObservation } from '../../domain/kube/lease.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import { isConflict, isNotFound } from '../../domain/kube/status-error.ts';
import { findObject } from './find-object.ts';
import { createObject, deleteObject } from './write-object.ts';

/** A lock that runs on several computers respect. */
export interface LeaseRequest {
  readonly namespace: string;
  readonly name: string;
  /** Names this run for a reader, and no other run. */
  readonly owner: string;
  /** Milliseconds to wait for a live owner. */
  readonly patience: number;
  /** Seconds after which a Lease that is not renewed may be taken. */
  readonly durationSeconds?: number;
}

export interface LeasePorts {
  readonly cluster: Cluster;
  readonly log: Log;
  readonly sleep: Sleep;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls a function again and again; returns how to stop it. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
}

const usualDuration = 15;
const pollEvery = 500;
const renewalsPerDuration = 3;

/**
 * Does something while this run holds a Lease, which is deleted at the end. A Lease that its owner no longer renews is
 * taken over; for a live owner this waits.
 * @param use gets a signal that is aborted when another run took the Lease
 * @throws TaskError `timeout` naming the live owner, ClusterStatusError
 */
export async function withLease<T>(
  request: LeaseRequest,
  ports: LeasePorts,
  use: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const acquired = ports.now();
  const held = await acquire(request, ports);
  const keeper = keepLease(request, ports, { held, acquired });
  try {
    return await use(keeper.lost);
  } finally {
    await keeper.release();
  }
}

async function acquire(request: LeaseRequest, ports: LeasePorts): Promise<Resource> {
  const { log, sleep, now } = ports;
  const until = now() + request.patience;
  const seen: Seen = { observed: undefined };
  let announced = '';
  for (;;) {
    const { held, owner = '' } = await tryToTake(request, ports, seen);
    if (held !== undefined) return held;
    if (now() >= until) throw stillHeld(request, owner);
    if (owner !== '' && announced !== owner)
      log.info(`waiting for ${owner}, which holds Lease ${request.namespace}/${request.name}`);
    announced = owner;
    await sleep(pollEvery);
  }
}

interface Seen {
  observed: LeaseObservation | undefined;
}

interface Taking {
  /** The Lease, if this run has it now. */
  readonly held: Resource | undefined;
  /** Who has it otherwise; undefined when another client wrote to it meanwhile. */
  readonly owner?: string | undefined;
}

async function tryToTake(request: LeaseRequest, ports: LeasePorts, seen: Seen): Promise<Taking> {
  const { cluster, log, now } = ports;
  const ref = refOf(request);
  const found = await findObject(cluster, ref);
  if (found === undefined)
    return { held: await unlessConflict(createObject(cluster, { ...ref, body: bodyOf(request, ports, now()) })) };
  const { resourceVersion } = versionOf(found);
  if (seen.observed?.resourceVersion !== resourceVersion) seen.observed = { resourceVersion, since: now() };
  const holder = readLease(found);
  if (!isExpired(holder, seen.observed, now())) return { held: undefined, owner: holder.owner };
  if (holder.owner !== undefined) log.warn(`taking Lease ${ref.name}: its owner ${holder.owner} no longer renews it`);
  return { held: await unlessConflict(replace({ found, acquired: now() }, request, ports)) };
}

interface LeaseKeeper {
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

function keepLease(
  request: LeaseRequest,
  ports: LeasePorts,
  start: { readonly held: Resource; readonly acquired: number },
): LeaseKeeper {
  const lost = new AbortController();
  const duration = (request.durationSeconds ?? usualDuration) * 1000;
  let [held, renewedAt] = [start.held, ports.now()];
  let renewal: Promise<void> | undefined;
  async function renew(): Promise<void> {
    try {
      const written = await unlessConflict(replace({ found: held, acquired: start.acquired }, request, ports));
      // Only a run that takes the Lease over writes to it.
      if (written === undefined) lost.abort();
      else [held, renewedAt] = [written, ports.now()];
    } catch (error) {
      ports.log.debug(`renewing Lease ${request.name}: ${error instanceof Error ? error.message : 'failed'}`);
      if (isNotFound(error)) lost.abort();
    }
    if (ports.now() - renewedAt > duration) lost.abort();
  }
  const stop = ports.every(duration / renewalsPerDuration, () => {
    // One at a time: else a server that does not answer for minutes gets all of them at the end.
    if (!lost.signal.aborted) renewal ??= renew().finally(() => (renewal = undefined));
  });
  return {
    lost: lost.signal,
    release: async () => {
      stop();
      await renewal;
      if (lost.signal.aborted) return;
      await release(request, ports, held);
    },
  };
}

/** A Lease that cannot be deleted expires; the result of the work counts. */
async function release(request: LeaseRequest, { cluster, log }: LeasePorts, held: Resource): Promise<void> {
  try {
    await deleteObject(cluster, refOf(request), { propagationPolicy: 'Background', preconditions: versionOf(held) });
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return;
    log.warn(`deleting Lease ${request.name}: ${error instanceof Error ? error.message : 'failed'}`);
  }
}

function replace(
  { found, acquired }: { readonly found: Resource; readonly acquired: number },
  request: LeaseRequest,
  ports: LeasePorts,
): Promise<unknown> {
  const body = { ...bodyOf(request, ports, acquired), metadata: found.metadata };
  return ports.cluster.request({ method: 'PUT', path: objectPath(refOf(request)), body });
}

/** The object that a write returned; undefined when another client was faster. */
async function unlessConflict(write: Promise<unknown>): Promise<Resource | undefined> {
  try {
    const written = await write;
    if (isResource(written)) return written;
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  return undefined;
}

function bodyOf(request: LeaseRequest, { now }: LeasePorts, acquired: number) {
  const { name, namespace, owner, durationSeconds = usualDuration } = request;
  const spec = leaseSpec(owner, durationSeconds, { acquired, renewed: now() });
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec };
}

function refOf({ namespace, name }: LeaseRequest): ObjectRef {
  return { kind: knownKinds.leases, namespace, name };
}

function versionOf({ metadata }: Resource): { readonly uid: string; readonly resourceVersion: string } {
  return { uid: stringAt(metadata, 'uid') ?? '', resourceVersion: stringAt(metadata, 'resourceVersion') ?? '' };
}

function stillHeld({ namespace, name }: LeaseRequest, owner: string): TaskError {
  if (owner === '')
    return new TaskError('timeout', `waiting for Lease ${namespace}/${name}: others change it again and again`, {
      remedy: `Find out who: kubectl get lease ${name} --namespace=${namespace} --output=yaml. Then run again.`,
    });
  return new TaskError('timeout', `waiting for Lease ${namespace}/${name}: ${owner} still holds it`, {
    remedy: `Wait until ${owner} has ended, then run again. A Lease of a dead run expires by itself.`,
  });
}
