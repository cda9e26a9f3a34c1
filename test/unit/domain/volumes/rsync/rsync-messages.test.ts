import { describe, expect, it } from 'vitest';

import {
  concernsRootFolder,
  parseComparedFile,
  parseFileError,
  parseProgress,
  parseTotal,
} from '../../../../../src/domain/volumes/rsync/rsync-messages.ts';

describe('a line of a proof', () => {
  it.each([
    ['.f          |d89f|1|a//', 'a', undefined],
    ['.d          ||4096|sub dir///', 'sub dir', undefined],
    ['.d..t......||4096|.///', '', undefined],
    ['<fcst......|f4d0|3|a//', 'a', 'differs in content, size, time'],
    ['<f+++++++++|f4d0|3|new\\#012line//', 'new\nline', 'missing at the destination'],
    ['.L          ||9|odd// -> ../x // y', 'odd', undefined],
    ['cLc.t......||9|a -> b// -> target', 'a -> b', 'differs in target, time'],
    ['hf          |f4d0|3|c => d//', 'c => d', undefined],
    ['hf          |f4d0|3|b// => a', 'b', 'differs in hard link'],
    ['hf+++++++++|f4d0|3|b// => a', 'b', 'missing at the destination'],
    ['.f...p.....|f4d0|3|pipe|name//', 'pipe|name', 'differs in mode'],
    ['.f......gax|f4d0|3|x//', 'x', 'differs in group, access control list, extended attributes'],
    ['<f.........|f4d0|3|a//', 'a', 'differs'],
    ['*deleting  |||gone \\#303\\#251//', 'gone é', 'only at the destination'],
    ['.f          |d89f|1|lit\\#134#012//', 'lit\\#012', undefined],
  ])('%s', (line, path, difference) => {
    expect(parseComparedFile(line)).toMatchObject({ path, difference });
  });

  it.each(['', 'sending incremental file list', '<f+++++++++ a', '.f|x', '.f|x|1', 'x|y|1|a//', 'rsync: something'])(
    'is not taken from other text: %j',
    (line) => {
      expect(parseComparedFile(line)).toBeUndefined();
    },
  );

  it('has the same content whichever hard link is listed first, and another for other bytes or targets', () => {
    const contentOf = (line: string) => parseComparedFile(line)?.content;
    expect(contentOf('hf          |f4d0|3|b//')).toBe(contentOf('.f          |f4d0|3|b//'));
    expect(contentOf('.f          |f4d1|3|b//')).not.toBe(contentOf('.f          |f4d0|3|b//'));
    expect(contentOf('.L          ||1|b// -> x')).not.toBe(contentOf('.L          ||1|b// -> y'));
  });
});

describe('a line on standard error', () => {
  it.each([
    [
      'rsync: [sender] send_files failed to open "/data/private": Permission denied (13)',
      'private',
      /failed to open: Permission denied/,
    ],
    [
      'rsync: [sender] opendir "/data/a/closed" failed: Permission denied (13)',
      'a/closed',
      /opendir failed: Permission denied/,
    ],
    ['rsync: [receiver] mkstemp "/data/x/.f.Ab12" failed: Permission denied (13)', 'x/.f.Ab12', /mkstemp failed/],
    ['rsync: [sender] send_files failed to open "/data/quo"te": Permission denied (13)', 'quo"te', /Permission denied/],
    ['rsync: [sender] send_files failed to open "/data/a""b": Permission denied (13)', 'a""b', /Permission denied/],
    ['skipping non-regular file "dev/sda"', 'dev/sda', /only root can make devices/],
  ])('blames a file: %s', (line, path, message) => {
    expect(parseFileError(line)).toEqual({ path, message: expect.stringMatching(message) as string });
  });

  it.each(['file has vanished: "/data/x"', 'rsync error: some files vanished (code 24)', 'IO error encountered', ''])(
    'blames none: %j',
    (line) => {
      expect(parseFileError(line)).toBeUndefined();
    },
  );

  it('distinguishes the root folder, which only its owner may touch, from files in it', () => {
    const root = 'rsync: [generator] failed to set times on "/data/.": Operation not permitted (1)';
    const file = 'rsync: [generator] failed to set times on "/data/a": Operation not permitted (1)';
    const unreadable = 'rsync: [sender] opendir "/data/." failed: Permission denied (13)';
    const concerns = [root, file, unreadable].map((line) => {
      const problem = parseFileError(line);
      return problem !== undefined && concernsRootFolder(line, problem);
    });
    expect(concerns).toEqual([true, false, false]);
  });
});

describe('figures', () => {
  it('of a copy under way', () => {
    expect(parseProgress('     10,485,767  99%  123.46MB/s    0:00:00 (xfr#6, to-chk=3/14)')).toEqual({
      bytes: 10_485_767,
      percent: 99,
      rate: '123.46MB/s',
    });
    expect(parseProgress('Number of files: 3')).toBeUndefined();
  });

  it('of a finished copy', () => {
    expect(parseTotal('Number of files: 1,014 (reg: 7, dir: 4)')).toEqual({ files: 1014 });
    expect(parseTotal('Literal data: 10485767 bytes')).toEqual({ copiedBytes: 10_485_767 });
    expect(parseTotal('Number of created files: 12')).toBeUndefined();
  });
});
