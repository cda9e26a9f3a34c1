import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createJsonTextReader } from '../../../../src/domain/scan/json-texts.ts';

function read(text: string, { pieces = 1000, skip = '' }: { pieces?: number; skip?: string } = {}) {
  const texts: [path: string, text: string][] = [];
  let current = new Uint8Array();
  const reader = createJsonTextReader({
    begin: (path) => {
      texts.push([path.join('/'), '']);
      current = new Uint8Array();
      return path.at(-1) !== skip;
    },
    content: (bytes) => {
      current = Uint8Array.of(...current, ...bytes);
    },
    end: () => {
      const last = texts.at(-1);
      if (last !== undefined) last[1] = new TextDecoder().decode(current);
    },
  });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += pieces) reader.push(bytes.subarray(at, at + pieces));
  return { texts, isValid: reader.end() };
}

describe('the texts of a JSON document', () => {
  it('come with their paths', () => {
    const text = JSON.stringify({ a: ['x', { b: 'y' }, 1, 'z'], c: { d: null, e: 'w' }, f: true });
    expect(read(text)).toEqual({
      isValid: true,
      texts: [
        ['a/0', 'x'],
        ['a/1/b', 'y'],
        ['a/3', 'z'],
        ['c/e', 'w'],
      ],
    });
    expect(read('"x"').texts).toEqual([['', 'x']]);
  });

  it('are without escapes', () => {
    const text = String.raw`["a\n\"\\\/\t\b\f\rA\u00e9\ud83d\ude00b"]`;
    for (const pieces of [1, 3, 1000]) expect(read(text, { pieces }).texts).toEqual([['0', 'a\n"\\/\t\b\f\rAé😀b']]);
  });

  it('are those of JSON.parse, in pieces of any size', () => {
    const long = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(fc.array(long), fc.integer({ min: 1, max: 9 }), (list, pieces) => {
        expect(read(JSON.stringify(list), { pieces }).texts.map(([, text]) => text)).toEqual(list);
      }),
    );
  });

  it('are not read where nobody wants them', () => {
    expect(read('{"a": "xy\\n", "b": "z"}', { skip: 'a' }).texts).toEqual([
      ['a', ''],
      ['b', 'z'],
    ]);
  });

  it('have keys that are cut', () => {
    const [first] = read(`{"${'a'.repeat(5000)}": "x"}`, { pieces: 100 }).texts;
    expect(first?.[0].length).toBeLessThan(1200);
  });

  it.each(['{', '"a', ']', '{]', ',', '["\\uzzzz"]', '['.repeat(300) + ']'.repeat(300)])('are refused: %s', (text) => {
    expect(read(text).isValid).toBe(false);
  });
});
