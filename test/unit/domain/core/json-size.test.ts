import { describe, expect, it } from 'vitest';

import { hasMoreValues } from '../../../../src/domain/core/json-size.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the values of JSON', () => {
  it.each([
    ['[1,2,3]', 3],
    ['{"a":{},"b":[]}', 4],
    [String.raw`["a,b{[\",{", "\\",1]`, 3],
  ])('of %j are counted outside of texts: %i', (json, count) => {
    expect(hasMoreValues(bytesOf(json), count)).toBe(false);
    expect(hasMoreValues(bytesOf(json), count - 1)).toBe(true);
  });

  it.each(['', '"text"', '"a\\'])('are none in %j', (json) => {
    expect(hasMoreValues(bytesOf(json), 0)).toBe(false);
  });
});
