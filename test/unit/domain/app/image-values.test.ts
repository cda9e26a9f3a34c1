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
    [{ repository: 'bitnami/redis:7' }, { repository: 'r.example/team/redis', tag: 'v7' }],
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
