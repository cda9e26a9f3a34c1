import { describe, expect, it } from 'vitest';
import { readField, readList, readText } from '../../../../testbed/clusters/json.ts';

describe('readField', () => {
  it('follows keys to a value', () => {
    expect(readField({ a: { b: [1] } }, 'a', 'b')).toEqual([1]);
  });

  it.each([[undefined], [null], ['text'], [{ a: null }], [{ a: 'text' }]])(
    'gives undefined where %j has no such path',
    (value) => {
      expect(readField(value, 'a', 'b')).toBeUndefined();
    },
  );

  it('does not find what an object merely inherits', () => {
    expect(readField({}, 'constructor')).toBeUndefined();
  });
});

describe('readText and readList', () => {
  it('take values of their own kind only', () => {
    const value = { text: 'x', list: ['y'] };
    expect([readText(value, 'text'), readText(value, 'list')]).toEqual(['x', undefined]);
    expect([readList(value, 'list'), readList(value, 'text')]).toEqual([['y'], []]);
  });
});
