import type { S3Client } from '@aws-sdk/client-s3';

import { TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';

/** How long a storage may be silent, in milliseconds. */
export interface StorageLimits {
  /** Without a byte in either direction, after which a connection is closed and its request sent again. */
  readonly silence: number;
  /** Without a byte, all tries of a request together. */
  readonly stall: number;
  /** Between lines of the log that say that nothing is answered. */
  readonly announce: number;
}

export const usualLimits: StorageLimits = { silence: 60_000, stall: 120_000, announce: 15_000 };

interface Watched {
  /** For messages. */
  readonly address: string;
  readonly limits: StorageLimits;
  readonly log: Pick<Log, 'info'>;
}

/** What the tries of one request have in common. */
interface Tries {
  silentSince?: number | undefined;
}

/**
 * Makes a client give up a storage that takes requests and does not answer: the client itself sends a request again as
 * long as it has tries left, which is ten minutes. Meanwhile the log says how long nothing was answered.
 */
export function watchAnswers(client: S3Client, { address, limits, log }: Watched): void {
  const all = new WeakMap<object, Tries>();
  const announcer = createAnnouncer({ address, limits, log });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const tries = all.get(context) ?? {};
      all.set(context, tries);
      const started = Date.now();
      const stop = announcer.begin();
      try {
        const answer = await next(args);
        announcer.heard();
        return answer;
      } catch (error) {
        if (!isSilence(error)) {
          announcer.heard();
          tries.silentSince = undefined;
          throw error;
        }
        tries.silentSince ??= started;
        if (Date.now() - tries.silentSince >= limits.stall) throw stalled(address, limits);
        throw error;
      } finally {
        stop();
      }
    },
    // Within the retries, so that it sees each try.
    { step: 'finalizeRequest', priority: 'low', name: 'watchAnswers' },
  );
}

/** Whether a request ended because no byte came for some time. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

export function stalled(address: string, { stall }: StorageLimits): TaskError {
  const message = `waiting for ${address}: the storage sent nothing for ${String(stall / 1000)} s`;
  return new TaskError('unreachable', message, {
    remedy: 'Check that the storage works, and what is between it and this computer. Then run again to resume.',
  });
}

function createAnnouncer({ address, limits, log }: Watched) {
  let [running, heardAt] = [0, 0];
  let timer: NodeJS.Timeout | undefined;
  const announce = (): void => {
    const silent = Date.now() - heardAt;
    if (silent < limits.announce) return;
    log.info(`waiting for ${address}: no answer for ${String(Math.round(silent / 1000))} s`);
  };
  return {
    /** Returns how to end it. */
    begin: () => {
      if (running === 0) heardAt = Date.now();
      running += 1;
      timer ??= setInterval(announce, limits.announce).unref();
      return () => {
        running -= 1;
        if (running > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    heard: () => {
      heardAt = Date.now();
    },
  };
}
