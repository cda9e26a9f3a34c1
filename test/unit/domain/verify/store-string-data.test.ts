import { describe, expect, it } from 'vitest';

import { storeStringData } from '../../../../src/domain/verify/store-string-data.ts';

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
