import { once } from 'node:events';
import type { Duplex } from 'node:stream';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';
import { joinStreams } from '../sockets/open-relay.ts';
import type { ClusterStreams } from './cluster-streams.ts';

/** A port of a pod, whose name changes when the pod is replaced. */
export interface RelayEnd {
  readonly streams: Pick<ClusterStreams, 'forwardPort'>;
  readonly namespace: string;
  readonly port: number;
  /** Undefined while there is no pod. */
  readonly findPod: () => Promise<string | undefined>;
}

export type RelayEnds = Readonly<Record<'source' | 'destination', RelayEnd>>;

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
export function relayPods(ends: RelayEnds, context: RelayContext): PodRelay {
  const relay = new Relay(ends, context);
  void relay.run();
  return relay;
}

class Relay implements PodRelay {
  readonly #ends: RelayEnds;
  readonly #context: RelayContext;
  readonly #open = new Set<Duplex>();
  #isStopped = false;
  #refusal: TaskError | undefined;

  constructor(ends: RelayEnds, context: RelayContext) {
    this.#ends = ends;
    this.#context = context;
  }

  assertAllowed(): void {
    if (this.#refusal !== undefined) throw this.#refusal;
  }

  stop(): void {
    this.#isStopped = true;
    for (const stream of this.#open) stream.destroy();
  }

  async run(): Promise<void> {
    let delay = shortestDelay;
    while (!this.#isStopped) {
      try {
        const carrier = await this.#connect(this.#ends.source);
        await joined(carrier);
        void this.#carry(carrier);
        delay = shortestDelay;
      } catch (error) {
        this.#note('source', error);
        // A stopped run does not wait: it stops the relay too.
        await this.#context.sleep(delay).catch(() => this.stop());
        delay = Math.min(delay * 2, longestDelay);
      }
    }
  }

  async #carry(carrier: Duplex): Promise<void> {
    try {
      await joinStreams(carrier, await this.#connect(this.#ends.destination));
    } catch (error) {
      this.#note('destination', error);
      carrier.destroy();
    }
  }

  #note(side: keyof RelayEnds, error: unknown): void {
    this.#context.log.debug(`port-forward to the ${side}: ${messageOf(error)}`);
    if (error instanceof TaskError && error.code === 'forbidden') this.#refusal = error;
  }

  async #connect({ streams, namespace, port, findPod }: RelayEnd): Promise<Duplex> {
    const name = await findPod();
    if (name === undefined) throw new Error('there is no pod yet');
    const stream = await streams.forwardPort({ namespace, name, port });
    this.#open.add(stream);
    stream.on('error', (error) => this.#context.log.debug(`port-forward to pod ${name}: ${messageOf(error)}`));
    stream.on('close', () => this.#open.delete(stream));
    if (this.#isStopped) stream.destroy();
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
