import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseLogLine } from '../../../../src/domain/runs/log-line.ts';

const event = {
  time: '2026-01-31T10:00:00.000Z',
  level: 'info',
  message: 'copied web',
  event: 'item',
  task: 'crane-image-sync',
  id: 'r.example.com/shop/web:1',
  kind: 'image',
  outcome: 'done',
  reason: 'copied',
};

describe('a line of a log', () => {
  it('is an event', () => {
    expect(parseLogLine(JSON.stringify(event))).toEqual({ kind: 'event', event, text: 'copied web' });
  });

  it.each([
    ['an event of a later version', { ...event, event: 'new' }, 'copied web'],
    ['an event with a wrong outcome', { ...event, outcome: 'lost' }, 'copied web'],
    ['a message of the log', { time: '', level: 'warn', message: 'slow' }, 'slow'],
    ['an object of another program', { level: 'warn', message: 'slow' }, '{"level":"warn","message":"slow"}'],
    ['a log line without a message', { time: '', level: '' }, '{"time":"","level":""}'],
  ])('that is %s is a message', (_, value, text) => {
    expect(parseLogLine(JSON.stringify(value))).toEqual({ kind: 'message', text });
  });

  it.each(['', 'copied web', '{', '[1]', '{"time":', `{"event":"${'x'.repeat(70_000)}"}`])(
    'of other text is a message as it is',
    (text) => {
      expect(parseLogLine(text)).toEqual({ kind: 'message', text });
    },
  );

  it('is read whatever it holds', () => {
    const members = fc.record(
      { ...Object.fromEntries(Object.keys(event).map((key) => [key, fc.jsonValue()])) },
      { requiredKeys: [] },
    );
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      members.map((value) => JSON.stringify(value)),
    );
    fc.assert(fc.property(line, (text) => typeof parseLogLine(text).text === 'string'));
  });
});
