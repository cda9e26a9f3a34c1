import { setTimeout } from 'node:timers/promises';

import type { Redactor } from '../../../domain/core/secret.ts';
import type { FeedEvent } from './feed.ts';
import type { Reading, SessionFeeds } from './session-feeds.ts';

export interface StreamOptions {
  readonly topics: readonly string[];
  /** The id of the last event that the browser has, of a stream with the same topics; empty: none. */
  readonly lastEventId: string;
  /** Of the session: messages of runs and lines of logs are texts that other programs wrote. */
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
}

/** Milliseconds without an event after which one without content keeps the connection open. */
const heartbeat = 15_000;
/** Milliseconds in which changes become one event. */
const gathering = 300;
/** Milliseconds after which a browser connects again. */
const retry = 2000;

/**
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html. The id of an event has a mark for each
 * topic, so that a browser which connects again gets what it has not got. A browser that reads slowly gets fewer events:
 * nothing is queued for it.
 */
export async function* eventStream(
  feeds: SessionFeeds,
  { topics, lastEventId, redactor, signal }: StreamOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bell = createBell(signal);
  const readings: Reading[] = [];
  try {
    for (const topic of topics) readings.push(await feeds.read(topic, bell.ring));
    const given = lastEventId.split('.');
    const marks = topics.map((_, index) => (given.length === topics.length ? (given[index] ?? '') : ''));
    yield Buffer.from(`retry: ${String(retry)}\n\n`);
    while (!signal.aborted) {
      for (const [index, reading] of readings.entries()) {
        for (const found of reading.unread(marks[index] ?? '')) {
          marks[index] = found.mark;
          yield formatEvent(found, marks, redactor);
        }
      }
      if (!(await bell.heard(heartbeat))) yield Buffer.from('event: heartbeat\ndata: {}\n\n');
      await setTimeout(gathering, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    for (const reading of readings) reading.leave();
  }
}

function formatEvent({ event }: FeedEvent, marks: readonly string[], redactor: Redactor): Uint8Array {
  const data = JSON.stringify(redactor.redactValue(event));
  return Buffer.from(`id: ${marks.join('.')}\nevent: ${event.type}\ndata: ${data}\n\n`);
}

interface Bell {
  readonly ring: () => void;
  /** Waits until it rings, or has rung since the last time; `false` after so many milliseconds, `true` when all ends. */
  readonly heard: (milliseconds: number) => Promise<boolean>;
}

function createBell(signal: AbortSignal): Bell {
  let hasRung = false;
  let wake: () => void = () => undefined;
  const ring = (): void => {
    hasRung = true;
    wake();
  };
  signal.addEventListener('abort', ring, { once: true });
  return {
    ring,
    heard: async (milliseconds) => {
      const rung = new Promise<boolean>((resolve) => {
        wake = () => resolve(true);
        if (hasRung) wake();
      });
      const timer = new AbortController();
      const late = setTimeout(milliseconds, false, { signal: timer.signal }).catch(() => true);
      const isHeard = await Promise.race([rung, late]);
      timer.abort();
      hasRung = false;
      return isHeard;
    },
  };
}
