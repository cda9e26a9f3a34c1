import { describe, expect, it } from 'vitest';

import type { BaseEntry } from '../../../../src/domain/containerize/base-listing.ts';
import {
  changedScope,
  findChangedFiles,
  type ContainerState,
} from '../../../../src/domain/containerize/changed-files.ts';
import type { FileEntry } from '../../../../src/domain/containerize/file-entry.ts';
import { aFile } from '../../../builders/file-entry.ts';

const startedAt = 200;
const inBase = (changes: Partial<BaseEntry> = {}): BaseEntry => ({
  kind: 'file',
  mode: changes.kind === 'directory' ? 0o755 : 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  modified: 100,
  target: '',
  ...changes,
});

function find(
  entries: readonly FileEntry[],
  base: Readonly<Record<string, BaseEntry>>,
  more: Partial<ContainerState> = {},
) {
  const state = {
    entries,
    startedAt,
    base: new Map(Object.entries(base)),
    present: new Set<string>(),
    without: [],
    ...more,
  };
  const { changed, removed } = findChangedFiles(state);
  return { changed: changed.map(({ path }) => path), removed };
}

describe('a file', () => {
  it('that the image does not have is new', () => {
    expect(find([aFile('/a', { changed: '200.1' })], {}).changed).toEqual(['/a']);
  });

  it('as in the image, changed in the second of the start, is not changed', () => {
    expect(find([aFile('/a', { changed: '200.9' })], { '/a': inBase() }).changed).toEqual([]);
    expect(find([aFile('/a')], { '/a': inBase({ size: undefined }) }).changed).toEqual([]);
  });

  it('as in the image, but changed later, is changed: its date can be set back', () => {
    expect(find([aFile('/a', { changed: '202.1' })], { '/a': inBase() }).changed).toEqual(['/a']);
  });

  it.each<Partial<BaseEntry>>([
    { kind: 'directory' },
    { mode: 0o755 },
    { uid: 1 },
    { gid: 1 },
    { size: 1 },
    { modified: 99 },
  ])('with %j in the image is changed', (changes) => {
    expect(find([aFile('/a', { changed: '200.1' })], { '/a': inBase(changes) }).changed).toEqual(['/a']);
  });

  it('that is a link is changed when its target is', () => {
    const link = aFile('/l', { kind: 'symlink', target: 'x', mode: 0o777, changed: '200.1' });
    expect(find([link], { '/l': inBase({ kind: 'symlink', target: 'x', modified: 1 }) }).changed).toEqual([]);
    expect(find([link], { '/l': inBase({ kind: 'symlink', target: 'y' }) }).changed).toEqual(['/l']);
  });

  it('counts as changed where the image is not known', () => {
    expect(find([aFile('/a')], {}, { base: undefined })).toEqual({ changed: ['/a'], removed: [] });
  });
});

describe('a folder', () => {
  const folder = aFile('/d', { kind: 'directory', changed: '900.0', modified: '900.0' });
  const base = { '/d': inBase({ kind: 'directory' }) };

  it('is not changed by what is in it', () => {
    expect(find([folder], base).changed).toEqual([]);
    expect(find([{ ...folder, mode: 0o700 }], base).changed).toEqual(['/d']);
  });

  it('lacks what was removed from it, but not what was not looked at', () => {
    const files = {
      ...base,
      '/d/b': inBase(),
      '/d/a': inBase(),
      '/d/kept': inBase(),
      '/d/p': inBase(),
      '/e/x': inBase(),
    };
    const more = { present: new Set(['/d/kept']), without: ['/d/p'] };
    expect(find([folder], files, more).removed).toEqual(['/d/a', '/d/b']);
  });

  it('can be the root', () => {
    const root = { ...folder, path: '/' };
    expect(find([root], { '/': inBase({ kind: 'directory' }), '/x': inBase() }).removed).toEqual(['/x']);
  });
});

it('asks the image for what changed and for what was in folders that changed', () => {
  const isWanted = changedScope([aFile('/d', { kind: 'directory' }), aFile('/x/f')]);
  expect(['/d', '/d/a', '/d/a/b', '/x/f', '/x', '/y'].filter(isWanted)).toEqual(['/d', '/d/a', '/x/f']);
});
