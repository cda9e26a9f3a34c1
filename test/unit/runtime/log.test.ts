import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../src/domain/core/secret.ts';
import { createLog, type LogFormat } from '../../../src/runtime/log.ts';

function aLog(options: { format?: LogFormat; isTTY?: boolean; debug?: boolean } = {}) {
  const written: string[] = [];
  const clock = { now: 0 };
  const log = createLog({
    redactor: new Redactor(),
    format: options.format ?? 'text',
    debug: options.debug ?? false,
    stream: { write: (text) => written.push(text), ...(options.isTTY === undefined ? {} : { isTTY: options.isTTY }) },
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

  it('draws a full bar when there is nothing to do', () => {
    const { log, written } = aLog({ isTTY: true });
    log.progress(0, 0, 'images');
    expect(written.join('')).toContain(`[${'#'.repeat(24)}] 0/0`);
  });
});
