import { describe, expect, it } from 'vitest';

import { internalAliases } from '../../../../../src/domain/images/registry-hosts.ts';
import {
  findDigestsByName,
  findRunningDigests,
  findSplitTags,
  runningImageOf,
} from '../../../../../src/domain/images/plan/running-images.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { aResource, digest, internal, outside } from '../../../../builders/image-plan.ts';

const running = digest('b');
const hosts = internalAliases({ internal, public: [outside] });

function aPod(name: string, { image = `${internal}/shop/web:1`, imageID = '', born = '' }): Resource {
  return aResource('Pod', name, {
    metadata: born === '' ? {} : { creationTimestamp: born },
    spec: { containers: [{ name: 'web', image }] },
    status: { containerStatuses: [{ name: 'web', imageID }] },
  });
}

describe('findRunningDigests', () => {
  it.each([
    [`${internal}/shop/web:1`, `${internal}/shop/web@${digest('a')}`, 'shop/web:1'],
    [`${outside}/shop/web`, `docker-pullable://${internal}/shop/web@${digest('a')}`, 'shop/web:latest'],
  ])('returns what %s meant when it was pulled as %s', (image, imageID, tag) => {
    expect([...findRunningDigests([aPod('x', { image, imageID })], hosts)]).toEqual([[tag, digest('a')]]);
  });

  it.each([
    ['another registry', { image: 'quay.io/shop/web:1', imageID: `quay.io/shop/web@${digest('a')}` }],
    ['another name for the same content', { imageID: `${internal}/shop/other@${digest('a')}` }],
    ['an image that is not pulled yet', { imageID: '' }],
    ['a bare configuration digest', { imageID: digest('a') }],
  ])('learns nothing from %s', (_what, parts) => {
    expect(findRunningDigests([aPod('x', parts)], hosts).size).toBe(0);
  });

  it('believes the youngest pod', () => {
    const pods = [
      aPod('b', { imageID: `${internal}/shop/web@${digest('b')}`, born: '2026-01-03T00:00:00Z' }),
      aPod('a', { imageID: `${internal}/shop/web@${digest('a')}`, born: '2026-01-02T00:00:00Z' }),
      { ...aPod('c', { imageID: `${internal}/shop/web@${digest('c')}` }), metadata: { name: 'c' } },
    ];
    expect(findRunningDigests(pods, hosts).get('shop/web:1')).toBe(digest('b'));
    expect(findRunningDigests([...pods].reverse(), hosts).get('shop/web:1')).toBe(digest('b'));
  });

  it('skips statuses without a container, and containers without a name', () => {
    const pod = aResource('Pod', 'x', {
      spec: { containers: [{ image: `${internal}/shop/web:1` }] },
      status: {
        initContainerStatuses: [{ name: 'gone', imageID: `${internal}/shop/web@${digest('a')}` }, { name: 'web' }],
      },
    });
    expect(findRunningDigests([pod], hosts).size).toBe(0);
  });
});

describe('findSplitTags', () => {
  const [a, b] = ['a', 'b'].map((digit) => aPod(digit, { imageID: `${internal}/shop/web@${digest(digit)}` })) as [
    Resource,
    Resource,
  ];
  it('finds the tags of which running pods show several digests', () => {
    expect([...findSplitTags([b, a, a], hosts)]).toEqual([['shop/web:1', [digest('a'), digest('b')]]]);
  });

  it.each<[string, Resource]>([
    ['shows the same', a],
    ['has ended', { ...b, status: { ...(b['status'] as object), phase: 'Succeeded' } }],
    ['failed', { ...b, status: { ...(b['status'] as object), phase: 'Failed' } }],
    ['is being deleted', { ...b, metadata: { ...b.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }],
    ['has another tag', aPod('c', { image: `${internal}/shop/web:2`, imageID: `${internal}/shop/web@${digest('b')}` })],
  ])('finds none where the other pod %s', (_what, other) => {
    expect(findSplitTags([a, other], hosts).size).toBe(0);
  });
});

describe('findDigestsByName', () => {
  it.each([
    ['nginx', `docker.io/library/nginx@${digest('a')}`, 'docker.io/library/nginx:latest'],
    ['docker.io/nginx:1', `docker-pullable://nginx@${digest('a')}`, 'docker.io/library/nginx:1'],
    ['quay.io/shop/web:1', `quay.io/shop/web@${digest('a')}`, 'quay.io/shop/web:1'],
  ])('returns what %s meant when it was pulled as %s', (image, imageID, name) => {
    expect([...findDigestsByName([aPod('x', { image, imageID })])]).toEqual([[name, digest('a')]]);
  });

  it('leaves out a name of which running pods show several digests', () => {
    const pod = (digit: string, more: object = {}): Resource => ({
      ...aPod(digit, { image: 'quay.io/shop/web:1', imageID: `quay.io/shop/web@${digest(digit)}` }),
      ...more,
    });
    expect(findDigestsByName([pod('a'), pod('b')]).size).toBe(0);
    const ended = pod('a', { status: { ...(pod('a')['status'] as object), phase: 'Failed' } });
    expect([...findDigestsByName([ended, pod('b')]).values()]).toEqual([digest('b')]);
    expect([...findDigestsByName([ended]).values()]).toEqual([digest('a')]);
  });

  it('leaves out names with digests, and contents of other names', () => {
    const pinned = aPod('x', {
      image: `quay.io/shop/web:1@${digest('b')}`,
      imageID: `quay.io/shop/web@${digest('b')}`,
    });
    const other = aPod('y', { image: 'quay.io/shop/web:1', imageID: `quay.io/shop/other@${digest('b')}` });
    expect(findDigestsByName([pinned, other]).size).toBe(0);
  });
});

it.each<[string, string, string, object | undefined]>([
  [
    'its repository',
    'nginx:1',
    `docker.io/library/nginx@${running}`,
    { path: 'library/nginx', tag: '1', digest: running, reason: 'digest-of-pod' },
  ],
  [
    'a digest in its name',
    `q.io/a/b@${running}`,
    'sha256:1',
    { path: 'a/b', digest: running, reason: 'digest-in-name' },
  ],
  [
    'another repository',
    'q.io/a/b:1',
    `docker-pullable://r.io/c@${running}`,
    { host: 'r.io', path: 'c', digest: running, reason: 'name-of-node' },
  ],
  ['no digest', 'q.io/a/b:1', 'sha256:1', { path: 'a/b', tag: '1', reason: 'tag-only' }],
  ['an invalid name', 'A B', `q.io/a@${running}`, undefined],
])('the image of a container is known by %s', (...[, image, imageID, expected]) => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'c', image }] },
    status: { containerStatuses: [{ name: 'c', imageID }] },
  };
  const found = runningImageOf(pod, 'c');
  expect(found === undefined ? undefined : { ...found.location, reason: found.reason }).toEqual(
    expected === undefined ? undefined : expect.objectContaining(expected),
  );
  expect(runningImageOf(pod, 'other')).toBeUndefined();
});
