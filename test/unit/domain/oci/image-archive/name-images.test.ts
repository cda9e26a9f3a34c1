import { describe, expect, it } from 'vitest';

import { nameImages } from '../../../../../src/domain/oci/image-archive/name-images.ts';
import { refusalOf } from '../../../../builders/task-error.ts';

function source(digit: string, tag?: string, path = 'shop/web') {
  return { host: 'example.com', path, digest: `sha256:${digit.repeat(64)}`, tag };
}

const digestName = (digit: string): string => `example.com/shop/web:digest-${digit.repeat(16)}`;

describe('the names of images in an archive', () => {
  it('are none for a single image that has no tags', () => {
    expect(nameImages([{ source: source('a', '1'), tags: [] }])).toEqual([[]]);
    expect(nameImages([{ source: source('a'), tags: ['2', 'example.org/web:3', '2'] }])).toEqual([
      ['example.com/shop/web:2', 'example.org/web:3'],
    ]);
  });

  it('are those of the source for one of several, or made of its digest', () => {
    const images = [source('a', '1'), source('b'), source('c', '1', 'shop/db')].map((one) => ({
      source: one,
      tags: [],
    }));
    expect(nameImages(images)).toEqual([['example.com/shop/web:1'], [digestName('b')], ['example.com/shop/db:1']]);
  });

  it('are made of digests where two images want one name', () => {
    const images = [source('a', '1'), source('b', '1')].map((one) => ({ source: one, tags: [] }));
    expect(nameImages(images)).toEqual([[digestName('a')], [digestName('b')]]);
    const given = [
      { source: source('a', '1'), tags: [] },
      { source: source('b'), tags: ['1'] },
    ];
    expect(nameImages(given)).toEqual([[digestName('a')], ['example.com/shop/web:1']]);
  });

  it('leave a tag to the image that has no other name, where others have it with a digest', () => {
    const pinned = { source: source('a', '1'), tags: [], isPinned: true };
    const moved = { source: source('b', '1'), tags: [] };
    expect(nameImages([pinned, moved])).toEqual([[digestName('a')], ['example.com/shop/web:1']]);
    expect(nameImages([pinned, { ...pinned, source: source('b', '2') }])).toEqual([
      ['example.com/shop/web:1'],
      ['example.com/shop/web:2'],
    ]);
    const other = { ...pinned, source: source('b', '1') };
    expect(nameImages([pinned, other])).toEqual([[digestName('a')], [digestName('b')]]);
  });

  it('are refused when they are none, or two images are to have one', () => {
    const twice = { source: source('a'), tags: [] };
    expect(refusalOf(() => nameImages([twice, twice]))).toMatch(/^name-collision: /);
    const named = { source: source('a'), tags: ['1'] };
    expect(refusalOf(() => nameImages([named, named]))).toMatch(/^name-collision: /);
    for (const name of ['example.com/web', `example.com/web:1@sha256:${'a'.repeat(64)}`, 'Not a name']) {
      expect(refusalOf(() => nameImages([{ source: source('a'), tags: [name] }]))).toMatch(/^invalid-param: /);
    }
  });
});
