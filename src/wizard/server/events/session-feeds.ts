import type { OpenClusterStream } from '../../../adapters/kube/open-stream.ts';
import type { Session } from '../sessions/session.ts';
import type { Feed, FeedEvent } from './feed.ts';
import { openMigrationsFeed, openRunFeed, type FeedPlace } from './open-feed.ts';
import { openProgressFeed } from './progress-feed.ts';

/** One reader of a topic. */
export interface Reading {
  readonly unread: (mark: string) => readonly FeedEvent[];
  /** The topic is no longer needed by this reader. */
  readonly leave: () => void;
}

/** The topics that a session follows: each once, however many read it. */
export interface SessionFeeds {
  /** @param wake called when there may be something to read */
  readonly read: (topic: string, wake: () => void) => Promise<Reading>;
}

interface OpenFeed {
  readonly feed: Feed;
  readonly readers: Set<() => void>;
  readonly close: () => void;
  closing: NodeJS.Timeout | undefined;
}

/** Milliseconds that a topic without readers is followed further: a browser that lost its connection comes back. */
const linger = 5000;

/** @param namespace of the runs */
export function createSessionFeeds(session: Session, namespace: string): SessionFeeds {
  const open = new Map<string, Promise<OpenFeed>>();
  return {
    read: async (topic, wake) => {
      const known = open.get(topic) ?? openTopic(topic, session, namespace);
      open.set(topic, known);
      const found = await known.catch((error: unknown) => {
        open.delete(topic);
        throw error;
      });
      clearTimeout(found.closing);
      found.readers.add(wake);
      return {
        unread: (mark) => found.feed.unread(mark),
        leave: () => {
          found.readers.delete(wake);
          if (found.readers.size > 0) return;
          found.closing = setTimeout(() => {
            open.delete(topic);
            found.close();
          }, linger).unref();
        },
      };
    },
  };
}

async function openTopic(topic: string, session: Session, namespace: string): Promise<OpenFeed> {
  const stream = await session.own.openStream();
  const controller = new AbortController();
  const readers = new Set<() => void>();
  const place: FeedPlace = {
    session,
    namespace,
    stream,
    signal: AbortSignal.any([controller.signal, session.signal]),
    onChange: () => readers.forEach((wake) => wake()),
  };
  session.signal.addEventListener('abort', () => void close(stream), { once: true, signal: controller.signal });
  return {
    feed: feedOf(topic, place),
    readers,
    close: () => {
      controller.abort();
      void close(stream);
    },
    closing: undefined,
  };
}

function feedOf(topic: string, place: FeedPlace): Feed {
  const [kind, name = ''] = topic.split(':', 2);
  if (kind === 'run') return openRunFeed(name, place);
  return kind === 'progress' ? openProgressFeed(name, place) : openMigrationsFeed(place);
}

function close(stream: OpenClusterStream): Promise<void> {
  return stream.close();
}
