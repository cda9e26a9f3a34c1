import { describe, expect, it } from 'vitest';

import { largestFiles, measureFolders } from '../../../../src/domain/containerize/folder-sizes.ts';
import { fileEntry, manyFiles } from '../../../builders/image-summary.ts';

describe('folders', () => {
  it('are listed with the folders above them, largest first, up to a number', () => {
    const all = measureFolders(manyFiles(5000, 2000), [], 100_000);
    const { folders, foldersNotListed } = measureFolders(manyFiles(5000, 2000), [], 50);
    expect([folders.length, foldersNotListed]).toEqual([50, all.folders.length - 50]);
    const paths = new Set(folders.map(({ path }) => path));
    for (const path of paths) expect(paths).toContain(path.slice(0, path.lastIndexOf('/')) || '/');
    expect(folders[0]).toEqual(all.folders[0]);
  });

  it('of equal size are listed from the top', () => {
    const { folders } = measureFolders([fileEntry('/a/b/c/d', 5)], [], 2);
    expect(folders.map(({ path }) => path)).toEqual(['/', '/a']);
  });
});

describe('largest files', () => {
  it('are without empty files and folders, by size and then by path', () => {
    const entries = [
      fileEntry('/b', 5),
      fileEntry('/a', 5),
      fileEntry('/c', 9),
      fileEntry('/empty'),
      fileEntry('/folder', 100, { kind: 'directory' }),
      fileEntry('/small', 1),
    ];
    expect(largestFiles(entries, 3).map(({ path }) => path)).toEqual(['/c', '/a', '/b']);
  });
});
