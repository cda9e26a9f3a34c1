import { createHash } from 'node:crypto';

import type { WizardEvent } from '../../api/events.ts';

/** An event and where its reader then stands. */
export interface FeedEvent {
  /** Letters, digits and `-`; the same mark says that the reader has the same. */
  readonly mark: string;
  readonly event: WizardEvent;
}

/** What a topic has for its readers, who each read at their own speed. */
export interface Feed {
  /** What a reader who stands at a mark has not got, of a bounded size. @param mark empty: nothing was read yet */
  unread(mark: string): readonly FeedEvent[];
}

export interface StateFeed extends Feed {
  /** The state or the trouble that takes the place of the former one. */
  set(event: WizardEvent): void;
}

/** A feed whose events each have the whole state: a slow reader gets the last one. @param onChange there is something to read */
export function createStateFeed(onChange: () => void): StateFeed {
  let latest: FeedEvent | undefined;
  return {
    set: (event) => {
      const mark = createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 16);
      if (latest?.mark === mark) return;
      latest = { mark, event };
      onChange();
    },
    unread: (mark) => (latest === undefined || latest.mark === mark ? [] : [latest]),
  };
}
