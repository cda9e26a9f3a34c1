import { describe, expect, it } from 'vitest';

import { closestTo } from '../../../../src/domain/core/closest.ts';

describe('the closest candidate', () => {
  it.each([
    ['expot', 'export'],
    ['exprot', 'export'],
    ['verfy', 'verify'],
    ['applyy', 'apply'],
    ['aply', 'apply'],
    ['export', 'export'],
  ])('of %s is %s', (word, expected) => {
    expect(closestTo(word, ['apply', 'verify', 'export'])).toBe(expected);
  });

  it.each(['', 'kubernetes', 'x', 'zzzzzz', 'e'.repeat(100_000)])('of %.20s does not exist', (word) => {
    expect(closestTo(word, ['apply', 'verify', 'export'])).toBeUndefined();
  });
});
