import { describe, expect, it } from 'vitest';

import { SyncFailure } from '../../../../src/domain/oci/failure.ts';
import { parseSyncPlan } from '../../../../src/domain/images/plan/sync-plan.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import type { Registry } from '../../../../src/domain/oci/registry.ts';
import { checkCoverage } from '../../../../src/usecases/verify/verify-move.ts';
import { checkImages } from '../../../../src/usecases/verify/check-images.ts';
import { checkPods } from '../../../../src/usecases/verify/check-pods.ts';
import type { Finding } from '../../../../src/usecases/verify/finding.ts';
import { aHost } from '../../../builders/host.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const [a, b, platform] = ['a', 'b', 'c'].map((hex) => `sha256:${hex.repeat(64)}`);
const plan = parseSyncPlan(
  JSON.stringify({
    schemaVersion: 1,
    source: { registry: 'registry.source.test', internalRegistry: 'registry.internal:5000' },
    destination: { registry: 'registry.test', internalRegistry: 'registry.internal:5000', namespace: 'shop' },
    images: [
      {
        ...{ source: 'registry.source.test/shop/web', destination: 'registry.test/shop/web', digest: a },
        ...{ tags: ['1', '2', '3', '4'], class: 'pushed', reason: 'pushed', usedBy: [] },
      },
    ],
    skipped: [],
    problems: [],
  }),
  'plan.json',
);
const index = JSON.stringify({
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [{ digest: platform, size: 1 }],
});

function aRegistry(heads: Readonly<Record<string, string | undefined>>): Registry {
  const refuse = (): never => {
    throw new Error('verification only reads manifests');
  };
  return {
    head: (path, tag) => {
      const digest = heads[tag];
      if (digest === 'broken') throw new SyncFailure('unavailable', `asking for ${path}:${tag}`);
      return Promise.resolve(digest === undefined ? undefined : { digest, mediaType: 'a' });
    },
    read: (_path, digest) =>
      Promise.resolve({ digest, mediaType: 'application/vnd.oci.image.index.v1+json', bytes: Buffer.from(index) }),
    ...{
      delete: refuse,
      loginScheme: refuse,
      createProject: refuse,
      tag: refuse,
      mount: refuse,
      listTags: refuse,
      referrers: refuse,
      hasBlob: refuse,
      readBlob: refuse,
      writeBlob: refuse,
    },
  };
}

function reasons(findings: readonly Finding[]): Readonly<Record<string, string>> {
  return Object.fromEntries(findings.map(({ item }) => [item.id, item.reason]));
}

describe('image tags', () => {
  it('must mean the planned digest at the destination', async () => {
    const findings = await checkImages(plan, aRegistry({ '1': a, '2': b, '4': 'broken' }));
    expect(reasons(findings)).toEqual({
      'registry.test/shop/web:1': 'digest-equal',
      'registry.test/shop/web:2': 'digest-different',
      'registry.test/shop/web:3': 'image-missing',
      'registry.test/shop/web:4': 'image-unreadable',
    });
  });
});

describe('containers', () => {
  const pod = (name: string, image: string, imageID: string) => ({
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: 'main', image }] },
    status: { containerStatuses: [{ name: 'main', imageID }] },
  });

  async function check(...items: readonly object[]): Promise<Readonly<Record<string, string>>> {
    const cluster: Cluster = {
      ...{ redactor: new Redactor(), contextName: 'destination', server: 'https://destination.test' },
      request: () => Promise.resolve({ items }),
      token: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    };
    const findings = await checkPods({ plan, namespaces: ['shop'] }, { cluster, registry: aRegistry({}) });
    return Object.fromEntries(
      Object.entries(reasons(findings)).map(([id, reason]) => [
        id.replace('container main of v1 Pod shop/', ''),
        reason,
      ]),
    );
  }

  it('must run the planned digest, or a platform of it', async () => {
    const internal = 'registry.internal:5000/shop/web';
    const found = await check(
      pod('right', `${internal}:1`, `${internal}@${String(a)}`),
      pod('platform', `registry.test/shop/web@${String(a)}`, `${internal}@${String(platform)}`),
      pod('wrong', `${internal}:1`, `${internal}@${String(b)}`),
      pod('unplanned', `${internal}:9`, `${internal}@${String(a)}`),
    );
    expect(found).toEqual({
      right: 'runs-planned-image',
      platform: 'runs-planned-image',
      wrong: 'runs-other-image',
      unplanned: 'runs-other-image',
    });
  });

  it('count as a difference when they are of another namespace', async () => {
    const foreign = pod('right', 'registry.test/shop/web:1', `registry.test/shop/web@${String(a)}`);
    expect(await check({ ...foreign, metadata: { name: 'right', namespace: 'other' } })).toEqual({
      'v1 Pod shop/right': 'unexpected-object',
    });
  });

  it('count when they run images of the plan and have started', async () => {
    const found = await check(
      pod('other', 'docker.io/library/redis:8', `docker.io/library/redis@${String(b)}`),
      pod('waiting', 'registry.test/shop/web:1', ''),
      pod('config', 'registry.test/shop/web:1', String(b)),
      pod('other-repository', 'registry.test/shop/other:1', `registry.test/shop/other@${String(b)}`),
    );
    expect(found).toEqual({});
  });
});

describe('exported objects', () => {
  it('must be planned or left out on purpose', async () => {
    const host = aHost();
    const [transformFolder, applyFolder] = [host.openFolder('/transform'), host.openFolder('/apply')];
    await transformFolder.write('resources/shop/.wh.Pod__v1_shop_b.yaml', '');
    await applyFolder.write('resources/shop/Pod__v1_shop_a.yaml', 'a');
    const files = ['a', 'b', 'c'].map((name) => ({
      ...{ path: `resources/shop/Pod__v1_shop_${name}.yaml`, apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name },
      ...{ resourceVersion: '1', digest: '' },
    }));
    const exported = { schemaVersion: 1, cluster: { context: 'source', uid: 'u' }, namespace: 'shop' } as const;
    const check = (count: number): Promise<readonly Finding[]> =>
      checkCoverage({ index: { ...exported, files: files.slice(0, count) }, transformFolder, applyFolder });
    expect(reasons(await check(3))).toEqual({ 'export: v1 Pod shop/c': 'not-planned' });
    expect(reasons(await check(2))).toEqual({ 'export: all objects': 'planned-or-left-out' });
  });
});
