import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';

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

/** How often a view asks by itself: only while no events come. */
export function usePolling(): false | number {
  return useConnection() === 'open' ? false : pollMilliseconds;
}
