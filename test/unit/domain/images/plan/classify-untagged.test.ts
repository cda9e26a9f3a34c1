import { describe, expect, it } from 'vitest';

import {
  aDeployment,
  aResource,
  aStream,
  destination,
  digest,
  internal,
  outside,
  plan,
  reasons,
  location,
} from '../../../../builders/image-plan.ts';

const pushed = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
describe('images that only workloads name', () => {
  it('are planned by digest, with a tag that keeps them', () => {
    const { images } = plan([aDeployment('web', `${internal}/shop/tool@${digest('d')}`)]);
    expect(images).toMatchObject([
      {
        source: location(`${outside}/shop/tool`),
        tags: ['digest-dddddddddddddddd'],
        reason: 'digest-only',
        usedBy: ['Deployment shop/web'],
      },
    ]);
  });

  it('are taken from the history of a tag only when in use', () => {
    const items = [
      `${internal}/shop/web@${digest('a')}`,
      `${internal}/shop/web@${digest('b')}`,
      `${internal}/shop/web@${digest('c')}`,
    ];
    const stream = aStream('web', { 1: { items } });
    const found = reasons([stream, aDeployment('web', `${outside}/shop/web@${digest('b')}`)]);
    expect(found).toEqual({
      'shop/web:1': 'copy pushed pushed',
      'shop/web:digest-bbbbbbbbbbbbbbbb': 'copy pushed history-used',
    });
  });

  it.each([
    ['docker.io/library/web', 'copy public history-used'],
    [`${internal}/openshift/web`, 'skip openshift alias-to-openshift'],
    ['no image', 'copy pushed history-used'],
  ])('keep the class of their history item: %s', (reference, verdict) => {
    const stream = aStream('web', {
      1: { items: [`${internal}/shop/web@${digest('a')}`, `${reference}@${digest('b')}`] },
    });
    const found = reasons([stream, aDeployment('web', `${internal}/shop/web@${digest('b')}`)]);
    expect(Object.values(found)).toContain(verdict);
  });

  it('are known as built when a Build reported them', () => {
    const build = aResource('Build', 'api-1', {
      status: { phase: 'Complete', output: { to: { imageDigest: digest('d') } } },
    });
    const labelled = aResource('ImageStreamTag', 'x:1', {
      image: {
        metadata: { name: digest('e') },
        dockerImageMetadata: {
          Config: { Labels: { 'io.openshift.build.name': 'x-1', 'io.openshift.build.namespace': 'shop' } },
        },
      },
    });
    const found = reasons([
      build,
      labelled,
      aDeployment('a', `${internal}/shop/api@${digest('d')}`),
      aDeployment('b', `${internal}/shop/x@${digest('e')}`),
    ]);
    expect(Object.values(found)).toEqual(['copy built-in-cluster digest-only', 'copy built-in-cluster digest-only']);
  });

  it('are refused when their manifest is of schema 1', () => {
    const found = reasons([aDeployment('web', `${internal}/shop/web@${digest('a')}`)], {
      schema1: new Set([digest('a')]),
    });
    expect(found).toEqual({ [`shop/web@${digest('a')}`]: 'problem schema1-manifest' });
  });

  it.each([
    ['openshift', 'skip openshift openshift-namespace'],
    ['other', 'problem other-namespace'],
  ])('of namespace %s are not planned', (namespace, verdict) => {
    expect(reasons([aDeployment('web', `${internal}/${namespace}/web:1`)])).toEqual({
      [`${namespace}/web:1`]: verdict,
    });
  });

  it('without a namespace go by their own name', () => {
    const { images } = plan([aDeployment('web', `${internal}/web@${digest('a')}`)]);
    expect(images).toMatchObject([
      { source: location(`${outside}/web`), destination: location(`${destination}/shop-new/web`) },
    ]);
  });
});

describe('streams of other namespaces', () => {
  const from = (namespace: string, name = 'python:3', kind = 'ImageStreamTag'): object => ({ kind, namespace, name });
  const aBuild = (source: object) =>
    aResource('BuildConfig', 'api', { spec: { strategy: { sourceStrategy: { from: source } } } });
  it.each([
    [from('builders'), { 'builders/python:3': 'problem other-namespace' }],
    [from('ci', `base@${digest('a')}`, 'ImageStreamImage'), { [`ci/base@${digest('a')}`]: 'problem other-namespace' }],
    [from('openshift'), {}],
    [from('shop'), {}],
    [from('builders', 'No Name'), {}],
  ])('are named where a build takes %j', (source, verdict) => {
    expect(reasons([aBuild(source)])).toEqual(verdict);
  });

  it('are named once for a workload that names their image', () => {
    const spec = (image: string) => ({
      triggers: [{ imageChangeParams: { from: from('base', 'web:1') } }],
      template: { spec: { containers: [{ name: 'web', image }] } },
    });
    const started = aResource('DeploymentConfig', 'web', { spec: spec(`${internal}/base/web@${digest('a')}`) });
    expect(reasons([started])).toEqual({ [`base/web@${digest('a')}`]: 'problem other-namespace' });
    const waiting = aResource('DeploymentConfig', 'web', { spec: spec(' ') });
    expect(reasons([waiting])).toEqual({ 'base/web:1': 'problem other-namespace' });
  });
});

it.each(['other/web:1', 'shop/web:2', 'shop/gone:1'])('%s is no problem where only a text names it', (name) => {
  const workload = aResource('ShopBackup', 'x', { spec: { args: [`run ${internal}/${name}`] } });
  expect(reasons([pushed, workload])[name]).toBe('skip pushed named-in-text');
  const both = aResource('ShopBackup', 'y', { spec: { value: `${internal}/${name}` } });
  expect(reasons([pushed, workload, both])[name]).toMatch(/^problem /);
});

it('names of repositories in texts are named, unless their stream is planned', () => {
  const workload = aResource('ShopBackup', 'x', { spec: { args: [`${internal}/shop/web`, `${internal}/shop/db`] } });
  expect(reasons([pushed, workload])).toEqual({
    'shop/web:1': 'copy pushed pushed',
    [`${internal}/shop/db`]: 'skip pushed named-without-tag',
  });
});

describe('images by tag or by old revisions', () => {
  it('are skipped when only old revisions name them', () => {
    const old = aResource('ReplicaSet', 'web-1', {
      metadata: { ownerReferences: [{ controller: true }] },
      spec: {
        replicas: 0,
        template: { spec: { containers: [{ name: 'web', image: `${internal}/shop/web@${digest('b')}` }] } },
      },
    });
    const verdict = 'skip pushed unused-history';
    expect(reasons([pushed, old])[`shop/web@${digest('b')}`]).toBe(verdict);
    const both = reasons([pushed, old, aDeployment('web', `${internal}/shop/web@${digest('b')}`)]);
    expect(both['shop/web:digest-bbbbbbbbbbbbbbbb']).toBe('copy pushed digest-only');
  });

  it('by a tag that old revisions name too need nothing of them', () => {
    const old = aResource('ReplicaSet', 'web-1', {
      metadata: { ownerReferences: [{ controller: true }] },
      spec: { replicas: 0, template: { spec: { containers: [{ name: 'web', image: `${internal}/shop/web:1` }] } } },
    });
    expect(plan([pushed, old]).images).toMatchObject([{ tags: ['1'], usedBy: [] }]);
    expect(reasons([aStream('other', {}), old])).toEqual({ 'shop/web:1': 'skip pushed unused-history' });
  });

  it('by a tag that the stream has lost are a problem, unless a pod has its digest', () => {
    const workload = aDeployment('web', `${internal}/shop/web:2`);
    expect(reasons([pushed, workload])['shop/web:2']).toBe('problem deleted-tag');
    expect(reasons([workload])['shop/web:2']).toBe('problem digest-unknown');
    const pod = aResource('Pod', 'web-x', {
      spec: { containers: [{ name: 'web', image: `${internal}/shop/web:2` }] },
      status: {
        containerStatuses: [{ name: 'web', imageID: `docker-pullable://${internal}/shop/web@${digest('c')}` }],
      },
    });
    expect(reasons([pushed, workload, pod])['shop/web:2']).toBe('copy pushed running-image');
  });

  it('are named with everything that uses them', () => {
    const lookup = aStream(
      'web',
      { latest: { items: [`${internal}/shop/web@${digest('a')}`] } },
      { lookupPolicy: { local: true } },
    );
    const resources = [aDeployment('b', 'web'), aDeployment('a', `${internal}/shop/web`), aDeployment('c', 'other')];
    expect(plan([lookup, ...resources]).images[0]?.usedBy).toEqual(['Deployment shop/a', 'Deployment shop/b']);
  });

  it('are not named with a short name that the stream does not resolve', () => {
    const stream = aStream('web', { latest: { items: [`${internal}/shop/web@${digest('a')}`] } });
    expect(plan([stream, aDeployment('b', 'web')]).images[0]?.usedBy).toEqual([]);
  });
});
