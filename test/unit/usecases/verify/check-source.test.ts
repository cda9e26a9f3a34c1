import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { makeTextTable } from '../../../../src/domain/core/text-table.ts';
import { checkSource } from '../../../../src/usecases/verify/check-source.ts';
import { aHost } from '../../../builders/host.ts';
import { aResource } from '../../../builders/transform.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const verbs = ['list', 'get', 'create', 'delete'];
const kinds = ['ConfigMap', 'Secret', 'Pod'].map((kind) => ({
  ...{ name: `${kind.toLowerCase()}s`, kind, namespaced: true, verbs },
}));

function aCluster(objects: readonly Resource[], refused = ''): Cluster {
  const answers: Readonly<Record<string, unknown>> = {
    '/api': { versions: ['v1'] },
    '/apis': { groups: [] },
    '/api/v1': { resources: kinds },
  };
  return {
    ...{ redactor: new Redactor(), contextName: 'source', server: 'https://source.test' },
    request: ({ path }) => {
      const plural = path.slice(path.lastIndexOf('/') + 1);
      if (plural === refused)
        throw new ClusterStatusError(`GET ${path}`, { status: 403, reason: 'Forbidden', message: 'no' });
      const items = objects.filter(({ kind }) => `${kind.toLowerCase()}s` === plural);
      return Promise.resolve(answers[path] ?? { items });
    },
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

async function check(
  exported: readonly Resource[],
  now: readonly Resource[],
  { refused = '', allowForbidden = '' } = {},
): Promise<Readonly<Record<string, string>>> {
  const host = aHost();
  const exportFolder = host.openFolder('/export');
  const files = await Promise.all(
    exported.map(async (resource) => {
      const path = `resources/shop/${resource.kind}__v1_shop_${resource.metadata.name}.yaml`;
      await exportFolder.write(path, yamlCodec.format(resource));
      const { apiVersion, kind, metadata } = resource;
      const place = { path, apiVersion, kind, namespace: 'shop', name: metadata.name };
      return { ...place, resourceVersion: String(metadata['resourceVersion']), digest: '' };
    }),
  );
  const index = { schemaVersion: 1, cluster: { context: 'source', uid: 'u' }, namespace: 'shop', files } as const;
  const findings = await checkSource(
    { index, exportFolder, markers: makeTextTable(), allowForbidden },
    {
      ...{ cluster: aCluster(now, refused), yaml: yamlCodec, log: host.log },
      unseal: {
        openDataKey: () => Promise.reject(new Error('no data key here')),
        openValue: (sealed) =>
          sealed === 'foreign' ? Promise.reject(new Error('another key')) : Promise.resolve(sealed),
      },
    },
  );
  return Object.fromEntries(findings.map(({ item }) => [item.id.replace('source: v1 ', ''), item.reason]));
}

function map(name: string, version: string, value: string): Resource {
  return aResource('v1 ConfigMap', name, { metadata: { resourceVersion: version }, data: { value } });
}

const unchanged = { 'source: namespace shop': 'unchanged-since-export' };

describe('the source since the export', () => {
  it('is unchanged when no content is another, whatever the versions', async () => {
    expect(await check([map('a', '1', 'x'), map('b', '2', 'y')], [map('a', '1', 'x'), map('b', '9', 'y')])).toEqual(
      unchanged,
    );
  });

  it('shows what was changed, added and deleted', async () => {
    const found = await check([map('a', '1', 'x'), map('b', '2', 'y')], [map('a', '3', 'z'), map('c', '4', 'x')]);
    expect(found).toEqual({
      'ConfigMap shop/a': 'changed-since-export',
      'ConfigMap shop/b': 'deleted-since-export',
      'ConfigMap shop/c': 'added-since-export',
    });
  });

  it('skips what is never migrated', async () => {
    const metadata = { resourceVersion: '1', ownerReferences: [{ name: 'web' }] };
    expect(await check([aResource('v1 Pod', 'old', { metadata })], [aResource('v1 Pod', 'new', { metadata })])).toEqual(
      unchanged,
    );
  });

  it('shows an exported object whose deletion began later, and not one that was created and is being deleted', async () => {
    const deleting = (name: string) =>
      aResource('v1 ConfigMap', name, {
        metadata: { resourceVersion: '3', deletionTimestamp: '2026-01-02T03:04:05Z' },
      });
    expect(await check([map('a', '1', 'x')], [deleting('a'), deleting('b')])).toEqual({
      'ConfigMap shop/a': 'deleted-since-export',
    });
  });

  it('compares a Pod that was exported while it ran and has ended since', async () => {
    const pod = (version: string, image: string, phase: string) =>
      aResource('v1 Pod', 'load', { metadata: { resourceVersion: version }, spec: { image }, status: { phase } });
    expect(await check([pod('1', 'a', 'Running')], [pod('2', 'a', 'Succeeded')])).toEqual(unchanged);
    expect(await check([pod('1', 'a', 'Running')], [pod('2', 'b', 'Succeeded')])).toEqual({
      'Pod shop/load': 'changed-since-export',
    });
  });

  it('compares sealed Secrets in memory, by their keys and versions where they remain sealed', async () => {
    const secret = (version: string, more: object) =>
      aResource('v1 Secret', 'login', { metadata: { resourceVersion: version }, type: 'Opaque', ...more });
    const sealed = (value: string) => [secret('1', { sealedData: { password: value }, sealedFor: 'age1' })];
    expect(await check(sealed('same'), [secret('2', { data: { password: 'same' } })])).toEqual(unchanged);
    const changed = { 'Secret shop/login': 'changed-since-export' };
    expect(await check(sealed('same'), [secret('2', { data: { password: 'other' } })])).toEqual(changed);
    expect(await check(sealed('foreign'), [secret('2', { data: { password: 'other' } })])).toEqual(changed);
  });

  it('names objects that a list must not hold', async () => {
    const foreign = { ...map('b', '1', 'x'), metadata: { name: 'b', namespace: 'other' } };
    expect(await check([map('a', '1', 'x')], [map('a', '1', 'x'), foreign])).toEqual({
      'ConfigMap b': 'unexpected-object',
    });
  });

  it('names kinds that cannot be read, unless they may be missing, and takes none of their objects for deleted', async () => {
    const exported = [map('a', '1', 'x')];
    expect(await check(exported, [], { refused: 'configmaps' })).toEqual({ ConfigMap: 'unreadable' });
    expect(await check(exported, [], { refused: 'configmaps', allowForbidden: 'configmaps' })).toEqual(unchanged);
  });
});
