import { describe, expect, it } from 'vitest';

import type { SkippedImage } from '../../../../src/domain/schemas/documents.ts';
import type { SyncPlan } from '../../../../src/domain/images/plan/sync-plan.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { checkImportedTags } from '../../../../src/usecases/verify/check-imported-tags.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { aResource } from '../../../builders/transform.ts';

const [a = '', b = ''] = ['a', 'b'].map((hex) => `sha256:${hex.repeat(64)}`);

function skipped(image: string, more: Partial<SkippedImage> = {}): SkippedImage {
  return { image, class: 'public', reason: 'public-source', message: 'is imported', usedBy: [], ...more };
}

function aPlan(images: readonly SkippedImage[]): SyncPlan {
  return {
    schemaVersion: 1,
    source: { registry: 'registry.source.test', internalRegistry: 'registry.internal:5000' },
    destination: { registry: 'registry.test', namespace: 'shop' },
    images: [],
    skipped: images,
    problems: [],
  };
}

/** A cluster whose tags mean these digests; `elsewhere`: it answers a tag of another namespace; a number is the status of a refusal. */
function aCluster(tags: Readonly<Record<string, string | number>>): Cluster {
  return aClusterWith(({ path }) => {
    const name = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
    const found = tags[name] ?? 404;
    if (typeof found === 'string') {
      const metadata = { name, namespace: found === 'elsewhere' ? 'other' : 'shop' };
      return Promise.resolve({ metadata, image: { metadata: { name: found } } });
    }
    return Promise.reject(
      new ClusterStatusError(`GET ${path}`, { status: found, reason: '', message: 'refused', body: '' }),
    );
  });
}

function aTag(name: string, from: object | undefined) {
  return aResource('image.openshift.io/v1 ImageStreamTag', name, { tag: from === undefined ? {} : { from } });
}

const vendor = { kind: 'DockerImage', name: 'vendor.test/crew/base:3' };
const known = { digest: a, reference: `vendor.test/crew/base@${a}` };

async function reasons(name: string, found: string | number, from: object | undefined = vendor) {
  const plan = aPlan([skipped(`source/${name}`, known)]);
  const findings = await checkImportedTags([aTag(name, from)], plan, aCluster({ [name]: found }));
  return findings.map(({ item }) => item.reason);
}

describe('a tag that the destination imports', () => {
  it('must mean the digest that the plan knows', async () => {
    expect(await reasons('base:3', a)).toEqual(['digest-equal']);
    const plan = aPlan([skipped('source/base:3', known)]);
    expect(await checkImportedTags([aTag('base:3', vendor)], plan, aCluster({ 'base:3': b }))).toMatchObject([
      { item: { outcome: 'failed', reason: 'digest-different', evidence: { digest: a, 'destination-digest': b } } },
    ]);
  });

  it('is compared also when it is an alias, or comes from a mirror', async () => {
    expect(await reasons('base:3', b, { kind: 'ImageStreamTag', name: 'base:4' })).toEqual(['digest-different']);
    expect(await reasons('base:3', b, { kind: 'DockerImage', name: `mirror.test/crew/base@${a}` })).toEqual([
      'digest-different',
    ]);
  });

  it('is not compared when the user pointed it at another repository, or it has no source', async () => {
    for (const from of [
      { kind: 'DockerImage', name: 'vendor.test/crew/other:1' },
      { kind: 'DockerImage', name: 'A B' },
    ]) {
      expect(await reasons('base:3', b, from)).toEqual([]);
    }
    const plan = aPlan([skipped('source/base:3', known)]);
    expect(await checkImportedTags([aTag('base:3', undefined)], plan, aCluster({ 'base:3': b }))).toEqual([]);
  });

  it('is not compared when the plan has no digest of an import, or another namespace', async () => {
    const cluster = aCluster({ 'base:3': b });
    const tag = aTag('base:3', vendor);
    for (const plan of [aPlan([]), aPlan([skipped('source/base:3')]), aPlan([skipped('source/base:3', { digest: a })])])
      expect(await checkImportedTags([tag], plan, cluster)).toEqual([]);
    const elsewhere = { ...tag, metadata: { ...tag.metadata, namespace: 'other' } };
    const plan = aPlan([skipped('source/base:3', known)]);
    expect(await checkImportedTags([elsewhere, aResource('v1 ConfigMap', 'base:3')], plan, cluster)).toEqual([]);
  });

  it('leaves a missing tag and one without an image to the comparison of objects, and reports a refusal', async () => {
    expect(await reasons('base:3', 404)).toEqual([]);
    expect(await reasons('base:3', '')).toEqual([]);
    expect(await reasons('base:3', 403)).toEqual(['image-unreadable']);
    expect(await reasons('base:3', 'elsewhere')).toEqual(['unexpected-object']);
    await expect(reasons('base:3', 401)).rejects.toThrow();
  });
});
