import { describe, expect, it } from 'vitest';

import { createBaseCollector } from '../../../../src/domain/containerize/base-listing.ts';
import { createTarReader } from '../../../../src/domain/source/tar-reader.ts';
import { makeTar, type TarPart } from '../../../builders/tar-archive.ts';

/** Layers from the top to the bottom. */
function list(layers: readonly (readonly TarPart[])[], isWanted: (path: string) => boolean = () => true) {
  const collector = createBaseCollector(isWanted);
  for (const parts of layers) {
    const { sink, end } = collector.layer();
    createTarReader(sink).push(makeTar(parts));
    end();
  }
  return collector.listing;
}

const paths = (layers: readonly (readonly TarPart[])[]): readonly string[] => [...list(layers).keys()].sort();

describe('the files of an image', () => {
  it('have what their entries say', () => {
    const found = list([
      [
        { name: './d/', type: '5' },
        { name: 'd/f', content: 'abc' },
        { name: '/d/h', type: '1', linkName: 'd/f' },
        { name: 'd/h2', type: '1', linkName: 'unknown' },
        { name: 'd/l', type: '2', linkName: '../f' },
        { name: 'd/p', type: '6' },
      ],
    ]);
    expect(found.get('/d')).toMatchObject({ kind: 'directory' });
    expect(found.get('/d/f')).toMatchObject({ kind: 'file', size: 3, modified: 1_700_000_000, uid: 0, gid: 0 });
    expect(found.get('/d/h')).toEqual(found.get('/d/f'));
    expect(found.get('/d/h2')).toMatchObject({ kind: 'file', size: undefined });
    expect(found.get('/d/l')).toMatchObject({ kind: 'symlink', target: '../f' });
    expect(found.get('/d/p')).toMatchObject({ kind: 'special' });
  });

  it('belong to root where the entry has no owner', () => {
    const collector = createBaseCollector(() => true);
    const { sink, end } = collector.layer();
    sink.begin({ kind: 'file', name: 'a', target: '', mode: 0o644, modified: 1, size: 2 });
    end();
    expect(collector.listing.get('/a')).toMatchObject({ uid: 0, gid: 0 });
  });

  it('are those of the highest layer', () => {
    const found = list([[{ name: 'a', content: 'new!' }], [{ name: 'a', content: 'old' }, { name: 'b' }]]);
    expect(found.get('/a')).toMatchObject({ size: 4 });
    expect([...found.keys()]).toEqual(['/a', '/b']);
  });

  it('are only those that are wanted', () => {
    expect([...list([[{ name: 'a' }, { name: 'b' }]], (path) => path === '/b').keys()]).toEqual(['/b']);
  });
});

describe('whiteouts', () => {
  it('hide what is below their layer, with all that is in it', () => {
    const top: TarPart[] = [{ name: '.wh.a' }, { name: 'd/.wh.b' }, { name: 'a/new' }];
    const bottom: TarPart[] = [{ name: 'a/', type: '5' }, { name: 'a/old' }, { name: 'd/b' }, { name: 'd/c' }];
    expect(paths([top, bottom])).toEqual(['/a/new', '/d/c']);
  });

  it('of a folder hide all that the layers below have in it', () => {
    const top: TarPart[] = [{ name: 'd/', type: '5' }, { name: 'd/.wh..wh..opq' }, { name: 'd/new' }];
    expect(paths([top, [{ name: 'd/old' }, { name: 'd/e/f' }, { name: 'e' }]])).toEqual(['/d', '/d/new', '/e']);
  });

  it('are not needed where a file replaced a folder', () => {
    expect(paths([[{ name: 'd', content: 'x' }], [{ name: 'd/', type: '5' }, { name: 'd/old' }]])).toEqual(['/d']);
  });
});
