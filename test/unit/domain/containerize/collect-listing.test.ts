import { describe, expect, it } from 'vitest';

import { createListingCollector, type ListingRules } from '../../../../src/domain/containerize/collect-listing.ts';
import type { FileEntry } from '../../../../src/domain/containerize/file-entry.ts';
import type { ListedFile } from '../../../../src/domain/containerize/list-command.ts';
import { aFile } from '../../../builders/file-entry.ts';

const listed = (entry: FileEntry, changes: Partial<ListedFile> = {}): ListedFile => ({
  entry,
  isReadable: true,
  hasInvalidName: false,
  ...changes,
});

function collect(files: readonly ListedFile[], rules: Partial<ListingRules> = {}) {
  const collector = createListingCollector({ paths: ['/a'], mounts: [], mostSparse: 1000, ...rules });
  for (const file of files) collector.add(file);
  const { entries, notes } = collector.finish();
  return { paths: entries.map(({ path }) => path), notes: notes.map(({ path, reason }) => `${reason} ${path}`) };
}

const folder = (path: string, inode = '1:1'): FileEntry => aFile(path, { kind: 'directory', inode });

describe('a listing', () => {
  it('is sorted, with each path once', () => {
    expect(collect([listed(aFile('/a/b')), listed(folder('/a')), listed(aFile('/a/b'))]).paths).toEqual(['/a', '/a/b']);
  });

  it('notes sockets, devices and what cannot be read', () => {
    const found = collect([
      listed(aFile('/a/s', { kind: 'socket' })),
      listed(aFile('/a/c', { kind: 'character-device' })),
      listed(aFile('/a/b', { kind: 'block-device' })),
      listed(aFile('/a/f'), { isReadable: false }),
      listed(folder('/a/d'), { isReadable: false }),
      listed(aFile('/a/l', { kind: 'symlink', target: '/x' }), { isReadable: false }),
    ]);
    expect(found.paths).toEqual(['/a/d', '/a/l']);
    expect(found.notes).toEqual(['device /a/b', 'device /a/c', 'unreadable /a/d', 'unreadable /a/f', 'socket /a/s']);
  });

  it('has one note for a folder with an invalid name', () => {
    const bad = { hasInvalidName: true };
    expect(collect([listed(folder('/a/?'), bad), listed(aFile('/a/?/b'), bad), listed(aFile('/a/?x'), bad)])).toEqual({
      paths: [],
      notes: ['invalid-name /a/?', 'invalid-name /a/?x'],
    });
  });

  it('leaves out files with holes that are too large', () => {
    const found = collect([
      listed(aFile('/a/holes', { size: 1001 })),
      listed(aFile('/a/full', { size: 1001, allocated: 1024 })),
      listed(aFile('/a/small', { size: 1000 })),
    ]);
    expect(found).toEqual({ paths: ['/a/full', '/a/small'], notes: ['too-large /a/holes'] });
  });

  it('keeps the first note of a path', () => {
    const collector = createListingCollector({ paths: [], mounts: [], mostSparse: 0 });
    collector.note({ path: '/a', reason: 'unreadable', detail: '' });
    collector.note({ path: '/a', reason: 'vanished', detail: '' });
    expect(collector.finish().notes).toMatchObject([{ reason: 'unreadable' }]);
  });
});

describe('what is mounted inside', () => {
  const files = [folder('/a', '1:1'), folder('/a/m', '2:1'), folder('/a/m/x', '2:2'), aFile('/a/f', { inode: '3:1' })];

  it('is noted, and its content is not part of the folder', () => {
    const mounts = ['/', '/a/m', '/a/f', '/other'];
    const found = collect(
      files.map((file) => listed(file)),
      { mounts },
    );
    expect(found).toEqual({ paths: ['/a', '/a/m'], notes: ['mount-inside /a/f', 'mount-inside /a/m'] });
  });

  it('is listed when it was asked for too', () => {
    const found = collect(
      files.map((file) => listed(file)),
      { mounts: ['/a/m'], paths: ['/a', '/a/m'] },
    );
    expect(found).toEqual({ paths: ['/a', '/a/f', '/a/m', '/a/m/x'], notes: [] });
  });

  it('is found by the device of a folder where the kernel does not say it', () => {
    const device = aFile('/b', { kind: 'directory', inode: '' });
    const found = collect(
      [...files, device].map((file) => listed(file)),
      { mounts: undefined, paths: ['/a', '/a/m/y'] },
    );
    expect(found.notes).toEqual(['mount-inside /a/m', 'mount-inside /a/m/x']);
    const deep = [folder('/a', '1:1'), folder('/a/m', '2:1'), folder('/a/m/x', '2:2')].map((file) => listed(file));
    expect(collect(deep, { mounts: undefined, paths: ['/a', '/a/m'] }).notes).toEqual([]);
  });
});
