import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createPrefilter, type Pattern } from '../../../../src/domain/scan/prefilter.ts';

const encode = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const digits = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte >= 48 && byte <= 57));

function pattern(text: string, more: Partial<Pattern> = {}): Pattern {
  return { bytes: encode(text), exact: true, tail: undefined, tailLength: 0, ...more };
}

function find(patterns: readonly Pattern[], text: string, [from, to]: readonly number[] = [0, text.length]) {
  const hits: string[] = [];
  createPrefilter(patterns).find(encode(text), { from: from ?? 0, to: to ?? 0, end: text.length }, (index, at) => {
    hits.push(`${String(index)}@${String(at)}`);
  });
  return hits;
}

describe('the search for many texts', () => {
  it('finds each at even and odd places, at the beginning and at the end', () => {
    const patterns = [pattern('abc'), pattern('token', { exact: false })];
    expect(find(patterns, 'abc abc TOKENx toke Token')).toEqual(['0@0', '0@4', '1@8', '1@20']);
    expect(find(patterns, 'xabc')).toEqual(['0@1']);
    expect(find(patterns, 'ABC')).toEqual([]);
    expect(find(patterns, 'ab')).toEqual([]);
    expect(find(patterns, '')).toEqual([]);
  });

  it('looks at what must follow', () => {
    const patterns = [pattern('k-', { tail: digits, tailLength: 3 }), pattern('key', { tail: digits, tailLength: 2 })];
    expect(find(patterns, 'k-123 k-12x key12 key1 k-12')).toEqual(['0@0', '1@12']);
  });

  it('refuses a text that is too short', () => {
    expect(() => createPrefilter([pattern('ab')])).toThrow(RangeError);
    expect(() => createPrefilter([pattern('a', { tail: digits, tailLength: 3 })])).toThrow(RangeError);
  });

  it('finds the same as a plain search, in ranges of any size', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '-', '\u00ff'), maxLength: 60 });
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '1', '-'), minLength: 3, maxLength: 5 }));
    fc.assert(
      fc.property(letters, texts, fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), (text, wanted, cuts) => {
        const patterns = wanted.map((each) => pattern(each, { exact: false }));
        const plain = wanted.flatMap((each, index) =>
          Array.from(text).flatMap((_, at) =>
            text.slice(at, at + each.length).toLowerCase() === each ? [`${String(index)}@${String(at)}`] : [],
          ),
        );
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].sort((a, b) => a - b);
        const hits = places.slice(1).flatMap((to, index) => find(patterns, text, [places[index] ?? 0, to]));
        expect(hits.sort()).toEqual(plain.sort());
      }),
    );
  });
});
