import { describe, expect, it } from 'vitest';

import {
  aDeployment,
  aStream,
  destination,
  digest,
  inNamespace,
  internal,
  outside,
  plan,
  reasons,
  location,
} from '../../../../builders/image-plan.ts';

const pushed = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
const publicImage = `docker.io/library/python@${digest('b')}`;
const publicSpec = { from: { kind: 'DockerImage', name: 'docker.io/library/python:3' } };

describe('what becomes of a tag', () => {
  it('copies what was pushed from outside, pinned and to its new place', () => {
    expect(plan([pushed]).images).toEqual([
      {
        source: location(`${outside}/shop/web`),
        digest: digest('a'),
        destination: location(`${destination}/shop-new/web`),
        tags: ['1'],
        class: 'pushed',
        reason: 'pushed',
        usedBy: [],
      },
    ]);
  });

  it('decides by tag, not by stream: public and openshift tags beside a pushed one are not copied', () => {
    const stream = aStream('mixed', {
      own: { items: [`${internal}/shop/mixed@${digest('a')}`] },
      public: { spec: publicSpec, items: [publicImage] },
      platform: {
        spec: { from: { kind: 'ImageStreamTag', namespace: 'openshift', name: 'python:3' } },
        items: [`${internal}/openshift/python@${digest('c')}`],
      },
    });
    expect(reasons([stream])).toEqual({
      'shop/mixed:own': 'copy pushed pushed',
      'shop/mixed:public': 'skip public public-source',
      'shop/mixed:platform': 'skip openshift alias-to-openshift',
    });
  });

  it('takes only the newest item of a tag', () => {
    const items = [`docker.io/library/web@${digest('b')}`, `${internal}/shop/web@${digest('a')}`];
    expect(reasons([aStream('web', { 1: { items } })])).toEqual({ 'shop/web:1': 'skip public public-source' });
  });

  it('leaves the platform’s own streams alone', () => {
    const stream = inNamespace(
      'openshift',
      aStream('php', { 8: { items: [`${internal}/openshift/php@${digest('a')}`] } }),
    );
    expect(reasons([stream])).toEqual({ 'openshift/php:8': 'skip openshift openshift-namespace' });
  });

  it('knows an image of namespace openshift by its reference alone', () => {
    const stream = aStream('php', { 8: { items: [`docker-registry.default.svc:5000/openshift/php@${digest('a')}`] } });
    expect(reasons([stream])).toEqual({ 'shop/php:8': 'skip openshift alias-to-openshift' });
  });

  it('follows aliases of aliases into namespace openshift', () => {
    const stream = aStream('php', {
      8: { spec: { from: { kind: 'ImageStreamTag', namespace: 'openshift', name: 'php:8' } }, items: [publicImage] },
      latest: { spec: { from: { kind: 'ImageStreamTag', name: 'php:8' } }, items: [publicImage] },
      short: { spec: { from: { kind: 'ImageStreamTag', name: '8' } }, items: [publicImage] },
    });
    expect(new Set(Object.values(reasons([stream])))).toEqual(new Set(['skip openshift alias-to-openshift']));
  });

  it('does not follow aliases that go round in a circle for ever', () => {
    const stream = aStream('web', {
      a: { spec: { from: { kind: 'ImageStreamTag', name: 'web:b' } }, items: [`${internal}/shop/web@${digest('a')}`] },
      b: { spec: { from: { kind: 'ImageStreamTag', name: 'web:a' } }, items: [`${internal}/shop/web@${digest('a')}`] },
    });
    expect(plan([stream]).images.map(({ tags }) => tags)).toEqual([['a', 'b']]);
  });

  it('distinguishes what was tagged from another stream', () => {
    const stream = aStream('web', { 1: { items: [`${internal}/shop/base@${digest('a')}`] } });
    expect(reasons([stream])).toEqual({ 'shop/web:1': 'copy pushed tagged-from-stream' });
  });

  it('gives tags of one image one entry', () => {
    const items = [`${internal}/shop/web@${digest('a')}`];
    expect(plan([aStream('web', { latest: { items }, 1: { items }, '1.0': { items } })]).images).toMatchObject([
      { digest: digest('a'), tags: ['1', '1.0', 'latest'] },
    ]);
  });
});

describe('public images that workloads pull through the registry', () => {
  const local = { ...publicSpec, referencePolicy: { type: 'Local' } };

  it('are left to the import when nothing pulls them', () => {
    const stream = aStream('python', { 3: { spec: local, items: [publicImage] } });
    expect(reasons([stream])).toEqual({ 'shop/python:3': 'skip public public-local-policy' });
  });

  it.each([
    ['by tag', `${internal}/shop/python:3`],
    ['by digest', `${internal}/shop/python@${digest('b')}`],
    ['by the public route', `${outside}/shop/python:3`],
  ])('are copied when a workload names them %s', (_how, image) => {
    const stream = aStream('python', { 3: { spec: local, items: [publicImage] } });
    expect(reasons([stream, aDeployment('api', image)])).toEqual({ 'shop/python:3': 'copy public pulled-through' });
  });

  it('are copied even when their import fails now', () => {
    const conditions = [{ type: 'ImportSuccess', status: 'False', message: 'gone' }];
    const stream = aStream('python', { 3: { spec: publicSpec, items: [publicImage], conditions } });
    const found = reasons([stream, aDeployment('api', `${internal}/shop/python:3`)]);
    expect(found).toEqual({ 'shop/python:3': 'copy public pulled-through' });
  });
});
