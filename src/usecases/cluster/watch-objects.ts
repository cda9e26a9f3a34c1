import { nextPause, type BackoffLimits } from '../../domain/http/backoff.ts';
import type { ErrorCode } from '../../domain/core/errors.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { noteSecretValues } from '../../domain/export/sealed-secret.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { ClusterStream, WatchEvent } from '../../domain/kube/cluster-stream.ts';
import { checkObject, expectedOf } from '../../domain/kube/expected-object.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isRefusal } from '../../domain/kube/status-error.ts';
import type { Sleep } from '../../domain/core/ports.ts';
import { WatchedState, type ObjectChange, type WatchedObjects } from '../../domain/kube/watched-state.ts';
import { listObjects, type ListRequest } from './list-objects.ts';

export interface WatchRequest extends Omit<ListRequest, 'cluster' | 'accept'> {
  /** What is held of each object, its metadata with version and UID included; absent: all. */
  readonly keep?: (object: Resource) => Resource;
}

export interface WatchPorts {
  readonly cluster: Cluster;
  readonly stream: ClusterStream;
  /** Ends early, with or without an error, when the signal of the watch is aborted. */
  readonly sleep: Sleep;
  /** In [0, 1). */
  readonly random: () => number;
  /** The connection broke or the server is busy; the state is as it was, and is asked for again after a pause. */
  readonly onTrouble?: (error: Error, pauseMilliseconds: number) => void;
  /** A connection is there, the first or after a break. */
  readonly onOpen?: () => void;
}

const backoff: BackoffLimits = { first: 500, longest: 30_000 };

/** Statuses that pass: timeout, conflict, expired, too many requests. */
const passing: readonly number[] = [408, 409, 410, 429];
/** Errors without an answer that no repetition fixes. */
const lasting: readonly ErrorCode[] = ['tls-untrusted', 'not-kubernetes', 'unauthorized', 'forbidden', 'interrupted'];

/**
 * The objects of a kind as they change: first all that are there, then each change once and in order. After a break the
 * watch continues where it was; if the server no longer has that version, the objects are listed again and the
 * difference are the changes. Ends when the signal is aborted.
 * @throws ClusterStatusError when the account may not list or watch, or the kind does not exist; TaskError
 *   `tls-untrusted`, `not-kubernetes`
 */
export async function* watchObjects(
  request: WatchRequest,
  ports: WatchPorts,
  signal: AbortSignal,
): AsyncGenerator<WatchedObjects, void, undefined> {
  const state = new WatchedState();
  let isFirst = true;
  let pause = backoff.first;
  while (!signal.aborted) {
    try {
      if (state.version === undefined) {
        const changes = await list(request, state, ports);
        if (isFirst || changes.length > 0) yield { objects: state.objects, changes };
        isFirst = false;
      }
      const { kind, namespace, labelSelector, fieldSelector } = request;
      const options = { labelSelector, fieldSelector, resourceVersion: state.version, onOpen: ports.onOpen };
      for await (const event of ports.stream.watch({ kind, namespace }, options, signal)) {
        pause = backoff.first;
        const changes = apply(event, request, { state, ports });
        if (changes.length > 0) yield { objects: state.objects, changes };
      }
    } catch (error) {
      if (hasEnded(signal)) return;
      if (!(error instanceof Error) || isLasting(error)) throw error;
      if (isRefusal(error, 410)) state.expire();
      ports.onTrouble?.(error, pause);
    }
    // After the usual end of a watch too: a server that ends each at once must not be asked without a break.
    await rest(pause, ports, signal);
    pause = nextPause(pause, backoff, ports.random());
  }
}

/** Aborted by now: the compiler takes a signal for one that does not change. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function rest(pause: number, { sleep, random }: WatchPorts, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.round(pause * (0.5 + random() / 2)));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function isLasting(error: Error): boolean {
  if (isRefusal(error)) return error.status < 500 && !passing.includes(error.status);
  return !(error instanceof TaskError) || lasting.includes(error.code);
}

async function list(
  request: WatchRequest,
  state: WatchedState,
  { cluster }: WatchPorts,
): Promise<readonly ObjectChange[]> {
  const found = state.listing();
  const listing = await listObjects(
    { ...request, cluster },
    {
      take: (objects) => {
        found.add(request.keep === undefined ? objects : objects.map(request.keep));
        return Promise.resolve(JSON.stringify(objects).length);
      },
      refuse: () => undefined,
      restart: () => found.clear(),
    },
  );
  return found.finish(listing.resourceVersion);
}

function apply(
  { type, object }: WatchEvent,
  { kind, namespace, keep }: WatchRequest,
  { state, ports }: { readonly state: WatchedState; readonly ports: WatchPorts },
): readonly ObjectChange[] {
  const version = stringAt(object, 'metadata', 'resourceVersion') ?? '';
  if (type === 'BOOKMARK') return state.reach(version);
  const { redactor } = ports.cluster;
  const { resource } = checkObject(object, expectedOf(kind, namespace), redactor);
  // As in a list: an object of another kind or namespace is not taken.
  if (resource === undefined) return state.reach(version);
  noteSecretValues(resource, redactor);
  return type === 'DELETED' ? state.remove(resource) : state.put(keep === undefined ? resource : keep(resource));
}
