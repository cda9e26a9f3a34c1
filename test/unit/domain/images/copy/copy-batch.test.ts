import { describe, expect, it } from 'vitest';

import {
  batchPlaceOf,
  mostBatchBytes,
  shapeBatches,
  takeBatch,
} from '../../../../../src/domain/images/copy/copy-batch.ts';

function placeOf(source: string, destination: string) {
  const at = (name: string) => ({ host: name.split('/')[0] ?? '', path: name.split('/').slice(1).join('/') });
  return batchPlaceOf({ source: at(source), destination: at(destination), digest: 'sha256:1', tags: ['1'] });
}

describe('batchPlaceOf', () => {
  it('is the folder of the repository, where the last part of its name is that of the source', () => {
    const place = { sourceHost: 'a', destinationHost: 'b', folder: 'new/team' };
    expect(placeOf('a/shop/web', 'b/new/team/web')).toEqual(place);
    expect(placeOf('a/web', 'b/new/team/web')).toEqual(place);
  });

  it('is missing for another name, and for a repository in no folder', () => {
    expect(placeOf('a/shop/web', 'b/new/shop-web')).toBeUndefined();
    expect(placeOf('a/shop/web', 'b/web')).toBeUndefined();
  });
});

describe('takeBatch', () => {
  const place = { sourceHost: 'a', destinationHost: 'b', folder: 'new' };
  const entry = (bytes: number, more: Partial<typeof place> = {}) => ({ place: { ...place, ...more }, bytes });

  it('takes those of one place, up to the number', () => {
    const [first, second, third] = [entry(1), entry(2), entry(3)];
    const others = [entry(1, { sourceHost: 'c' }), entry(1, { destinationHost: 'c' }), entry(1, { folder: 'c' })];
    expect(takeBatch([first, ...others, second, third], 2)).toEqual([first, second]);
    expect(takeBatch([], 2)).toEqual([]);
  });

  it('ends before it has too many bytes, but takes one in any case', () => {
    const large = entry(mostBatchBytes + 1);
    expect(takeBatch([large, entry(1)], 5)).toEqual([large]);
    expect(takeBatch([entry(1), entry(mostBatchBytes), entry(1)], 5)).toHaveLength(1);
  });
});

describe('shapeBatches', () => {
  it('has few processes with many images near by, and more processes at a distance', () => {
    expect(shapeBatches(8, 1)).toEqual({ processes: 4, images: 6 });
    expect(shapeBatches(2, 1)).toEqual({ processes: 2, images: 3 });
    expect(shapeBatches(8, 20)).toEqual({ processes: 16, images: 2 });
  });
});
