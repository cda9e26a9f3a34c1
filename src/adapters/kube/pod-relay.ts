import { once } from 'node:events';
import type { Duplex } from 'node:stream';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/log.ts';
import { joinStreams } from '../sockets/join-streams.ts';
import type { PodStreams } from './pod-streams.ts';

/** A port of a pod, whose name changes when the pod is replaced. */
export interface RelayEnd {
  readonly streams: PodStreams;
  readonly namespace: string;
  readonly port: number;
  /** Undefined while there is no pod. */
  readonly findPod: () => Promise<string | undefined>;
}

export interface RelayEnds {
  readonly source: RelayEnd;
  readonly destination: RelayEnd;
}

export interface PodRelay {
  /** @throws TaskError `forbidden` once a cluster refused port-forward */
  assertAllowed(): void;
  stop(): void;
}

export interface RelayContext {
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const shortestDelay = 500;
const longestDelay = 10_000;

/**
 * Keeps a carrier open to the pod at the source. When that pod joins it with a connection, it is continued to the pod at
 * the destination, and another carrier takes its place. Broken connections are the business of the programs at both ends.
 */
export function relayPods({ source, destination }: RelayEnds, { log, sleep }: RelayContext): PodRelay {
  const open = new Set<Duplex>();
  let stopped = false;
  let refusal: TaskError | undefined;
  void keepCarrier();
  return {
    assertAllowed: () => {
      if (refusal !== undefined) throw refusal;
    },
    stop: () => {
      stopped = true;
      for (const stream of open) stream.destroy();
    },
  };

  async function keepCarrier(): Promise<void> {
    let delay = shortestDelay;
    while (!stopped) {
      try {
        const carrier = await connect(source);
        await joined(carrier);
        void carry(carrier);
        delay = shortestDelay;
      } catch (error) {
        note(error);
        log.debug(`port-forward to the source: ${messageOf(error)}; again in ${String(delay)} ms`);
        await sleep(delay).catch(() => {
          stopped = true;
        });
        delay = Math.min(delay * 2, longestDelay);
      }
    }
  }

  async function carry(carrier: Duplex): Promise<void> {
    try {
      await joinStreams(carrier, await connect(destination));
    } catch (error) {
      note(error);
      log.debug(`port-forward to the destination: ${messageOf(error)}`);
      carrier.destroy();
    }
  }

  function note(error: unknown): void {
    if (error instanceof TaskError && error.code === 'forbidden') refusal = error;
  }

  async function connect({ streams, namespace, port, findPod }: RelayEnd): Promise<Duplex> {
    const name = await findPod();
    if (name === undefined) throw new Error('there is no pod yet');
    const stream = await streams.forwardPort({ namespace, name, port });
    open.add(stream);
    stream.on('error', (error) => log.debug(`port-forward to pod ${namespace}/${name}: ${messageOf(error)}`));
    stream.on('close', () => open.delete(stream));
    if (stopped) stream.destroy();
    return stream;
  }
}

/** Waits for the byte by which the pod takes a carrier. */
async function joined(carrier: Duplex): Promise<void> {
  const gone = new AbortController();
  const closed = (): void => gone.abort(carrier.errored ?? new Error('the connection was closed'));
  carrier.once('close', closed);
  if (carrier.destroyed) closed();
  while (carrier.read(1) === null) await once(carrier, 'readable', { signal: gone.signal });
}
