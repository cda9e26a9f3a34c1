import type { LoggedItem, ProgressSubject } from '../domain/core/ports.ts';

/** Milliseconds between two progress events of one item. */
const eventInterval = 1000;
/** Items whose progress is remembered: more begin again, which costs one event each. */
const mostRemembered = 10_000;

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly subject: ProgressSubject;
  /** Milliseconds. */
  readonly now: number;
}

interface Seen {
  readonly bytes: number | undefined;
  readonly since: number;
  readonly shownAt: number;
  readonly hasEnded: boolean;
}

/** The members of an event after time, level and message. Texts must be redacted before they are written. */
export type EventMembers = Readonly<Record<string, string | number | undefined>>;

export function membersOfItem({ task, kind, id, outcome, reason }: LoggedItem): EventMembers {
  return { event: 'item', task, id, kind, outcome, reason };
}

/**
 * Decides which progress becomes an event: the first of an item, then at most one each second, and the last one.
 * @returns gives the members of the event, or undefined when none is due
 */
export function createProgressEvents(): (progress: Progress) => EventMembers | undefined {
  const items = new Map<string, Seen>();
  return ({ done, total, subject, now }) => {
    const { task, kind, id, bytes, totalBytes } = subject;
    const key = JSON.stringify([task, id]);
    const seen = items.get(key);
    const hasEnded = done >= total;
    const isLast = hasEnded && seen?.hasEnded !== true;
    if (seen !== undefined && !isLast && now - seen.shownAt < eventInterval) return undefined;
    if (items.size >= mostRemembered) items.clear();
    const first = seen ?? { bytes, since: now };
    items.set(key, { bytes: first.bytes, since: first.since, shownAt: now, hasEnded });
    const rate = rateSince(first, { bytes, now });
    return { event: 'progress', task, id, kind, done, total, bytes, totalBytes, rate };
  };
}

/** Whole bytes a second. */
function rateSince(
  first: Pick<Seen, 'bytes' | 'since'>,
  { bytes, now }: { readonly bytes: number | undefined; readonly now: number },
): number | undefined {
  const copied = (bytes ?? 0) - (first.bytes ?? 0);
  return copied > 0 && now > first.since ? Math.round((copied * 1000) / (now - first.since)) : undefined;
}
