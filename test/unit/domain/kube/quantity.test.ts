import { describe, expect, it } from 'vitest';

import { amountOf, areEqualQuantities } from '../../../../src/domain/kube/quantity.ts';

describe('quantities', () => {
  it.each([
    ['1000m', '1'],
    ['1Gi', '1024Mi'],
    [2, '2'],
    ['1e3', '1k'],
    ['.5', '500m'],
    ['1E', '1000P'],
    ['0', '0Gi'],
  ])('%s is %s', (a, b) => {
    expect(areEqualQuantities(a, b)).toBe(true);
  });

  it.each([
    ['1Gi', '1G'],
    ['1', '1m'],
    ['web', 'web'],
    ['1', undefined],
    [true, '1'],
  ])('%s is not %s', (a, b) => {
    expect(areEqualQuantities(a, b)).toBe(false);
  });

  it('have an amount in their unit', () => {
    expect(amountOf('2Ki')).toBe(2048);
    expect(amountOf('many')).toBeUndefined();
  });
});
