import { describe, expect, it } from 'vitest';

import { createImagestreamPlugin } from '../../../../../src/domain/resources/transform/imagestream-plugin.ts';
import { aResource, withFlags } from '../../../../builders/transform.ts';

const internal = 'image-registry.openshift-image-registry.svc:5000';
const decide = withFlags(createImagestreamPlugin);
const moved = withFlags(createImagestreamPlugin, {
  'registry-replacement': `${internal}/shop=${internal}/store,out.example=new.example`,
});
const digest = `sha256:${'a'.repeat(64)}`;

function aTag(from: unknown, image: string, more: object = {}) {
  const tag = from === undefined ? null : { name: 'v1', from, ...more };
  return aResource('image.openshift.io/v1 ImageStreamTag', 'web:v1', { tag, image: { dockerImageReference: image } });
}

function aStream(spec: object, tags: readonly unknown[] = []) {
  return aResource('image.openshift.io/v1 ImageStream', 'web', { spec, status: { tags } });
}

const imported = { tag: 'v1', items: [{ image: digest }] };

describe('the ImagestreamPlugin leaves out', () => {
  it('tags whose image lies in the internal registry, by any of its names', () => {
    expect(decide(aTag(undefined, `${internal}/shop/web@${digest}`))).toMatch(/copied as an image/);
    expect(decide(aTag(undefined, `docker-registry.default.svc:5000/shop/web@${digest}`))).toMatch(/copied/);
    const named = withFlags(createImagestreamPlugin, { 'src-internal-registry': 'registry.corp:5000' });
    expect(named(aTag(undefined, `registry.corp:5000/shop/web@${digest}`))).toMatch(/copied/);
    const empty = withFlags(createImagestreamPlugin, { 'src-internal-registry': '' });
    expect(empty(aTag(undefined, `${internal}/shop/web@${digest}`))).toMatch(/copied/);
  });

  it('tags that name an image of their own stream', () => {
    expect(decide(aTag({ kind: 'ImageStreamImage', name: 'web@x' }, `${internal}/shop/web@${digest}`))).toMatch(
      /copied/,
    );
    expect(
      decide(aTag({ kind: 'ImageStreamImage', name: 'web@x', namespace: 'shop' }, `${internal}/shop/web@${digest}`)),
    ).toMatch(/copied/);
  });

  it('streams that reappear by themselves, and the second view of tags', () => {
    expect(decide(aStream({ tags: [{ name: 'v1', from: { kind: 'DockerImage', name: 'x' } }] }, [imported]))).toMatch(
      /push/,
    );
    expect(decide(aStream({}))).toMatch(/push/);
    expect(decide(aResource('image.openshift.io/v1 ImageTag', 'web:v1'))).toMatch(/ImageStreamTag/);
  });
});

describe('the ImagestreamPlugin keeps', () => {
  it('tags that point at another registry, fit to be created anew', () => {
    const tag = aTag({ kind: 'DockerImage', name: 'out.example/base:1' }, `out.example/base@${digest}`, {
      annotations: null,
      generation: 2,
      referencePolicy: { type: 'Local' },
    });
    expect(moved({ ...tag, generation: 1, lookupPolicy: { local: false } })).toEqual([
      'remove /image',
      'remove /generation',
      'remove /lookupPolicy',
      'remove /tag/annotations',
      'remove /tag/generation',
      'replace /tag/from/name "new.example/base:1"',
    ]);
  });

  it('tags that point into another namespace, which stays or moves', () => {
    const image = `${internal}/openshift/ruby@${digest}`;
    expect(moved(aTag({ kind: 'ImageStreamTag', name: 'ruby:3', namespace: 'openshift' }, image))).toEqual([
      'remove /image',
    ]);
    expect(moved(aTag({ kind: 'ImageStreamImage', name: 'ruby@x', namespace: 'openshift' }, image))).toEqual([
      'remove /image',
    ]);
    expect(moved(aTag({ kind: 'ImageStreamTag', name: 'web:v2', namespace: 'shop' }, image))).toEqual([
      'remove /image',
      'replace /tag/from/namespace "store"',
    ]);
    expect(decide(aTag({ kind: 'ImageStreamTag', name: 'web:v2', namespace: 'shop' }, image))).toEqual([
      'remove /image',
      'remove /tag/from/namespace',
    ]);
  });

  it('tags without a specification whose image lies elsewhere, and gives them one', () => {
    expect(moved(aTag(undefined, `out.example/base@${digest}`))).toEqual([
      'remove /image',
      `add /tag {"from":{"kind":"DockerImage","name":"new.example/base@${digest}"},"name":"v1"}`,
    ]);
    const bare = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStreamTag', metadata: { name: 'web:v1' } };
    expect(decide(bare)).toEqual([]);
  });

  it('streams for tags that were never imported, without the other tags', () => {
    const tags = [
      { name: 'v1', from: { kind: 'DockerImage', name: 'x' } },
      { name: 'later', generation: 2, from: { kind: 'DockerImage', name: 'out.example/y' } },
      { name: 'pushed' },
      { name: 'reference', reference: true, from: { kind: 'ImageStreamTag', name: 'a:b', namespace: 'shop' } },
    ];
    expect(moved(aStream({ tags }, [imported, { tag: 'reference', items: [{ image: '' }, {}] }]))).toEqual([
      'remove /spec/tags/1/generation',
      'replace /spec/tags/1/from/name "new.example/y"',
      'replace /spec/tags/3/from/namespace "store"',
      'remove /spec/tags/2',
      'remove /spec/tags/0',
    ]);
    expect(
      decide({
        apiVersion: 'image.openshift.io/v1',
        kind: 'ImageStream',
        metadata: { name: 'web' },
        spec: { tags: [tags[3]] },
      }),
    ).toEqual([]);
  });

  it('streams for their local lookup policy', () => {
    expect(decide(aStream({ lookupPolicy: { local: true }, tags: [{ name: 'v1' }] }, [imported]))).toEqual([
      'remove /spec/tags',
    ]);
  });

  it('everything of other kinds and groups', () => {
    expect(decide(aResource('example.com/v1 ImageStream', 'web'))).toEqual([]);
  });
});
