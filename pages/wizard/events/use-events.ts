import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';

import type { WizardEvent } from '../../../src/wizard/api/events.ts';
import type { Connection } from './event-source.ts';
import type { SharedEvents } from './shared-events.ts';

const none: SharedEvents = {
  follow: () => () => undefined,
  connection: () => 'connecting',
  onConnection: () => () => undefined,
};

export const EventsContext = createContext<SharedEvents>(none);

/** Follows a topic for as long as the view is shown. @param topic empty: none */
export function useTopic(topic: string, onEvent: (event: WizardEvent) => void): void {
  const events = useContext(EventsContext);
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  useEffect(() => (topic === '' ? undefined : events.follow(topic, (event) => latest.current(event))), [events, topic]);
}

export function useConnection(): Connection {
  const { connection, onConnection } = useContext(EventsContext);
  return useSyncExternalStore(onConnection, connection);
}

const pollMilliseconds = 5000;

/** How a view gets the state of its topic. */
export interface Live {
  /** Milliseconds between two requests of its own; `false` while events come. */
  readonly polling: false | number;
  /** Why the server cannot watch the topic; empty: it can. */
  readonly trouble: string;
  /** The object of the topic does not exist any longer. */
  readonly isGone: boolean;
}

/** Follows a topic, and says what the view must do by itself. */
export function useLive(topic: string, onEvent: (event: WizardEvent) => void): Live {
  const [state, setState] = useState<Omit<Live, 'polling'>>({ trouble: '', isGone: false });
  const isOpen = useConnection() === 'open';
  useTopic(topic, (event) => {
    setState({ trouble: event.type === 'trouble' ? event.message : '', isGone: event.type === 'gone' });
    onEvent(event);
  });
  return { ...state, polling: isOpen && state.trouble === '' ? false : pollMilliseconds };
}
