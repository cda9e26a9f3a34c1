import { describe, expect, it } from 'vitest';
import { hideValues, storeStringData } from '../../../../src/domain/verify/hide-values.ts';
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

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, type: 'Opaque' };

describe('a Secret as the server stores it', () => {
  it('has its texts as base64 over what was there', () => {
    const data = { kept: 'a2VwdA==', user: 'b2xk' };
    const stored = storeStringData({ ...secret, data, stringData: { user: 'new', sign: '✓ ü' } });
    const encoded = (text: string): string => Buffer.from(text).toString('base64');
    expect(stored).toEqual({ ...secret, data: { kept: 'a2VwdA==', user: encoded('new'), sign: encoded('✓ ü') } });
  });

  it('has its texts also where there was no data', () => {
    expect(storeStringData({ ...secret, stringData: { user: 'a' } })).toEqual({ ...secret, data: { user: 'YQ==' } });
  });

  it('keeps what is not text, for the server to refuse', () => {
    expect(storeStringData({ ...secret, stringData: { user: 1 } })).toEqual({ ...secret, data: { user: 1 } });
  });

  it('is what it is without texts', () => {
    expect(storeStringData(secret)).toBe(secret);
  });
});

describe('another resource', () => {
  it('may have a member of that name', () => {
    const other = { ...secret, apiVersion: 'example.com/v1', stringData: { a: 'b' } };
    expect(storeStringData(other)).toBe(other);
  });
});
