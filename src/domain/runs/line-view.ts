import { formatBytes } from '../core/format-bytes.ts';
import type { ProgressEvent } from '../schemas/documents.ts';
import { parseLogLine } from './log-line.ts';

/** Milliseconds between two lines about the progress of one item. */
const shownInterval = 5000;

/**
 * Makes a view of the log of a run for people. Lines of a log in the format `json` become their messages; progress is
 * shown every few seconds, with its rate.
 * @returns gives the text to show for a line at a time in milliseconds; undefined: nothing
 */
export function createLineView(): (task: string, line: string, now: number) => string | undefined {
  const shownAt = new Map<string, number>();
  return (task, line, now) => {
    const { text, ...parsed } = parseLogLine(line);
    if (parsed.kind === 'message' || parsed.event.event === 'item') return text;
    const { event } = parsed;
    const key = JSON.stringify([task, event.id]);
    if (event.done < event.total && now - (shownAt.get(key) ?? -Infinity) < shownInterval) return undefined;
    shownAt.set(key, now);
    return describeProgress(event);
  };
}

function describeProgress({ message, id = '', done, total, rate }: ProgressEvent): string {
  const text = message === '' ? `${id} ${String(done)}/${String(total)}` : message;
  return rate === undefined ? text : `${text}, ${formatBytes(rate)}/s`;
}
