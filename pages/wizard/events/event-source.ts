import type { WizardEvent } from '../../../src/wizard/api/events.ts';

export type Connection = 'connecting' | 'open' | 'broken';

export interface EventListener {
  readonly onEvent: (event: WizardEvent) => void;
  readonly onConnection: (connection: Connection) => void;
}

const types = ['migrations', 'run', 'progress', 'gone', 'trouble'] as const;
/** Milliseconds: the server sends something at least each 15 s. */
const longestSilence = 40_000;
const pauses = { first: 1000, longest: 15_000 } as const;

/** Follows topics until it is stopped, over broken connections. @returns stops it */
export function followTopics(topics: readonly string[], { onEvent, onConnection }: EventListener): () => void {
  let pause: number = pauses.first;
  let timer: ReturnType<typeof setTimeout>;
  let source: EventSource;
  const connect = (): void => {
    source = new EventSource(`/api/v1/events?topics=${topics.map(encodeURIComponent).join(',')}`);
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(again, longestSilence);
    };
    heard();
    source.addEventListener('open', () => {
      pause = pauses.first;
      onConnection('open');
      heard();
    });
    source.addEventListener('error', () => {
      onConnection('broken');
      // Otherwise the browser connects again by itself.
      if (source.readyState === EventSource.CLOSED) again();
    });
    source.addEventListener('heartbeat', heard);
    for (const type of types) {
      source.addEventListener(type, ({ data }: MessageEvent<string>) => {
        heard();
        onEvent(JSON.parse(data) as WizardEvent);
      });
    }
  };
  const again = (): void => {
    source.close();
    onConnection('broken');
    clearTimeout(timer);
    timer = setTimeout(connect, pause);
    pause = Math.min(pause * 2, pauses.longest);
  };
  onConnection('connecting');
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
