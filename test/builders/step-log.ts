import type { ServerResponse } from 'node:http';

/** A request for the log of a container. */
export interface AskedLog {
  readonly query: URLSearchParams;
  readonly answer: ServerResponse;
}

/** Writes lines as the kubelet does, with their times when these are asked for. */
export function writeLines({ query, answer }: AskedLog, lines: readonly string[], first = 0): void {
  const isTimed = query.get('timestamps') === 'true';
  const since = query.get('sinceTime') ?? '';
  const timed = lines.map((line, index) => ({ time: timeOf(first + index), line }));
  const wanted = timed.filter(({ time }) => time.slice(0, 19) >= since.slice(0, 19));
  answer.write(wanted.map(({ time, line }) => `${isTimed ? `${time} ` : ''}${line}\n`).join(''));
}

/** The time of the line with a number: a thousand lines a second. */
function timeOf(number: number): string {
  return new Date(Date.UTC(2026, 0, 1) + number).toISOString().replace('Z', '000000Z');
}

const common = { time: '2026-01-01T00:00:00.000Z', level: 'info' };

export function itemLine(
  item: Readonly<Record<'task' | 'kind' | 'id' | 'outcome' | 'reason', string>>,
  message = '',
): string {
  const level = item.outcome === 'failed' ? 'warn' : 'info';
  return JSON.stringify({
    ...common,
    level,
    message: message === '' ? `${item.reason} ${item.id}` : message,
    event: 'item',
    ...item,
  });
}

/** @param seconds since the beginning of the run */
export function progressLine(
  seconds: number,
  progress: Readonly<Record<string, string | number>>,
  message = '',
): string {
  const time = new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
  return JSON.stringify({ time, level: 'info', message, event: 'progress', ...progress });
}
