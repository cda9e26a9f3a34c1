import { describe, expect, it } from 'vitest';

import { nameGitBlobs, type GitTree } from '../../../../src/domain/scan/git-trees.ts';

const idOf = (character: string): string => character.repeat(40);
const entry = (mode: string, name: string, id: string): Buffer =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
const tree = (id: string, ...entries: readonly Buffer[]): GitTree => ({
  id: idOf(id),
  content: Buffer.concat(entries),
});

const root = tree('1', entry('100644', 'README', idOf('a')), entry('40000', 'src', idOf('2')));
const source = tree('2', entry('100755', 'ü b.py', idOf('b')), entry('40000', 'deep', idOf('3')));
const deep = tree('3', entry('100644', 'key', idOf('c')), entry('120000', 'link', idOf('d')));

describe('paths of files of a repository', () => {
  it('are found in whatever order trees come', () => {
    const wanted = new Set(['a', 'b', 'c'].map(idOf));
    const expected = [
      [idOf('a'), 'README'],
      [idOf('b'), 'src/ü b.py'],
      [idOf('c'), 'src/deep/key'],
    ];
    expect([...nameGitBlobs([root, source, deep], wanted)]).toEqual(expected);
    expect([...nameGitBlobs([deep, source, root], wanted)]).toEqual(expected);
  });

  it('are those of the first tree, and missing for files without one', () => {
    const other = tree('4', entry('100644', 'copy', idOf('a')), entry('40000', 'app', idOf('2')));
    const found = nameGitBlobs([root, other, source], new Set([idOf('a'), idOf('b'), idOf('e')]));
    expect(Object.fromEntries(found)).toEqual({ [idOf('a')]: 'README', [idOf('b')]: 'src/ü b.py' });
  });

  it('begin below the root where there are too many folders', () => {
    expect([...nameGitBlobs([source, root, deep], new Set([idOf('c')]), 1).values()]).toEqual(['deep/key']);
  });

  it('come to an end in damaged trees and in a circle', () => {
    const damaged = {
      id: idOf('5'),
      content: Buffer.concat([entry('100644', 'x', idOf('f')), Buffer.from('100644 y')]),
    };
    const circle = [tree('6', entry('40000', 'a', idOf('7'))), tree('7', entry('40000', 'b', idOf('6')))];
    const inside = tree('6', entry('100644', 'file', idOf('9')));
    expect([...nameGitBlobs([damaged], new Set([idOf('f')])).values()]).toEqual(['x']);
    expect(nameGitBlobs([...circle, inside], new Set([idOf('9')])).get(idOf('9'))).toMatch(/^b\/a\/.*\/file$/);
  });
});
