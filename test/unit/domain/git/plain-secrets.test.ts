import { Buffer } from 'node:buffer';

import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import {
  findPlainSecret,
  fromWideText,
  isManifestName,
  isPackedManifestName,
  partsOf,
} from '../../../../src/domain/git/plain-secrets.ts';

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
    ['in a ConfigMap as JSON behind a byte order mark', { data: { a: `\ufeff${JSON.stringify([secret])}` } }],
    ['in a ConfigMap as YAML', { data: { a: `# a\n---\n${yamlCodec.format(secret)}` } }],
    ['in a ConfigMap as base64', { binaryData: { a: btoa(yamlCodec.format(secret)) } }],
    ['in a SecretList whose items have no kind', { kind: 'SecretList', items: [7, { ...secret, kind: undefined }] }],
    ['in a patch of a kustomization', { patches: [{ patch: yamlCodec.format(secret) }] }],
    ['in a ConfigMap as JSON', { kind: 'ConfigMap', data: { 'a.json': `\n${JSON.stringify(list(secret))}` } }],
  ])('is found %s', (_where, document) => {
    expect(findPlainSecret(document, (text) => yamlCodec.parse(text, 'a text'))).toBe('v1 Secret login');
  });

  it('is named as far as it has a name', () => {
    expect(findPlainSecret({ ...secret, metadata: { generateName: 'login-' } })).toBe('v1 Secret login-');
    expect(findPlainSecret({ ...secret, metadata: {} })).toBe('v1 Secret without a name');
    expect(findPlainSecret({ secretGenerator: [{ name: 'made', literals: ['a=b'] }] })).toBe(
      'the secretGenerator made',
    );
    expect(findPlainSecret({ SecretGenerator: [{ name: 'made' }] })).toBe('the secretGenerator made');
    expect(findPlainSecret({ kind: 'SecretGenerator' })).toBe('the SecretGenerator without a name');
    expect(findPlainSecret({ secretGenerator: [{}] })).toBe('the secretGenerator without a name');
  });

  it.each<[string, unknown]>([
    ['a sealed Secret', { ...secret, data: undefined, sealedData: { a: 'x' } }],
    ['a Secret without values', { ...secret, data: {} }],
    ['a reference to one', { kind: 'Pod', spec: { volumes: [{ secret: { secretName: 'login' } }] } }],
    ['text in brackets', { data: { a: '{not json' } }],
    ['a SecretList without items', { kind: 'SecretList' }],
    ['text about Secrets', { data: { a: 'the Secret\nis elsewhere' } }],
    ['bytes', { binaryData: { a: btoa('\u00ff'.repeat(60)) } }],
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

  it('is not searched for in packed manifests, which are known by their names', () => {
    expect(['a.yaml.gz', 'b.YML.xz', 'c.json.zst'].map(isPackedManifestName)).toEqual([true, true, true]);
    expect(['a.tgz', 'a.yaml', 'yaml.gz'].map(isPackedManifestName)).toEqual([false, false, false]);
  });

  it('is looked for in UTF-16, and in the parts of a file that is no YAML as a whole', () => {
    const wide = Buffer.from('\ufeffkind: Secret', 'utf16le').toString('utf8');
    expect([fromWideText(wide), fromWideText('\ufffda')]).toEqual(['kind: Secret', '\ufffda']);
    expect(partsOf('a: [\n--- # b\nc\n{"d":1}\n')).toEqual(['a: [\n', '\nc\n{"d":1}\n', '{"d":1}']);
  });
});
