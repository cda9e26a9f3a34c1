import { describe, expect, it } from 'vitest';

import { jwtExpiry } from '../../../../src/domain/kubeconfig/jwt-expiry.ts';

const tokenOf = (claims: string): string => `e30.${Buffer.from(claims).toString('base64url')}.x`;

describe('the expiry of a JSON Web Token', () => {
  it.each([
    [tokenOf('{"exp":1700000000}'), 1_700_000_000_000],
    [tokenOf('{"name":"ÿ?>~","exp":1}'), 1000],
    [tokenOf('{"exp":"1"}'), undefined],
    [tokenOf('{}'), undefined],
    [tokenOf('no JSON'), undefined],
    ['opaque', undefined],
    ['a.%%%.b', undefined],
  ])('of %s is %s', (token, expiry) => {
    expect(jwtExpiry(token)).toBe(expiry);
  });
});
