import { describe, expect, it } from 'vitest';

import { createImagestreamPlugin } from '../../../../../src/domain/transform/rules/imagestream-plugin.ts';
import { aResource, notesWithFlags, withFlags } from '../../../../builders/transform.ts';

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
  it('tags whose image is in the internal registry, by any of its names', () => {
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

  it('the second view of tags', () => {
    expect(decide(aResource('image.openshift.io/v1 ImageTag', 'web:v1'))).toMatch(/ImageStreamTag/);
  });
});

describe('the ImagestreamPlugin keeps', () => {
  it('tags that point at another registry, fit to be created again', () => {
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

  it('tags that are imported again by the digest of the export, without a schedule', () => {
    const tag = aTag({ kind: 'DockerImage', name: 'out.example:5000/base:1' }, `${internal}/shop/web@${digest}`, {
      importPolicy: { scheduled: true, insecure: true },
      referencePolicy: { type: 'Local' },
      reference: true,
    });
    const image = { dockerImageReference: `${internal}/shop/web@${digest}`, metadata: { name: digest } };
    const known = { ...tag, image };
    expect(decide(known)).toEqual([
      'remove /image',
      'remove /tag/importPolicy/scheduled',
      'remove /tag/reference',
      `replace /tag/from/name "out.example:5000/base@${digest}"`,
    ]);
    expect(notesWithFlags(createImagestreamPlugin)(known)).toEqual([
      'names its image by digest, and does not follow out.example:5000/base:1 at the destination',
    ]);
    const pinned = { kind: 'DockerImage', name: `out.example/base@${digest}` };
    expect(moved({ ...known, tag: { name: 'v1', from: pinned } })).toEqual([
      'remove /image',
      `replace /tag/from/name "new.example/base@${digest}"`,
    ]);
    expect(decide({ ...known, tag: { name: 'v1', from: pinned } })).toEqual(['remove /image']);
    const named = { 'registry-replacement': 'out.example:5000/base:1=mirror.example/base:2' };
    expect(withFlags(createImagestreamPlugin, named)(known)).toEqual([
      'remove /image',
      'replace /tag/from/name "mirror.example/base:2"',
    ]);
  });

  it('tags without the labels that they show of their stream', () => {
    const tag = aTag({ kind: 'ImageStreamTag', name: 'ruby:3', namespace: 'openshift' }, `${internal}/openshift/ruby`);
    const labelled = { ...tag, metadata: { ...tag.metadata, labels: { app: 'web' } } };
    expect(decide(labelled)).toEqual(['remove /metadata/labels', 'remove /image']);
  });

  it('tags that point into another namespace, which is kept or moves', () => {
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

  it('tags without a specification whose image is elsewhere, and gives them one', () => {
    expect(moved(aTag(undefined, `out.example/base@${digest}`))).toEqual([
      'remove /image',
      `add /tag {"from":{"kind":"DockerImage","name":"new.example/base@${digest}"},"importPolicy":{"importMode":"PreserveOriginal"},"name":"v1"}`,
    ]);
    const bare = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStreamTag', metadata: { name: 'web:v1' } };
    expect(decide(bare)).toEqual([]);
  });
});

describe('the ImagestreamPlugin keeps of streams', () => {
  it('tags that were never imported, without the other tags', () => {
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
        spec: { tags: [tags[1]] },
      }),
    ).toEqual(['remove /spec/tags/0/generation']);
  });

  it('the local lookup policy', () => {
    expect(decide(aStream({ lookupPolicy: { local: true }, tags: [{ name: 'v1' }] }, [imported]))).toEqual([
      'remove /spec/tags',
    ]);
  });

  it('those that nothing is known to create: empty ones, and those that follow a repository', () => {
    expect(decide(aStream({}))).toEqual([]);
    expect(decide(aStream({ tags: [{ name: 'v1', from: { kind: 'DockerImage', name: 'x' } }] }, [imported]))).toEqual([
      'remove /spec/tags',
    ]);
    const mark = 'openshift.io/image.dockerRepositoryCheck';
    const stream = aStream({ dockerImageRepository: 'out.example/redis' });
    const following = { ...stream, metadata: { ...stream.metadata, annotations: { [mark]: 'x', note: 'y' } } };
    expect(moved(following)).toEqual([
      'remove /metadata/annotations/openshift.io~1image.dockerRepositoryCheck',
      'replace /spec/dockerImageRepository "new.example/redis"',
    ]);
    expect(notesWithFlags(createImagestreamPlugin)(following)).toEqual([
      'the destination imports the tags of out.example/redis as they are at that time',
    ]);
  });

  it('annotations of a tag that was never pushed', () => {
    const tags = [{ name: 'v1', annotations: { note: 'x' } }, { name: 'v2', annotations: {} }, {}];
    expect(decide(aStream({ tags }))).toEqual(['remove /spec/tags/2', 'remove /spec/tags/1']);
  });

  it('everything of other kinds and groups', () => {
    expect(decide(aResource('example.com/v1 ImageStream', 'web'))).toEqual([]);
  });
});
