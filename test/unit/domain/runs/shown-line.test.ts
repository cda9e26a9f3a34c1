import { describe, expect, it } from 'vitest';

import { showLine } from '../../../../src/domain/runs/shown-line.ts';

const time = '2026-01-31T10:00:00.123456789Z';

describe('showLine', () => {
  it('splits the time off', () => {
    expect(showLine(`${time} text`)).toEqual({ time, level: undefined, text: 'text', left: 0 });
    expect(showLine('text')).toEqual({ time: '', level: undefined, text: 'text', left: 0 });
  });

  it('shows the message of a line in JSON', () => {
    expect(showLine(`${time} {"level":"warn","message":"m","event":"item"}`)).toMatchObject({
      level: 'warn',
      text: 'm',
    });
    for (const level of ['debug', 'info', 'error'])
      expect(showLine(JSON.stringify({ level, message: 'm' }))).toMatchObject({ level });
  });

  it.each(['{"level":"loud","message":"m"}', '{"level":"info"}', '{"level":', '{}', '[1]'])(
    'shows %s as it is',
    (line) => {
      expect(showLine(line)).toEqual({ time: '', level: undefined, text: line, left: 0 });
    },
  );

  it('leaves colours out, and escapes what moves a cursor or reorders text', () => {
    expect(showLine('\u001b[1;31mred\u001b[0m\u001b[2J\u202egnp').text).toBe('red\\u001b[2J\\u202egnp');
  });

  it('cuts long lines and says so', () => {
    const { text, left } = showLine('x'.repeat(5000), 7);
    expect([text.length, left]).toEqual([4000, 1007]);
    expect(showLine('{"level":"info","message":"m"}', 1)).toMatchObject({ level: undefined, left: 1 });
  });
});
