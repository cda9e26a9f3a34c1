import { describe, expect, it } from 'vitest';

import { listCommit, type CommitFacts } from '../../../../src/domain/source/commit-list.ts';
import type { SourceEntry } from '../../../../src/domain/source/source-list.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const file = (path: string, mode = 0o600): SourceEntry => ({
  ...{ path, kind: 'file', size: 7, mode, modified: 99, target: '' },
});
const folder = (path: string): SourceEntry => ({ ...file(path, 0o700), kind: 'folder', size: 0 });
const facts: CommitFacts = { seconds: 5, submodules: new Map(), pointers: new Set() };
const ignored = { path: 'x.log', bytes: 1, rule: '.gitignore: *.log' };

describe('the files of a commit', () => {
  it('have the time of the commit and the modes that Git has', () => {
    const link: SourceEntry = { ...file('link', 0o755), kind: 'symlink', target: 'a' };
    const list = { entries: [file('a'), file('run', 0o711), folder('src'), link], leftOut: [], ruleFile: undefined };
    const { entries } = listCommit(list, facts);
    expect(entries.map(({ path, mode, modified }) => [path, mode, modified])).toEqual([
      ['a', 0o644, 5],
      ['run', 0o755, 5],
      ['src', 0o755, 5],
      ['link', 0o755, 5],
    ]);
  });

  it.each([
    [-1, 0],
    [Number.NaN, 0],
    [1.5, 1],
    [2 ** 40, 0o77777777777],
  ])('have a time that tar can have, also for %d', (seconds, expected) => {
    const list = { entries: [file('a')], leftOut: [], ruleFile: undefined };
    expect(listCommit(list, { ...facts, seconds }).entries[0]?.modified).toBe(expected);
  });

  it('have neither submodules nor pointers, which are reported', () => {
    const entries = [file('a'), folder('vendor'), folder('vendor/lib'), file('video.mp4')];
    const missing = { submodules: new Map([['vendor/lib', 'c0ffee']]), pointers: new Set(['video.mp4']) };
    const found = listCommit({ entries, leftOut: [ignored], ruleFile: '.gitignore' }, { ...facts, ...missing });
    expect(found.entries.map(({ path }) => path)).toEqual(['a', 'vendor']);
    expect(found.ruleFile).toBe('.gitignore');
    expect(found.leftOut).toEqual([
      {
        path: 'vendor/lib/',
        bytes: undefined,
        rule: 'a submodule at commit c0ffee: its files are in another repository',
        isMissing: true,
      },
      {
        path: 'video.mp4',
        bytes: 7,
        rule: 'a pointer of Git LFS: its content is in another storage',
        isMissing: true,
      },
      ignored,
    ]);
  });

  it('must be at least one', () => {
    const list = { entries: [folder('b'), folder('lib')], leftOut: [], ruleFile: undefined };
    expect(refusalOf(() => listCommit(list, { ...facts, submodules: new Map([['lib', 'c']]) }))).toContain(
      'invalid-file: listing the commit',
    );
  });
});
