import { describe, expect, it } from 'vitest';

import { splitLines } from '../../../../../src/wizard/server/events/split-lines.ts';
import { collect } from '../../../../builders/collect.ts';

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

const text = (part: string) => Buffer.from(part);

describe('splitLines', () => {
  it('joins what comes in pieces, characters too', async () => {
    const umlaut = text('ä');
    const lines = splitLines(
      chunks(text('on'), text('e\ntwo '), umlaut.subarray(0, 1), umlaut.subarray(1), text('\n\nend')),
      100,
    );
    expect(await collect(lines)).toEqual(['one', 'two ä', '', 'end']);
  });

  it('leaves out lines that are too long, in one piece or in many', async () => {
    const lines = splitLines(
      chunks(text('12345678901\nshort\n123456'), text('7890'), text('1'), text('2\nnext\n123456'), text('789012')),
      10,
    );
    expect(await collect(lines)).toEqual(['short', 'next']);
  });
});
