import { describe, expect, it } from 'vitest';

import { formatRegistryUrl, readExportRegistry } from '../../../../src/domain/app/export-registries.ts';
import { toBase64 } from '../../../../src/domain/core/redaction/secret-forms.ts';

const auth = { auth: toBase64('me:hunter2'), username: 'me', password: 'hunter2' };

interface Parts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config?: string | undefined;
  readonly certs?: string;
}

function read(parts: Parts) {
  const { labels = { 'epinio.io/api-export-registry': 'true' }, certs } = parts;
  const { annotations = { 'epinio.io/registry-namespace': 'team' } } = parts;
  const config = 'config' in parts ? parts.config : JSON.stringify({ auths: { 'r.example:5000': auth } });
  return readExportRegistry({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'target', namespace: 'epinio', labels, annotations },
    data: {
      ...(config === undefined ? {} : { '.dockerconfigjson': toBase64(config) }),
      ...(certs === undefined ? {} : { certs: toBase64(certs) }),
    },
  });
}

function hosts(...keys: readonly string[]): string {
  return JSON.stringify({ auths: Object.fromEntries(keys.map((key) => [key, auth])) });
}

describe('readExportRegistry', () => {
  it('reads host, namespace and the Secret with certificates', () => {
    expect(read({ certs: 'my-ca' })).toMatchObject({
      registry: { name: 'target', host: 'r.example:5000', namespace: 'team', certificateSecret: 'my-ca' },
    });
    expect(read({})).toMatchObject({ registry: { certificateSecret: undefined } });
  });

  it.each([
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io/v1/', 'docker.io'],
    ['registry.hub.docker.com', 'docker.io'],
    ['http://r.example:5000', 'r.example:5000'],
    ['https://r.example/v2/', 'r.example'],
    ['R.example/', 'r.example'],
    ['oci://r.example', 'r.example'],
  ])('takes the key %s for %s, and has its login for this host', (key, host) => {
    const dockerConfig = JSON.stringify({ auths: { [host]: auth } });
    expect(read({ config: hosts(key) })).toMatchObject({ registry: { host, namespace: 'team', dockerConfig } });
  });

  it.each([
    ['r.example/org', 'team', 'org/team'],
    ['https://r.example/org/', 'team', 'org/team'],
    ['r.example/org/unit', '', 'org/unit'],
    ['docker.io/org', 'team', 'org/team'],
  ])('puts the path of the key %s before the namespace %j', (key, annotation, namespace) => {
    const annotations = { 'epinio.io/registry-namespace': annotation };
    expect(read({ config: hosts(key), annotations })).toMatchObject({ registry: { namespace } });
  });

  it.each<[string, Parts]>([
    ['label-missing', { labels: {} }],
    ['label-value', { labels: { 'epinio.io/api-export-registry': 'yes' } }],
    ['annotation-missing', { annotations: {} }],
    ['namespace-invalid', { annotations: { 'epinio.io/registry-namespace': 'Team/../x' } }],
    ['config-missing', { config: undefined }],
    ['config-invalid', { config: '{"auths": [' }],
    ['config-invalid', { config: '{"auths": []}' }],
    ['config-invalid', { config: '7' }],
    ['config-invalid', { config: '{}' }],
    ['hosts-not-one', { config: '{"auths": {}}' }],
    ['hosts-not-one', { config: hosts('a.example', 'b.example') }],
    ['host-invalid', { config: hosts('a b') }],
    ['host-invalid', { config: hosts('https://') }],
    ['host-invalid', { config: hosts('r.example/Org') }],
    ['host-invalid', { config: hosts('r.example//org') }],
  ])('reports %s, and no credential', (problem, parts) => {
    const found = read(parts);
    expect(found).toEqual({ problem });
  });

  it('names a registry by host and namespace', () => {
    expect(formatRegistryUrl({ host: 'r.example', namespace: 'team/apps' })).toBe('r.example/team/apps');
    expect(formatRegistryUrl({ host: 'r.example', namespace: '' })).toBe('r.example');
  });
});
