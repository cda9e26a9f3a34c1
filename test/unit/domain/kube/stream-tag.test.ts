import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import {
  isStream,
  isStreamTag,
  pushedTags,
  splitTagName,
  stateOfTag,
  viewOfTag,
  withoutSpecTags,
} from '../../../../src/domain/kube/stream-tag.ts';
import { aResource } from '../../../builders/transform.ts';

const from = { kind: 'DockerImage', name: 'registry.test/web:1' };
const failure = { type: 'ImportSuccess', status: 'False', generation: 2, message: 'no such host' };

function aStream(tag: object | undefined, history?: object, metadata: object = {}): Resource {
  return aResource('image.openshift.io/v1 ImageStream', 'web', {
    metadata,
    spec: { tags: tag === undefined ? [] : [{ name: '1', ...tag }] },
    status: { tags: history === undefined ? [] : [{ tag: '1', ...history }] },
  });
}

describe('the state of a tag', () => {
  it.each<[string, Resource, object]>([
    ['nowhere', aStream(undefined), { kind: 'absent' }],
    ['pushed', aStream(undefined, { items: [{}] }), { kind: 'settled' }],
    ['with an empty history', aStream(undefined, { items: null }), { kind: 'absent' }],
    ['an alias', aStream({ from: { kind: 'ImageStreamTag', name: 'base:1' } }), { kind: 'settled' }],
    ['a reference', aStream({ from, reference: true }), { kind: 'settled' }],
    ['just posted', aStream({ from, generation: 1 }), { kind: 'pending' }],
    ['posted without generation', aStream({ from, generation: null }), { kind: 'pending' }],
    ['imported', aStream({ from, generation: 2 }, { items: [{ generation: 2 }] }), { kind: 'settled' }],
    ['imported again', aStream({ from, generation: 3 }, { items: [{ generation: 2 }] }), { kind: 'pending' }],
    [
      'failed',
      aStream({ from, generation: 2 }, { items: null, conditions: [failure] }),
      { kind: 'failed', why: 'no such host' },
    ],
    [
      'failed after an import',
      aStream({ from, generation: 2 }, { items: [{ generation: 1 }], conditions: [failure] }),
      { kind: 'failed', why: 'no such host' },
    ],
    ['failed before', aStream({ from, generation: 3 }, { conditions: [failure] }), { kind: 'pending' }],
    [
      'imported without a condition that counts',
      aStream(
        { from, generation: 1 },
        {
          conditions: [
            { ...failure, status: 'True' },
            { ...failure, type: 'Other' },
          ],
        },
      ),
      { kind: 'pending' },
    ],
  ])('%s', (_case, stream, expected) => {
    expect(stateOfTag(stream, '1')).toEqual(expected);
  });

  it('is reported with the reason, or with neither, when the server gives no message', () => {
    const why = (condition: object): unknown => stateOfTag(aStream({ from }, { conditions: [condition] }), '1');
    expect(why({ ...failure, message: undefined, reason: 'NotFound' })).toEqual({ kind: 'failed', why: 'NotFound' });
    expect(why({ ...failure, message: undefined })).toMatchObject({ kind: 'failed' });
  });
});

describe('the view of a tag', () => {
  it('has the UID and labels of its stream and the annotations of the tag', () => {
    const metadata = { uid: 'u-1', labels: { app: 'web' }, resourceVersion: '7' };
    const tag = { name: '1', from, annotations: { team: 'shop' } };
    expect(viewOfTag(aStream(tag, undefined, metadata), '1')).toEqual({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStreamTag',
      metadata: { name: 'web:1', namespace: 'shop', uid: 'u-1', labels: { app: 'web' }, annotations: { team: 'shop' } },
      tag,
      lookupPolicy: { local: false },
    });
  });

  it('lacks what the stream lacks, and is absent when the spec has no such tag', () => {
    const stream = aStream({ annotations: null }, undefined, { namespace: undefined });
    expect(viewOfTag({ ...stream, spec: { tags: [{ name: '1' }], lookupPolicy: { local: true } } }, '1')).toEqual({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStreamTag',
      metadata: { name: 'web:1' },
      tag: { name: '1' },
      lookupPolicy: { local: true },
    });
    expect(viewOfTag(stream, '2')).toBeUndefined();
  });
});

describe('the tags of a stream', () => {
  it('that were pushed have items and no spec tag', () => {
    const stream = aStream({ from }, { items: [{}] });
    const histories = [
      { tag: '1', items: [{}] },
      { tag: '2', items: [{}] },
      { tag: '3', items: null },
      { items: [{}] },
    ];
    expect(pushedTags({ ...stream, status: { tags: histories } })).toEqual(['2']);
    expect(pushedTags(aStream(undefined))).toEqual([]);
  });

  it('can be left out of the spec', () => {
    const spec = { lookupPolicy: { local: false }, tags: [{ name: '1' }, { name: '2' }, {}] };
    const stream = { ...aStream(undefined), spec };
    expect(withoutSpecTags(stream, new Set(['1']))['spec']).toEqual({ ...spec, tags: [{ name: '2' }, {}] });
    expect(withoutSpecTags({ ...stream, spec: { ...spec, tags: [{ name: '1' }] } }, new Set(['1']))['spec']).toEqual({
      lookupPolicy: { local: false },
    });
    const bare = aResource('image.openshift.io/v1 ImageStream', 'web');
    expect(withoutSpecTags(bare, new Set(['1']))).toBe(bare);
  });

  it('are named by stream and tag', () => {
    expect(splitTagName('web:1')).toEqual({ stream: 'web', tag: '1' });
    expect(splitTagName('web')).toEqual({ stream: 'web', tag: '' });
  });

  it('are known by kind and group', () => {
    const kinds = [
      { apiVersion: 'image.openshift.io/v1', kind: 'ImageStreamTag' },
      { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream' },
      { apiVersion: 'example.com/v1', kind: 'ImageStreamTag' },
      { apiVersion: 'example.com/v1', kind: 'ImageStream' },
    ];
    expect(kinds.map(isStreamTag)).toEqual([true, false, false, false]);
    expect(kinds.map(isStream)).toEqual([false, true, false, false]);
  });
});
