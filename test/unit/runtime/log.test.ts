import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../src/domain/core/secret.ts';
import { createLog, printFailure, type LogFormat } from '../../../src/runtime/log.ts';

function aLog(options: { format?: LogFormat; isTTY?: boolean; columns?: number; debug?: boolean } = {}) {
  const written: string[] = [];
  const clock = { now: 0 };
  const log = createLog({
    redactor: new Redactor(),
    format: options.format ?? 'text',
    debug: options.debug ?? false,
    stream: { isTTY: options.isTTY ?? false, columns: options.columns ?? 80, write: (text) => written.push(text) },
    now: () => clock.now,
  });
  return { log, written, clock };
}

describe('the log', () => {
  it('writes one escaped line per message', () => {
    const { log, written } = aLog();
    log.info('copied a\nb');
    log.warn('slow');
    expect(written).toEqual(['copied a\\u000ab\n', 'warn: slow\n']);
  });

  it('keeps debug lines to itself unless asked for', () => {
    const quiet = aLog();
    const loud = aLog({ debug: true });
    for (const { log } of [quiet, loud]) log.debug('GET /api');
    expect([quiet.written, loud.written]).toEqual([[], ['debug: GET /api\n']]);
  });

  it('writes one JSON object a line on request', () => {
    const { log, written } = aLog({ format: 'json' });
    log.warn('odd "name"');
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: '1970-01-01T00:00:00.000Z', level: 'warn', message: 'odd "name"' },
    ]);
  });

  it('writes progress every few seconds where no terminal can redraw it, and always the last', () => {
    const { log, written, clock } = aLog();
    for (const [now, done] of [
      [0, 1],
      [1000, 2],
      [3500, 3],
      [3600, 4],
    ] as const) {
      clock.now = now;
      log.progress(done, 4, 'images');
    }
    expect(written).toEqual(['1/4 images\n', '3/4 images\n', '4/4 images\n']);
  });

  it('redraws one bar on a terminal and clears it before the next line', () => {
    const { log, written } = aLog({ isTTY: true });
    log.progress(1, 2, 'images');
    log.info('copied');
    expect(written).toEqual(['\r\u001b[K[############............] 1/2 images', '\r\u001b[Kcopied\n']);
  });

  it.each([20, 60, 80, 120])('draws a bar that is narrower than a terminal of %i columns', (columns) => {
    const { log, written, clock } = aLog({ isTTY: true, columns });
    for (const message of ['x'.repeat(200), '像'.repeat(200), '\t\u001b[31m\u202e'.repeat(50)]) {
      clock.now += 1000;
      log.progress(clock.now, 10_000, message);
    }
    for (const line of written) {
      const text = line.replace('\r\u001b[K', '');
      const width = text.replaceAll('像', '像像').length;
      expect(width).toBeLessThan(columns);
      expect(text).not.toMatch(/\p{Cc}/u);
    }
  });

  it.each([
    [1000, 3, '2.0/s 4s left'],
    [1000, 6, '5.0/s 1s left'],
    [100, 6, '50/s 1s left'],
    [60_000, 2, '1.0/min 9m0s left'],
    [3_600_000, 2, '0.0/min 9h0m left'],
  ])('after %i ms with %i of 11 done shows %s', (now, done, expected) => {
    const { log, written, clock } = aLog({ isTTY: true });
    log.progress(1, 11, 'images');
    clock.now = now;
    log.progress(done, 11, 'images');
    expect(written.at(-1)).toContain(`${String(done)}/11 ${expected} images`);
  });

  it('measures the rate of each piece of work by itself', () => {
    const { log, written, clock } = aLog({ isTTY: true });
    log.progress(9, 10, 'images');
    clock.now = 1000;
    log.progress(1, 10, 'tags');
    expect(written.at(-1)).toContain('1/10 tags');
  });

  it.each([
    ['text', 'done\n'],
    ['json', '{"time":"1970-01-01T00:00:00.000Z","level":"error","message":"done"}\n'],
  ] as const)('ends in the format %s, after the bar', (format, expected) => {
    const { log, written } = aLog({ format, isTTY: true });
    log.progress(1, 2, 'images');
    log.end('error', 'done');
    expect(written.at(-1)?.replace('\r\u001b[K', '')).toBe(expected);
  });

  it('draws a full bar when there is nothing to do', () => {
    const { log, written } = aLog({ isTTY: true });
    log.progress(0, 0, 'images');
    expect(written.join('')).toContain(`[${'#'.repeat(24)}] 0/0`);
  });
});

describe('a failure before a log is open', () => {
  it.each([
    [['--log-format=json'], true],
    [['a', '--log-format', 'json', 'b'], true],
    [['--log-format=text'], false],
    [['--log-format=jsonx'], false],
    [[], false],
  ])('has the format that %j ask for', (args, isJson) => {
    const written: string[] = [];
    expect(printFailure('no', { args, stream: { write: (text) => written.push(text) }, exitCode: 2 })).toBe(2);
    expect(written.join('').startsWith('{"time"')).toBe(isJson);
    expect(written.join('')).toContain('crane-tasks: no');
  });
});
