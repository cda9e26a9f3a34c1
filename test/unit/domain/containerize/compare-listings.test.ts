import { expect, it } from 'vitest';

import { compareListings } from '../../../../src/domain/containerize/compare-listings.ts';
import type { FileEntry } from '../../../../src/domain/containerize/file-entry.ts';
import { aFile } from '../../../builders/file-entry.ts';

function compare(before: readonly FileEntry[], after: readonly FileEntry[]) {
  const { changed, added, vanished, folderOnly } = compareListings(before, after);
  const paths = (entries: readonly FileEntry[]): string => entries.map(({ path }) => path).join(' ');
  return [paths(changed), paths(added), paths(vanished), paths(folderOnly)];
}

it('finds nothing in equal listings', () => {
  expect(compare([aFile('/a')], [aFile('/a')])).toEqual(['', '', '', '']);
});

it('finds what came and what is gone', () => {
  expect(compare([aFile('/a')], [aFile('/b')])).toEqual(['', '/b', '/a', '']);
});

it.each<Partial<FileEntry>>([
  { size: 1 },
  { inode: '1:other' },
  { changed: '101.0' },
  { kind: 'fifo' },
  { mode: 0o600 },
  { uid: 1 },
  { gid: 1 },
  { target: 'x' },
])('takes a file with another %j for changed', (changes) => {
  expect(compare([aFile('/a')], [aFile('/a', changes)])).toEqual(['/a', '', '', '']);
});

it.each([{ changed: '101.0' }, { modified: '101.0' }])(
  'takes a folder with another date %j for the same',
  (changes) => {
    const folder = aFile('/a', { kind: 'directory' });
    expect(compare([folder], [{ ...folder, ...changes }])).toEqual(['', '', '', '/a']);
    expect(compare([folder], [{ ...folder, ...changes, mode: 0o700 }])).toEqual(['/a', '', '', '']);
  },
);

it('takes a folder with the same dates for the same', () => {
  const folder = aFile('/a', { kind: 'directory' });
  expect(compare([folder], [{ ...folder, size: 7 }])).toEqual(['', '', '', '']);
});
