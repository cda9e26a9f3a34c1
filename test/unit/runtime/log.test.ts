import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../src/domain/core/secret.ts';
import { validateLogEvent } from '../../../src/domain/schemas/validators/log-event.ts';
import { checkFormat, chooseFormat, createLog, printFailure, type LogFormat } from '../../../src/runtime/log.ts';

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

  it('clears the bar before another stream writes to the terminal', () => {
    const { log, written } = aLog({ isTTY: true });
    log.progress(1, 2, 'images');
    log.clearLive();
    log.clearLive();
    log.info('copied');
    expect(written.slice(1)).toEqual(['\r\u001b[K', 'copied\n']);
  });

  it('has bytes once, in large units, with their rate', () => {
    const { log, written, clock } = aLog({ isTTY: true });
    const subject = (bytes: number) => ({ message: `${String(bytes)} B`, bytes, totalBytes: 8_388_608 });
    log.progress(0, 8_388_608, subject(0));
    clock.now = 2000;
    log.progress(4_194_304, 8_388_608, subject(4_194_304));
    expect(written.at(-1)).toBe('\r\u001b[K[############............] 4194304 B 2.0 MiB/s 2s left');
    const lines = aLog();
    lines.log.progress(4, 8, { message: '4 of 8 bytes', bytes: 4, totalBytes: 8 });
    expect(lines.written).toEqual(['4 of 8 bytes\n']);
  });

  it('draws a full bar when there is nothing to do', () => {
    const { log, written } = aLog({ isTTY: true });
    log.progress(0, 0, 'images');
    expect(written.join('')).toContain(`[${'#'.repeat(24)}] 0/0`);
  });
});

describe('events of the log', () => {
  const item = {
    task: 'crane-export',
    kind: 'object',
    id: 'v1 Pod shop/web',
    outcome: 'done',
    reason: 'exported',
  } as const;

  it('are items with a message for people', () => {
    const { log, written } = aLog({ format: 'json' });
    log.item(item);
    log.item({ ...item, outcome: 'failed', reason: 'forbidden', message: 'no right' });
    log.item(item, 'exported web');
    const events = written.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      message: 'exported v1 Pod shop/web',
      event: 'item',
      ...item,
    });
    expect(events[1]).toMatchObject({ level: 'warn', message: 'forbidden v1 Pod shop/web: no right' });
    expect(events[2]).toMatchObject({ message: 'exported web', event: 'item' });
  });

  it('are lines in text format where there is a text', () => {
    const { log, written } = aLog();
    log.item(item);
    log.item(item, 'exported web');
    log.item({ ...item, outcome: 'failed' }, 'not exported');
    expect(written).toEqual(['exported web\n', 'warn: not exported\n']);
  });

  it('are the progress of each item once a second and its end, with the rate', () => {
    const { log, written, clock } = aLog({ format: 'json' });
    for (const [now, done, bytes] of [
      [0, 0, 100],
      [500, 10, 600],
      [1000, 20, 1100],
      [1001, 100, 5000],
      [1002, 100, 5000],
      [1500, 100, 5000],
    ] as const) {
      clock.now = now;
      log.progress(done, 100, {
        message: 'data',
        task: 'crane-transfer-pvc',
        kind: 'claim',
        id: 'claim shop/data',
        bytes,
      });
      log.progress(done, 100, { id: 'claim shop/other', bytes, totalBytes: 5000 });
    }
    const events = written.map((line) => JSON.parse(line) as Record<string, unknown>);
    const first = events.filter(({ id }) => id === 'claim shop/data');
    expect(first.map(({ done, bytes, rate }) => [done, bytes, rate])).toEqual([
      [0, 100, undefined],
      [20, 1100, 1000],
      [100, 5000, 4895],
    ]);
    expect(first[0]).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      message: 'data',
      event: 'progress',
      task: 'crane-transfer-pvc',
      kind: 'claim',
      id: 'claim shop/data',
      done: 0,
      total: 100,
      bytes: 100,
    });
    expect(events.filter(({ id }) => id === 'claim shop/other')).toHaveLength(3);
    expect(validateLogEvent(first[0])).toBe(true);
  });

  it('are the progress of a task, with its figures in the message', () => {
    const { log, written } = aLog({ format: 'json' });
    log.progress(1, 3, { message: 'kinds', task: 'crane-export' });
    expect(JSON.parse(written.join(''))).toMatchObject({ event: 'progress', message: '1/3 kinds', done: 1, total: 3 });
  });

  it('remember the progress of some items only', () => {
    const { log, written } = aLog({ format: 'json' });
    for (let index = 0; index <= 10_000; index += 1) log.progress(0, 2, { id: String(index) });
    log.progress(0, 2, { id: '10000' });
    log.progress(0, 2, { id: '1' });
    expect(written).toHaveLength(10_002);
  });

  it('are lines about items in text format every few seconds, on a terminal too', () => {
    const { log, written, clock } = aLog({ isTTY: true });
    log.progress(1, 100, { message: 'shop/data: 1 %', id: 'claim shop/data' });
    log.progress(1, 100, { message: 'shop/other: 1 %', id: 'claim shop/other' });
    log.progress(0, 1, { id: 'image' });
    clock.now = 4999;
    log.progress(2, 100, { message: 'shop/data: 2 %', id: 'claim shop/data' });
    clock.now = 5000;
    log.progress(3, 100, { message: 'shop/data: 3 %', id: 'claim shop/data' });
    expect(written).toEqual(['shop/data: 1 %\n', 'shop/other: 1 %\n', 'shop/data: 3 %\n']);
  });

  it('have no secrets and no control characters', () => {
    const { log, written } = aLog({ format: 'json' });
    log.redactor.secret('very-secret-token');
    const id = 'a very-secret-token\u001b[31m\u202e';
    log.item({ ...item, id, message: id });
    log.progress(1, 2, { message: id, id });
    log.progress(1, 2, id);
    const text = written.join('');
    expect(text).not.toContain('very-secret-token');
    expect(text.match(/\*\*\*/g)).toHaveLength(6);
    const values = written.flatMap((line) => Object.values(JSON.parse(line) as object).map(String));
    expect(values.join('')).not.toMatch(/\p{Cc}|\u202e/u);
  });
});

describe('the format of the log', () => {
  it.each([
    [undefined, {}, 'text'],
    [undefined, { CRANE_TASKS_LOG_FORMAT: 'json' }, 'json'],
    [undefined, { CRANE_TASKS_LOG_FORMAT: 'text' }, 'text'],
    ['text', { CRANE_TASKS_LOG_FORMAT: 'json' }, 'text'],
    ['json', {}, 'json'],
  ] as const)('with the option %s and the environment %j is %s', (named, environment, format) => {
    expect(chooseFormat(named, environment)).toBe(format);
    expect(checkFormat(environment)).toBeUndefined();
  });

  it('of the environment is checked', () => {
    expect(checkFormat({ CRANE_TASKS_LOG_FORMAT: 'JSON' })).toContain('expected text or json, got "JSON"');
  });
});

describe('a failure before a log is open', () => {
  it.each([
    [['--log-format=json'], true],
    [['a', '--log-format', 'json', 'b'], true],
    [['--log-format=text'], false],
    [['--log-format=jsonx'], false],
    [[], false],
    [[], true, { CRANE_TASKS_LOG_FORMAT: 'json' }],
    [['--log-format=text'], false, { CRANE_TASKS_LOG_FORMAT: 'json' }],
  ])('has the format that %j ask for', (args, isJson, environment: Readonly<Record<string, string>> = {}) => {
    const written: string[] = [];
    expect(
      printFailure('no', { args, environment, stream: { write: (text) => written.push(text) }, exitCode: 2 }),
    ).toBe(2);
    expect(written.join('').startsWith('{"time"')).toBe(isJson);
    expect(written.join('')).toContain('crane-tasks: no');
  });
});
