import { describe, expect, it } from 'vitest';

import {
  createListingParser,
  nameListing,
  printfListing,
  type ListedFile,
} from '../../../../src/domain/containerize/list-command.ts';

const request = { paths: ['/a'], without: [], isShallow: false, changedSince: undefined };

function parse(text: string | Uint8Array, pieces = 1000): readonly ListedFile[] {
  const found: ListedFile[] = [];
  const push = createListingParser((file) => found.push(file));
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += pieces) push(bytes.subarray(start, start + pieces));
  return found;
}

describe('the command of a listing', () => {
  it('names what is left out as a pattern that means only that', () => {
    const command = nameListing({ ...request, without: ['/a/[b]*', '/c'], isShallow: true });
    const expected = [
      'find',
      '/a',
      '-xdev',
      '-maxdepth',
      '1',
      '(',
      '-path',
      String.raw`/a/\[b\]\*`,
      '-o',
      '-path',
      '/c',
    ];
    expect(command.slice(2)).toEqual([...expected, ')', '-prune', '-o', '-print0']);
  });

  it('asks for what changed since a time, and that second', () => {
    expect(printfListing({ ...request, changedSince: 100.5 })).toEqual(expect.arrayContaining(['-newerct', '@99']));
    expect(printfListing(request)).not.toContain('-newerct');
  });
});

describe('the output of a listing', () => {
  const file = 'rf 4755 1 2 3 8 5.5 6.25 7 8 1 /a/x y\n\0\0';
  const link = '-l 777 1 2 9 0 5.5 6.25 7 9 1 /a/l\0../t t\0';

  it.each([1, 7, 1000])('is read in pieces of %i bytes', (pieces) => {
    const common = { uid: 1, gid: 2, modified: '5.5', changed: '6.25', links: 1 };
    expect(parse(file + link, pieces)).toEqual([
      {
        isReadable: true,
        hasInvalidName: false,
        entry: {
          ...common,
          ...{
            path: '/a/x y\n',
            kind: 'file',
            mode: 0o4755,
            size: 3,
            allocated: 4096,
            inode: '7:8',
            target: undefined,
          },
        },
      },
      {
        isReadable: false,
        hasInvalidName: false,
        entry: {
          ...common,
          ...{ path: '/a/l', kind: 'symlink', mode: 0o777, size: 0, allocated: 0, inode: '7:9', target: '../t t' },
        },
      },
    ]);
  });

  it.each([
    ['a name', 'rf 644 1 2 3 8 5 6 7 8 1 /a/\u00FF\0\0'],
    ['a target', 'rl 644 1 2 3 8 5 6 7 8 1 /a/b\0\u00FF\0'],
  ])('says that %s is not UTF-8', (_what, text) => {
    expect(parse(Buffer.from(text, 'latin1'))).toMatchObject([{ hasInvalidName: true }]);
  });

  it.each(['rD 644 1 2 3 8 5 6 7 8 1 /door\0\0', 'nonsense\0\0', 'toString 1\0\0'])('leaves %j out', (text) => {
    expect(parse(text)).toEqual([]);
  });
});
