import { describe, expect, it } from 'vitest';

import {
  hasGeneratedPullSecret,
  isServiceAccount,
  keepGeneratedSecrets,
} from '../../../../src/domain/resources/service-account.ts';
import { aResource } from '../../../builders/transform.ts';

const account = aResource('v1 ServiceAccount', 'web', { imagePullSecrets: [{ name: 'partner' }] });

describe('a ServiceAccount', () => {
  it('is known by group and kind', () => {
    expect(isServiceAccount(account)).toBe(true);
    expect(isServiceAccount(aResource('example.com/v1 ServiceAccount', 'web'))).toBe(false);
    expect(isServiceAccount(aResource('v1 Secret', 'web'))).toBe(false);
  });

  it('keeps what its cluster added and gains what is new', () => {
    const present = { secrets: [{ name: 'web-token' }], imagePullSecrets: [{ name: 'web-dockercfg-abcde' }] };
    expect(keepGeneratedSecrets(account, present)).toEqual({
      ...account,
      secrets: [{ name: 'web-token' }],
      imagePullSecrets: [{ name: 'web-dockercfg-abcde' }, { name: 'partner' }],
    });
  });

  it('is applied as it is where nothing was added', () => {
    expect(keepGeneratedSecrets(account, undefined)).toEqual(account);
    expect(keepGeneratedSecrets(account, { imagePullSecrets: [{ name: 'partner' }] })).toEqual(account);
  });

  it('is ready for pods once its generated pull secret is listed', () => {
    expect(hasGeneratedPullSecret(account)).toBe(false);
    const ready = { metadata: { name: 'web' }, imagePullSecrets: [{ name: 'web-dockercfg-abcde' }] };
    expect(hasGeneratedPullSecret(ready)).toBe(true);
    expect(hasGeneratedPullSecret({ imagePullSecrets: [{}] })).toBe(false);
  });
});
