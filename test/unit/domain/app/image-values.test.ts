import { describe, expect, it } from 'vitest';

import { findImageValues, nameOf } from '../../../../src/domain/app/image-values.ts';
import { parseImageReference } from '../../../../src/domain/oci/image-location.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const fresh = `sha256:${'b'.repeat(64)}`;

function moved(from: string, to: string) {
  const [source, target] = [parseImageReference(from), parseImageReference(to)];
  if (source === undefined || target?.host === undefined) throw new Error('expected image names');
  return { from: source, to: { ...target, host: target.host } };
}

function edits(values: Readonly<Record<string, unknown>>, ...images: readonly (readonly [string, string])[]) {
  const found = findImageValues(
    values,
    images.map(([from, to]) => moved(from, to)),
  );
  return Object.fromEntries(found.flatMap((one) => one.edits.map(({ path, value }) => [path.join('.'), value])));
}

describe('findImageValues', () => {
  it('finds a whole name, in any form of it', () => {
    const values = {
      epinio: { imageURL: 'nginx' },
      jobs: [{ image: 'index.docker.io/library/nginx:latest' }, 'other'],
    };
    expect(edits(values, ['docker.io/nginx', 'r.example/team/nginx:1'])).toEqual({
      'epinio.imageURL': 'r.example/team/nginx:1',
      'jobs.0.image': 'r.example/team/nginx:1',
    });
  });

  it.each([
    [
      { repository: 'bitnami/redis', tag: '7' },
      { repository: 'r.example/team/redis', tag: 'v7' },
    ],
    [
      { registry: 'docker.io', repository: 'bitnami/redis', tag: 7 },
      { registry: 'r.example', repository: 'team/redis', tag: 'v7' },
    ],
    [
      { registry: '', repository: 'docker.io/bitnami/redis', tag: '7' },
      { repository: 'r.example/team/redis', tag: 'v7' },
    ],
    [{ repository: 'bitnami/redis:7' }, { repository: 'r.example/team/redis:v7' }],
    [
      { registry: 'docker.io', image: 'bitnami/redis', tag: '7' },
      { registry: 'r.example', image: 'team/redis', tag: 'v7' },
    ],
    [
      { name: 'bitnami/redis', tag: '7' },
      { name: 'r.example/team/redis', tag: 'v7' },
    ],
    [
      { repository: 'bitnami/redis', tag: '' },
      { repository: 'r.example/team/redis', tag: 'v7' },
    ],
  ])('finds the parts of a name in %j', (image, expected) => {
    const found = edits({ master: { image } }, ['docker.io/bitnami/redis:7', 'r.example/team/redis:v7']);
    expect(found).toEqual(
      Object.fromEntries(Object.entries(expected).map(([key, value]) => [`master.image.${key}`, value])),
    );
  });

  it('replaces a digest by the pushed one, and keeps a tag that is the same', () => {
    const values = { image: { repository: 'quay.io/a/b', tag: '1', digest } };
    expect(edits(values, [`quay.io/a/b@${digest}`, `r.example/a/b:1@${fresh}`])).toEqual({
      'image.repository': 'r.example/a/b',
      'image.digest': fresh,
    });
  });
});

describe('a digest elsewhere than in `digest`', () => {
  const image = { registry: 'quay.io', repository: 'a/b' };
  const place = { 'image.registry': 'r.example', 'image.repository': 't/b' };
  const hex = (text: string): string => text.replace('sha256:', '');
  it.each([
    [{ tag: `1.10@${digest}` }, { 'image.tag': `1.10@${fresh}` }],
    [{ tag: '1.10', sha: hex(digest) }, { 'image.sha': hex(fresh) }],
    [{ tag: '1.10', sha: digest }, { 'image.sha': fresh }],
    [{ tag: '1.10', sha: '' }, {}],
    [
      { tag: `1.10@${digest}`, digest },
      { 'image.tag': `1.10@${fresh}`, 'image.digest': fresh },
    ],
  ])('is replaced in %j', (more, expected) => {
    const pinned = [`quay.io/a/b:1.10@${digest}`, `r.example/t/b:1.10@${fresh}`] as const;
    const tagged = ['quay.io/a/b:1.10', 'r.example/t/b:1.10'] as const;
    expect(edits({ image: { ...image, ...more } }, pinned, tagged)).toEqual({ ...place, ...expected });
  });

  it('keeps the tag where the image has lost it, and gives the tag that the image has got', () => {
    const values = { image: { ...image, tag: `1.10@${digest}` } };
    const lost = [`quay.io/a/b@${digest}`, `r.example/t/b@${fresh}`] as const;
    expect(edits(values, lost)).toEqual({ ...place, 'image.tag': `1.10@${fresh}` });
    const got = [`quay.io/a/b@${digest}`, `r.example/t/b:2@${fresh}`] as const;
    expect(edits(values, got)).toEqual({ ...place, 'image.tag': `2@${fresh}` });
  });

  it('is not taken from text of another form, nor changed for another image', () => {
    const pinned = [`quay.io/a/b:1.10@${digest}`, `r.example/t/b:1.10@${fresh}`] as const;
    expect(edits({ image: { ...image, tag: '1.10@main' } }, pinned)).toEqual({});
    expect(edits({ image: { ...image, tag: `1.10@${fresh}` } }, pinned)).toEqual({});
    const tagged = ['quay.io/a/b:1.10', 'r.example/t/b:1.10'] as const;
    expect(edits({ image: { ...image, tag: '1.10', sha: 'abc1234' } }, tagged)).toEqual(place);
  });
});

describe('a repository without a tag', () => {
  it.each<[string, object, Readonly<Record<string, string>>]>([
    ['an empty tag', { image: { repository: 'quay.io/a/b', tag: '' } }, { 'image.repository': 'r.example/t/b' }],
    ['no tag', { image: { repository: 'quay.io/a/b' } }, { 'image.repository': 'r.example/t/b' }],
    ['a tag of null', { image: { repository: 'quay.io/a/b', tag: null } }, { 'image.repository': 'r.example/t/b' }],
    [
      'a registry of its own',
      { image: { registry: 'quay.io', repository: 'a/b', tag: '' } },
      { 'image.registry': 'r.example', 'image.repository': 't/b' },
    ],
    ['a tag beside the name', { image: 'quay.io/a/b', imageTag: '1.2' }, { image: 'r.example/t/b' }],
    [
      'a tag to which a v is added',
      { image: { repository: 'quay.io/a/b', tag: '1.2' } },
      { 'image.repository': 'r.example/t/b' },
    ],
    ['a list of names', { images: ['quay.io/a/b'] }, { 'images.0': 'r.example/t/b' }],
  ])('finds a repository whose tag the template makes: %s', (_what, values, expected) => {
    expect(edits({ ...values }, ['quay.io/a/b:v1.2', 'r.example/t/b:v1.2'])).toEqual(expected);
  });

  it('gives a repository without a tag one when the image changes its tag, and only then', () => {
    const values = { image: { repository: 'quay.io/a/b', tag: '' }, other: { image: 'quay.io/a/b' } };
    expect(edits(values, ['quay.io/a/b:1.2', 'r.example/t/b:2'])).toEqual({
      'image.repository': 'r.example/t/b',
      'image.tag': '2',
    });
    const two = [
      ['quay.io/a/b:1', 'r.example/t/b:1'],
      ['quay.io/a/b:2', 'r.example/t/b:3'],
    ] as const;
    expect(edits(values, ...two)).toEqual({});
    expect(edits(values, ['quay.io/a/b:1', 'r.example/t/b:1'], ['quay.io/a/b:2', 'r.example/u/b:2'])).toEqual({});
    expect(edits(values, [`quay.io/a/b@${digest}`, `r.example/t/b@${digest}`])).toEqual({
      'image.repository': 'r.example/t/b',
      'other.image': 'r.example/t/b',
    });
    expect(edits(values, [`quay.io/a/b@${digest}`, `r.example/t/b@${fresh}`])).toEqual({});
  });
});

describe('findImageValues', () => {
  it('changes the registry that all images of a chart have', () => {
    const image = { registry: 'docker.io', repository: 'bitnami/redis', tag: '7' };
    const values = { global: { imageRegistry: 'mirror.example' }, redis: { image }, own: 'quay.io/x/y:1' };
    const redis = ['mirror.example/bitnami/redis:7', 'r.example/t/redis:7'] as const;
    expect(edits(values, redis, ['quay.io/x/y:1', 'r.example/t/y:1'])).toEqual({
      'global.imageRegistry': 'r.example',
      'redis.image.repository': 't/redis',
      own: 'r.example/t/y:1',
    });
    expect(edits({ ...values, global: { imageRegistry: '' } }, redis)).toEqual({});
    expect(edits(values, ['docker.io/bitnami/redis:7', 'r.example/t/redis:7'])).toEqual({
      'redis.image.registry': 'r.example',
      'redis.image.repository': 't/redis',
    });
  });

  it('does not take a word for an image', () => {
    const values = { nameOverride: 'redis', name: 'redis', labels: { app: 'redis' }, team: 'library/redis' };
    expect(edits(values, ['redis', 'r.example/t/redis:latest'])).toEqual({});
    expect(edits({ sidecar: { image: { name: 'redis' } } }, ['redis', 'r.example/t/redis:latest'])).toEqual({
      'sidecar.image.name': 'r.example/t/redis',
    });
  });

  it('leaves other images and other text alone', () => {
    const values = { a: 'quay.io/a/b:2', b: { repository: 'quay.io/a/b', tag: '2' }, c: 'https://quay.io/a/b:1', d: 1 };
    expect(edits({ image: { repository: 'Not an image', tag: '1' } }, ['quay.io/a/b:1', 'r.example/a/b:1'])).toEqual(
      {},
    );
    expect(edits(values, ['quay.io/a/b:1', 'r.example/a/b:1'])).toEqual({});
  });
});

describe('nameOf', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/nginx:1', 'docker.io/library/nginx:1'],
    ['index.docker.io/library/nginx:1', 'docker.io/library/nginx:1'],
    ['team/web', 'docker.io/team/web:latest'],
    ['LOCALHOST:5000/web', 'localhost:5000/web:latest'],
    ['[::1]:5000/a/b:1', '[::1]:5000/a/b:1'],
    [`quay.io/a/b:1@${digest}`, `quay.io/a/b@${digest}`],
  ])('of %s is %s', (text, name) => {
    expect(nameOf(parseImageReference(text) ?? { path: '' })).toBe(name);
  });
});
