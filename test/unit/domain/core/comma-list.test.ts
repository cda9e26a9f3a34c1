import { describe, expect, it } from 'vitest';

import { parseCommaList, toCommaList } from '../../../../src/domain/core/comma-list.ts';

describe('a list with commas', () => {
  it('has its entries without blanks, and no empty ones', () => {
    expect(parseCommaList(' a, b,,c ')).toEqual(['a', 'b', 'c']);
    expect(parseCommaList('')).toEqual([]);
  });

  it.each([
    ['["a","b"]', 'a,b'],
    [' [ "a" , "b=c" ] ', 'a,b=c'],
    ['[]', ''],
  ])('may be written as a JSON array of texts: %s', (text, expected) => {
    expect(toCommaList(text)).toBe(expected);
  });

  it.each(['', 'a', 'a, b', '[::1]:5000', '[::1]:5000=[::2]:5000', '[x', '{"a":1}', '*'])(
    'is taken as it is when it is not such an array: %s',
    (text) => {
      expect(toCommaList(text)).toBe(text);
    },
  );

  it.each(['["a"', '["a",]', '["a",1]', '["a",["b"]]', '["a",null]', '["a,b"]', '[""]', '["a"," "]', '["a"] x'])(
    'is refused when an array holds what no list can: %s',
    (text) => {
      expect(toCommaList(text)).toBeUndefined();
    },
  );
});
