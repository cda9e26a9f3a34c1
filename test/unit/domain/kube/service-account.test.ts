import { describe, expect, it } from 'vitest';

import {
  hasGeneratedPullSecret,
  isServiceAccount,
  mergeSecretLists,
} from '../../../../src/domain/kube/service-account.ts';
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
    expect(mergeSecretLists(account, present)).toEqual({
      secrets: [{ name: 'web-token' }],
      imagePullSecrets: [{ name: 'web-dockercfg-abcde' }, { name: 'partner' }],
    });
  });

  it('lists each secret once, and no empty list', () => {
    const imagePullSecrets = [{ name: 'partner' }];
    expect(mergeSecretLists(account, { imagePullSecrets })).toEqual({ imagePullSecrets });
    expect(mergeSecretLists(account, undefined)).toEqual({ imagePullSecrets });
  });

  it('is ready for pods once its generated pull secret is listed', () => {
    expect(hasGeneratedPullSecret(account)).toBe(false);
    const ready = { metadata: { name: 'web' }, imagePullSecrets: [{ name: 'web-dockercfg-abcde' }] };
    expect(hasGeneratedPullSecret(ready)).toBe(true);
    expect(hasGeneratedPullSecret({ imagePullSecrets: [{}] })).toBe(false);
  });
});
