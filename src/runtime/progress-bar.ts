import { formatBytes } from '../domain/core/format-bytes.ts';
import { escapeControls } from '../domain/core/log-text.ts';

interface Progress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
  /** Whether the numbers are bytes, which the message has in larger units. */
  readonly isBytes: boolean;
  /** Milliseconds. */
  readonly now: number;
}

const barWidth = 24;
/** Below this width the numbers need the place of the bar. */
const leastColumns = 60;

/** Draws progress in one line that is narrower than the terminal, with rate and time left when they are known. */
export function createProgressBar(): (progress: Progress, columns: number) => string {
  let first: Progress | undefined;
  let previousDone = 0;
  return (progress, columns) => {
    const { done, total, message, isBytes } = progress;
    if (first === undefined || first.total !== total || done < previousDone) first = progress;
    previousDone = done;
    const bar = columns < leastColumns ? [] : [drawBar(done, total)];
    const figures = isBytes ? [message] : [`${String(done)}/${String(total)}`];
    const parts = [...bar, ...figures, ...speedSince(first, progress), ...(isBytes ? [] : [message])];
    return cutToWidth(escapeControls(parts.join(' ')).replaceAll('\t', ' '), columns - 1);
  };
}

function drawBar(done: number, total: number): string {
  const filled = total === 0 ? barWidth : Math.round((done / total) * barWidth);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}

function speedSince(first: Progress, { done, total, now, isBytes }: Progress): readonly string[] {
  const perSecond = ((done - first.done) * 1000) / (now - first.now);
  if (!Number.isFinite(perSecond) || perSecond <= 0) return [];
  return [
    isBytes ? `${formatBytes(perSecond)}/s` : formatRate(perSecond),
    `${formatSeconds(Math.ceil((total - done) / perSecond))} left`,
  ];
}

function formatRate(perSecond: number): string {
  return perSecond < 1 ? `${(perSecond * 60).toFixed(1)}/min` : `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
}

function formatSeconds(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${String(seconds)}s`;
  return minutes < 60
    ? `${String(minutes)}m${String(seconds % 60)}s`
    : `${String(Math.floor(minutes / 60))}h${String(minutes % 60)}m`;
}

/** Counts two columns from U+1100 on, where wide characters begin: a line may be shorter than the terminal, never longer. */
function cutToWidth(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += (character.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
    if (width > columns) break;
    end += character.length;
  }
  return text.slice(0, end);
}
