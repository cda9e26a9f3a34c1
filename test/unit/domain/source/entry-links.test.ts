import { describe, expect, it } from 'vitest';

import { ArchiveDefect } from '../../../../src/domain/source/archive-defect.ts';
import { checkLinks, type Links } from '../../../../src/domain/source/entry-links.ts';
import { createEntryTree, topFolder, type TreeNode } from '../../../../src/domain/source/entry-tree.ts';

type Entry = readonly [name: string, kind: TreeNode['kind'], target?: string];

function treeOf(entries: readonly Entry[]): TreeNode {
  const { root, add } = createEntryTree();
  for (const entry of entries) add(...entry);
  return root;
}

const check = (entries: readonly Entry[], top?: string): Links => checkLinks(treeOf(entries), top);
const file = (name: string): Entry => [name, 'file'];

describe('links that stay in the tree', () => {
  it.each<[string, readonly Entry[]]>([
    ['to a file', [file('a'), ['l', 'symlink', './a']]],
    ['to the root', [['d/l', 'symlink', '..']]],
    ['to nothing', [['l', 'symlink', 'none/a/../b']]],
    ['below a file', [file('a'), ['l', 'symlink', 'a/b']]],
    [
      'to a link to nothing',
      [
        ['l', 'symlink', 'm/x'],
        ['m', 'symlink', 'none'],
      ],
    ],
    [
      'in a circle',
      [
        ['l', 'symlink', 'm'],
        ['m', 'symlink', 'l'],
      ],
    ],
    ['through another link', [file('d/a'), ['l', 'symlink', 'd'], ['m', 'symlink', 'l/a']]],
  ])('%s', (_what, entries) => {
    const links = entries.filter(([, kind]) => kind === 'symlink');
    const { symbolic, hard } = check(entries);
    expect(symbolic.map(({ path, target }) => `${path} ${target}`).sort()).toEqual(
      links.map(([path, , target]) => `${path} ${String(target)}`).sort(),
    );
    expect(hard).toEqual([]);
  });

  it('hard links have a target from the root, without the top folder that is taken away', () => {
    expect(check([file('d/a'), ['l', 'hardlink', './d/a']]).hard).toEqual([{ path: 'l', target: 'd/a' }]);
    expect(check([file('d/a'), ['l', 'hardlink', 'top/d/a']], 'top').hard).toEqual([{ path: 'l', target: 'd/a' }]);
  });
});

describe('links that are refused', () => {
  it.each<[string, readonly Entry[], string]>([
    ['without a target', [['l', 'symlink']], 'no valid length'],
    ['with a target that is too long', [['l', 'symlink', 'x'.repeat(4001)]], 'no valid length'],
    ['with control characters', [['l', 'symlink', 'a\nb']], 'control characters'],
    ['absolute', [['l', 'symlink', '/a']], 'absolute'],
    ['absolute for Windows', [['l', 'symlink', 'C:\\a']], 'absolute'],
    ['out of the tree', [['d/l', 'symlink', '../../a']], 'link out of the folder'],
    ['out through what is missing', [['l', 'symlink', 'none/../../a']], 'link out of the folder'],
    [
      'out through another link',
      [
        ['d/up', 'symlink', '..'],
        ['l', 'symlink', 'd/up/../a'],
      ],
      'link out of the folder',
    ],
    ['hard, to nothing', [['l', 'hardlink', 'a']], 'something other than a file'],
    ['hard, to a folder', [file('d/a'), ['l', 'hardlink', 'd']], 'something other than a file'],
    ['hard, to another form of the name', [file('a'), ['l', 'hardlink', 'A']], 'something other than a file'],
    ['hard, to itself', [['l', 'hardlink', 'l']], 'something other than a file'],
    ['hard, to a hard link', [file('a'), ['l', 'hardlink', 'a'], ['m', 'hardlink', 'l']], 'another hard link'],
  ])('%s', (_what, entries, why) => {
    expect(() => check(entries)).toThrow(ArchiveDefect);
    expect(() => check(entries)).toThrow(why);
  });

  it('hard, outside of the top folder', () => {
    expect(() => check([file('a'), ['l', 'hardlink', 'other/a']], 'top')).toThrow('something other than a file');
  });
});

describe('the tree of an archive', () => {
  it('has the folders that no entry names', () => {
    const { add } = createEntryTree();
    expect(add('a/b/c', 'file')).toEqual({ path: 'a/b/c', newFolders: ['a', 'a/b'], isNew: true });
    expect(add('a/b/', 'folder')).toEqual({ path: 'a/b', newFolders: [], isNew: false });
    expect(add('./', 'folder')).toEqual({ path: '', newFolders: [], isNew: false });
  });

  it('leaves out what programs leave at the top', () => {
    expect(treeOf([file('__MACOSX/a'), file('.DS_Store'), file('pax_global_header')]).children.size).toBe(0);
    expect(treeOf([file('a/.DS_Store')]).children.size).toBe(1);
  });

  it.each<[readonly Entry[], string]>([
    [[['./', 'symlink', 'a']], 'place of the root'],
    [[file('a'), file('A')], 'case or Unicode'],
    [[file('a'), file('a/b')], 'as a file too'],
    [[file('a'), file('a')], 'twice'],
  ])('refuses %j', (entries, why) => {
    expect(() => treeOf(entries)).toThrow(ArchiveDefect);
    expect(() => treeOf(entries)).toThrow(why);
  });

  it.each<[readonly Entry[], string | undefined]>([
    [[file('a/b'), file('a/c')], 'a'],
    [[file('a/b'), file('c')], undefined],
    [[file('a')], undefined],
    [[], undefined],
  ])('of %j has the top folder %s', (entries, expected) => {
    expect(topFolder(treeOf(entries))).toBe(expected);
  });
});
