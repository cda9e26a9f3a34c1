import { describe, expect, it } from 'vitest';

import { hideValues } from '../../../../src/domain/verify/hide-values.ts';
import { aResource } from '../../../builders/transform.ts';

describe('hiding values', () => {
  it('shows of a Secret only keys, and which values differ', () => {
    const first = aResource('v1 Secret', 'a', { data: { same: 'x', other: 'y', gone: 'z' }, type: 'Opaque' });
    const second = aResource('v1 Secret', 'a', { data: { same: 'x', other: 'w', added: 'v' }, type: 'Opaque' });
    expect(hideValues(first, second)).toEqual([
      aResource('v1 Secret', 'a', { data: { same: '***', other: '***', gone: '***' }, type: 'Opaque' }),
      aResource('v1 Secret', 'a', {
        data: { same: '***', other: '*** (another value)', added: '***' },
        type: 'Opaque',
      }),
    ]);
  });

  it('hides what one side alone has, in any form', () => {
    const first = aResource('v1 Secret', 'a');
    const second = aResource('v1 Secret', 'a', { stringData: { a: 'x' }, sealedData: { a: 'y' } });
    expect(hideValues(first, second)).toEqual([
      first,
      aResource('v1 Secret', 'a', { stringData: { a: '***' }, sealedData: { a: '***' } }),
    ]);
  });

  it('leaves other resources as they are', () => {
    const map = aResource('v1 ConfigMap', 'a', { data: { a: 'x' } });
    expect(hideValues(map, map)).toEqual([map, map]);
  });
});
