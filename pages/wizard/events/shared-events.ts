import type { WizardEvent } from '../../../src/wizard/api/events.ts';
import { followTopics, type Connection, type EventListener } from './event-source.ts';

/** The events of the topics that the views of this tab show. */
export interface SharedEvents {
  /** @returns ends it */
  readonly follow: (topic: string, onEvent: (event: WizardEvent) => void) => () => void;
  readonly connection: () => Connection;
  /** @returns ends it */
  readonly onConnection: (listener: () => void) => () => void;
}

type Message =
  | { readonly kind: 'wanted'; readonly tab: string; readonly topics: readonly string[] }
  | { readonly kind: 'leader' }
  | { readonly kind: 'event'; readonly event: WizardEvent }
  | { readonly kind: 'connection'; readonly connection: Connection };

/** Milliseconds between two messages of a tab that it is there. Browsers slow timers of hidden tabs down to one a minute. */
const present = 20_000;
const absent = 150_000;
/** Milliseconds in which views of a page come and go. */
const settle = 50;

/**
 * One stream of events for all tabs of a browser, since HTTP/1.1 has six connections to a server: the tab that has the
 * lock reads the stream and passes each event on. When it is closed, the browser gives the lock to the next one, which
 * then asks for the whole state of all topics.
 */
export function createSharedEvents(): SharedEvents {
  const topics = new Map<string, Set<(event: WizardEvent) => void>>();
  /** The last state of each topic, for views that come later. */
  const latest = new Map<string, WizardEvent>();
  const listeners = new Set<() => void>();
  let connection: Connection = 'connecting';
  const tell = joinTabs(() => [...topics.keys()], {
    onEvent: (event) => {
      const topic = topicOf(event);
      if (event.type !== 'progress' && topics.has(topic)) latest.set(topic, event);
      topics.get(topic)?.forEach((listener) => listener(event));
    },
    onConnection: (now) => {
      connection = now;
      listeners.forEach((listener) => listener());
    },
  });
  let timer: ReturnType<typeof setTimeout>;
  const tellSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(tell, settle);
  };
  return {
    follow: (topic, onEvent) => {
      const known = topics.get(topic) ?? new Set();
      topics.set(topic, known.add(onEvent));
      const state = latest.get(topic);
      if (state !== undefined) onEvent(state);
      tellSoon();
      return () => {
        known.delete(onEvent);
        if (known.size === 0) {
          topics.delete(topic);
          latest.delete(topic);
        }
        tellSoon();
      };
    },
    connection: () => connection,
    onConnection: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @param wanted the topics of this tab @returns says that they may have changed */
function joinTabs(wanted: () => readonly string[], listener: EventListener): () => void {
  const tab = crypto.randomUUID();
  const channel = new BroadcastChannel('crane-events');
  const send = (message: Message): void => channel.postMessage(message);
  let leader: Leader | undefined;
  const tell = (): void => {
    if (leader === undefined) send({ kind: 'wanted', tab, topics: wanted() });
    else leader.want(tab, wanted());
  };
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'wanted') leader?.want(data.tab, data.topics);
    else if (data.kind === 'leader') tell();
    else if (leader !== undefined) return;
    else if (data.kind === 'event') listener.onEvent(data.event);
    else listener.onConnection(data.connection);
  });
  setInterval(tell, present);
  addEventListener('pagehide', () => send({ kind: 'wanted', tab, topics: [] }));
  void navigator.locks.request('crane-events', () => {
    leader = createLeader({
      onEvent: (event) => {
        listener.onEvent(event);
        send({ kind: 'event', event });
      },
      onConnection: (connection) => {
        listener.onConnection(connection);
        send({ kind: 'connection', connection });
      },
    });
    tell();
    send({ kind: 'leader' });
    // Held until this tab is closed.
    return new Promise(() => undefined);
  });
  return tell;
}

interface Leader {
  /** What a tab wants from now on. */
  readonly want: (tab: string, topics: readonly string[]) => void;
}

interface Wish {
  readonly topics: readonly string[];
  readonly at: number;
}

function createLeader(listener: EventListener): Leader {
  const wishes = new Map<string, Wish>();
  let followed = '';
  let stop = (): void => undefined;
  return {
    want: (tab, topics) => {
      const now = Date.now();
      const before = wishes.get(tab)?.topics ?? [];
      wishes.set(tab, { topics, at: now });
      for (const [other, { at }] of wishes) if (now - at > absent) wishes.delete(other);
      const all = [...new Set([...wishes.values()].flatMap((wish) => wish.topics))].sort();
      const isNewReader = topics.some((topic) => !before.includes(topic));
      // A tab that joins a topic needs its whole state, which a new stream begins with.
      if (all.join(',') === followed && !isNewReader) return;
      followed = all.join(',');
      stop();
      stop = all.length === 0 ? () => undefined : followTopics(all, listener);
    },
  };
}

function topicOf(event: WizardEvent): string {
  if (event.type === 'run') return `run:${event.run.name}`;
  if (event.type === 'progress') return `progress:${event.run}`;
  return event.type === 'migrations' ? event.type : event.topic;
}
