import { describe, expect, it } from 'vitest';

import { exactInteger, parseJsonExactly, stringifyExactly } from '../../../../src/domain/kube/exact-integers.ts';

describe('integers beyond 53 bits', () => {
  it.each(['9007199254740993', '-9223372036854775808', '100000000000000000000'])(
    'come and go with each digit of %s',
    (digits) => {
      const text = `{"a":[${digits},1,0.5],"b":${digits},"c":"${digits}"}`;
      expect(stringifyExactly(parseJsonExactly(text))).toBe(text);
      expect(exactInteger(digits)).toBe(BigInt(digits));
    },
  );

  it('are distinguished from those that fit, and from fractions', () => {
    expect(parseJsonExactly('[1, 9007199254740991, 0000]'.replace('0000', '1234567890123456789.5'))).toEqual([
      1, 9007199254740991, 1234567890123456789.5,
    ]);
    expect(exactInteger('-7')).toBe(-7);
  });

  it('are not looked for where there are none', () => {
    expect(parseJsonExactly('{"a":[1,"x"]}')).toEqual({ a: [1, 'x'] });
  });

  it('survive a copy', () => {
    const value = parseJsonExactly('{"a":9007199254740993}');
    expect(structuredClone(value)).toEqual({ a: 9007199254740993n });
  });

  it('are written without a change of what JavaScript has', () => {
    expect(stringifyExactly({ a: [1, 'x'], b: undefined })).toBe('{"a":[1,"x"]}');
    expect('toJSON' in BigInt.prototype).toBe(false);
  });

  it('do not hide broken JSON', () => {
    expect(() => parseJsonExactly('{"a":9007199254740993')).toThrow(SyntaxError);
  });
});
