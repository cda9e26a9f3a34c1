import { describe, expect, it } from 'vitest';

import {
  formatTextList,
  parseCommaList,
  parseTextList,
  toCommaList,
  toTextList,
} from '../../../../src/domain/core/comma-list.ts';

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

describe('a list whose entries may hold commas', () => {
  it.each([
    ['a, b', ['a', 'b']],
    ['["a,b"," c "]', ['a,b', ' c ']],
    ['[x', ['[x']],
    ['', []],
  ])('is read from %j', (text, entries) => {
    expect(parseTextList(text)).toEqual(entries);
  });

  it.each([
    [['a', 'b'], 'a,b'],
    [['a,b'], '["a,b"]'],
    [[' a'], '[" a"]'],
    [[''], '[""]'],
    [['["x"]'], '["[\\"x\\"]"]'],
    [[], ''],
  ])('is written so that it is read as the same: %j', (entries, text) => {
    expect(formatTextList(entries)).toBe(text);
    expect(parseTextList(text)).toEqual(entries);
  });

  it.each([
    ['a, b', 'a, b'],
    ['["a","b"]', 'a,b'],
    ['["a,b"]', '["a,b"]'],
    ['[::1]:5000', '[::1]:5000'],
    ['["a",1]', undefined],
    ['["a"', undefined],
  ])('of %j reaches a task as %j', (text, expected) => {
    expect(toTextList(text)).toBe(expected);
  });
});
