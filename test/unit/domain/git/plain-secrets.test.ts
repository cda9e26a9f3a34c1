import { describe, expect, it } from 'vitest';

import { findPlainSecret, isManifestName } from '../../../../src/domain/git/plain-secrets.ts';

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data: { a: 'Yg==' } };
const list = (...items: readonly unknown[]) => ({ apiVersion: 'v1', kind: 'List', items });
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

describe('a Secret that anyone can read', () => {
  it.each<[string, unknown]>([
    ['alone', secret],
    ['with stringData', { ...secret, data: {}, stringData: { a: 'b' } }],
    ['in a List', list({}, secret)],
    ['in a List in a List', list(list(list(secret)))],
    ['in a SecretList', { kind: 'SecretList', items: [secret] }],
    ['in a Template', { kind: 'Template', objects: [secret] }],
    ['in a resource of an operator', { kind: 'Widget', spec: { template: secret } }],
    [
      'in the annotation of what was applied last',
      { metadata: { annotations: { [lastApplied]: JSON.stringify(secret) } } },
    ],
    ['in a ConfigMap as JSON', { kind: 'ConfigMap', data: { 'a.json': `\n${JSON.stringify(list(secret))}` } }],
  ])('is found %s', (_where, document) => {
    expect(findPlainSecret(document)).toBe('v1 Secret login');
  });

  it('is named as far as it has a name', () => {
    expect(findPlainSecret({ ...secret, metadata: { generateName: 'login-' } })).toBe('v1 Secret login-');
    expect(findPlainSecret({ ...secret, metadata: {} })).toBe('v1 Secret without a name');
    expect(findPlainSecret({ secretGenerator: [{ name: 'made', literals: ['a=b'] }] })).toBe(
      'the secretGenerator made',
    );
    expect(findPlainSecret({ secretGenerator: [{}] })).toBe('the secretGenerator without a name');
  });

  it.each<[string, unknown]>([
    ['a sealed Secret', { ...secret, data: undefined, sealedData: { a: 'x' } }],
    ['a Secret without values', { ...secret, data: {} }],
    ['a reference to one', { kind: 'Pod', spec: { volumes: [{ secret: { secretName: 'login' } }] } }],
    ['text in brackets', { data: { a: '{not json' } }],
    ['no generators', { secretGenerator: [] }],
    ['nothing', null],
    ['a number', 7],
  ])('is not %s', (_what, document) => {
    expect(findPlainSecret(document)).toBeUndefined();
  });

  it('is assumed in what is nested too deeply to be searched', () => {
    expect(findPlainSecret(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toContain('too deeply');
  });

  it('is expected in files with these names', () => {
    expect(['a.yaml', 'a.YAML', 'b.yml', 'c.Json'].map(isManifestName)).toEqual([true, true, true, true]);
    expect(['a', 'a.yaml.txt', 'README.md'].map(isManifestName)).toEqual([false, false, false]);
  });
});
