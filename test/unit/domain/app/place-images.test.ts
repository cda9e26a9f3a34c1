import { describe, expect, it } from 'vitest';

import { placeImages, type ImageTarget } from '../../../../src/domain/app/place-images.ts';
import { formatImageName } from '../../../../src/domain/oci/image-location.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { anArchivedImage } from '../../../builders/archived-image.ts';

const target: ImageTarget = {
  host: 'r.example:5000',
  pullHost: 'nodes.example',
  namespace: 'team',
  name: undefined,
  tag: undefined,
};
const digest = `sha256:${'a'.repeat(64)}`;

function places(names: readonly string[], change: Partial<ImageTarget> = {}, source?: string) {
  const [placed] = placeImages([anArchivedImage({ names, source })], { ...target, ...change });
  return [placed?.push, placed?.pull].map((place) => place && formatImageName(place));
}

describe('placeImages', () => {
  it.each([
    [['old.example/shop/web:1.0'], {}, 'team/web:1.0'],
    [['old.example/shop/web:1.0'], { namespace: '' }, 'web:1.0'],
    [['old.example/shop/web:1.0'], { name: 'api', tag: '2' }, 'team/api:2'],
    [[`old.example/shop/web@${digest}`], {}, `team/web:digest-${'a'.repeat(16)}`],
  ])('places %j with %j at %s', (names, change, path) => {
    expect(places(names, change)).toEqual([`r.example:5000/${path}`, `nodes.example/${path}`]);
  });

  it('takes the name that an image had where it was read', () => {
    expect(places([], {}, 'old.example/shop/web:1.0')).toEqual([
      'r.example:5000/team/web:1.0',
      'nodes.example/team/web:1.0',
    ]);
  });

  it('does not take a name that no registry has', () => {
    expect(places(['Not a name'], {}, 'old.example/shop/web:1.0')).toContain('nodes.example/team/web:1.0');
  });

  it('makes a tag of the digest of the configuration where there is no manifest', () => {
    const image = { ...anArchivedImage({ names: ['web'] }), manifest: undefined };
    const [placed] = placeImages([image], target);
    expect(placed?.push.tag).toBe(`digest-${'c'.repeat(16)}`);
  });

  it.each([
    [
      ['old.example/a/x:1', 'old.example/b/x:1', 'old.example/b/x:2', 'old.example/c/y:1'],
      ['team/a/x:1', 'team/b/x:1', 'team/b/x:2', 'team/y:1'],
    ],
    [
      ['q.example/o/a/x:1', 'q.example/p/a/x:1', 'q.example/b/x:1'],
      ['team/o/a/x:1', 'team/p/a/x:1', 'team/b/x:1'],
    ],
    [
      ['one.example/x:1', 'two.example:5000/x:1'],
      ['team/one.example/x:1', 'team/two.example-5000/x:1'],
    ],
    [
      ['a.example/x:1', 'a.example/b/x:2'],
      ['team/x:1', 'team/x:2'],
    ],
    [
      ['x:1', 'a.example/x:1'],
      ['team/library/x:1', 'team/a.example/x:1'],
    ],
  ])('keeps as much of the source as tells the images %j apart, in any order', (names, expected) => {
    const placed = (list: readonly string[]) =>
      placeImages(
        list.map((name) => anArchivedImage({ names: [name] })),
        target,
      ).map(({ push }) => formatImageName(push).replace('r.example:5000/', ''));
    expect(placed(names)).toEqual(expected);
    expect(placed(names.toReversed())).toEqual(expected.toReversed());
  });

  it.each<[string, readonly (readonly string[])[], Partial<ImageTarget>]>([
    ['invalid-param', [['a/web:1'], ['b/api:1']], { name: 'x' }],
    ['invalid-param', [['a/web:1'], ['b/api:1']], { tag: 'x' }],
    ['invalid-param', [[]], {}],
    ['invalid-param', [['a/web:1']], { name: 'Not a path' }],
    ['name-collision', [['a/web:1'], ['a/web:1']], {}],
    ['name-collision', [['docker.io/web:1'], ['web:1']], {}],
  ])('refuses with %s what has no place: %j', async (code, images, change) => {
    const archived = images.map((names) => anArchivedImage({ names }));
    expect(await thrownBy(() => placeImages(archived, { ...target, ...change }))).toMatchObject({ code });
  });
});
