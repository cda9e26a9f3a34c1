import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { checkPlatformTags } from '../../../../src/usecases/validate/check-platform-tags.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { aKind, aSurface } from '../../../builders/surface.ts';
import { aResource } from '../../../builders/transform.ts';

const openshift = aSurface({ kinds: [aKind('image.openshift.io/v1 ImageStreamTag imagestreamtags')] });
const from = (name: string, kind = 'ImageStreamTag', namespace = 'openshift') => ({ kind, name, namespace });
const tag = (name: string, origin: object) =>
  aResource('image.openshift.io/v1 ImageStreamTag', name, { tag: { from: origin } });

/** A destination whose namespace openshift answers these requests with a status, 201 with a tag of another namespace; all others with 404. */
function aCluster(answers: Readonly<Record<string, number>>, asked: string[] = []): Cluster {
  return aClusterWith(({ path }) => {
    const name = decodeURIComponent(path.slice('/apis/image.openshift.io/v1/namespaces/openshift/'.length));
    asked.push(name);
    const status = answers[name] ?? 404;
    const metadata = { name: name.slice(name.indexOf('/') + 1), namespace: 'openshift' };
    if (status === 200) return Promise.resolve({ metadata });
    if (status === 201) return Promise.resolve({ metadata: { ...metadata, namespace: 'shop' } });
    return Promise.reject(new ClusterStatusError(`GET ${path}`, { status, reason: '', message: '' }));
  });
}

async function reasons(resources: readonly Resource[], cluster: Cluster | undefined, surface = openshift) {
  const items = await checkPlatformTags(resources, surface, cluster);
  return Object.fromEntries(items.map(({ id, outcome, reason }) => [id, `${outcome} ${reason}`]));
}

describe('tags of namespace openshift that resources follow', () => {
  const resources = [
    tag('ruby:3', from('ruby:3')),
    tag('ruby:old', from('ruby:2')),
    tag('pinned:1', from('ruby@sha256:x', 'ImageStreamImage')),
    aResource('image.openshift.io/v1 ImageStream', 'php', { spec: { tags: [{ name: '8', from: from('php:8') }] } }),
    aResource('build.openshift.io/v1 BuildConfig', 'web', {
      spec: { strategy: { sourceStrategy: { from: from('ruby:3') } } },
    }),
    tag('own:1', from('own:2', 'ImageStreamTag', 'shop')),
    tag('vendor:1', { kind: 'DockerImage', name: 'vendor.test/x:1' }),
  ];

  it('are gaps where the destination lacks them', async () => {
    const asked: string[] = [];
    const cluster = aCluster({ 'imagestreamtags/ruby:3': 200, 'imagestreamtags/php:8': 403 }, asked);
    expect(await reasons(resources, cluster)).toEqual({
      'ImageStreamTag openshift/ruby:3': 'done present',
      'ImageStreamTag openshift/ruby:2': 'failed platform-tag-missing',
      'ImageStreamImage openshift/ruby@sha256:x': 'failed platform-tag-missing',
      'ImageStreamTag openshift/php:8': 'skipped unknown',
    });
    expect(asked).toHaveLength(4);
    const other = aCluster({ 'imagestreamtags/ruby:3': 201 });
    expect(await reasons(resources.slice(0, 1), other)).toEqual({
      'ImageStreamTag openshift/ruby:3': 'failed unexpected-object',
    });
    const [first] = await checkPlatformTags(resources, openshift, cluster);
    expect(first?.evidence).toEqual({
      'used-by': 'image.openshift.io/v1 ImageStreamTag shop/ruby:3, build.openshift.io/v1 BuildConfig shop/web',
    });
  });

  it('are unknown without a destination, and no matter where no streams are served', async () => {
    expect(await reasons([tag('ruby:3', from('ruby:3'))], undefined)).toEqual({
      'ImageStreamTag openshift/ruby:3': 'skipped unknown',
    });
    expect(await reasons(resources, aCluster({}), aSurface())).toEqual({});
  });

  it('end the run when the login is refused', async () => {
    const refused = aCluster({ 'imagestreamtags/ruby:3': 401 });
    await expect(reasons([tag('ruby:3', from('ruby:3'))], refused)).rejects.toThrow();
  });
});
