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
  const { cluster, log, sleep, now } = ports;
  const [until, ref] = [now() + request.patience, refOf(request)];
  let observed: LeaseObservation | undefined;
  let announced = '';
  for (;;) {
    const found = await findObject(cluster, ref);
    if (found === undefined) {
      const created = await unlessConflict(createObject(cluster, { ...ref, body: bodyOf(request, ports, now()) }));
      if (created !== undefined) return created;
      continue;
    }
    const { resourceVersion } = versionOf(found);
    if (observed?.resourceVersion !== resourceVersion) observed = { resourceVersion, since: now() };
    const holder = readLease(found);
    if (isExpired(holder, observed, now())) {
      if (holder.owner !== undefined)
        log.warn(`taking Lease ${ref.name}: its owner ${holder.owner} no longer renews it`);
      const taken = await unlessConflict(replace({ found, acquired: now() }, request, ports));
      if (taken !== undefined) return taken;
      continue;
    }
    const owner = holder.owner ?? '';
    if (now() >= until) throw stillHeld(request, owner);
    if (announced !== owner) log.info(`waiting for ${owner}, which holds Lease ${request.namespace}/${ref.name}`);
    announced = owner;
    await sleep(pollEvery);
  }
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
  let renewal = Promise.resolve();
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
    renewal = renewal.then(renew);
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
  return new TaskError('timeout', `waiting for Lease ${namespace}/${name}: ${owner} still holds it`, {
    remedy: `Wait until ${owner} has ended, then run again. A Lease of a dead run expires by itself.`,
  });
}
