import { describe, expect, it } from 'vitest';

import { parseStats } from '../../../../src/domain/containerize/stat-listing.ts';

const names = (...texts: readonly string[]) => texts.map((text) => ({ text, bytes: Buffer.from(text) }));

describe('the output of stat', () => {
  it('is read by the names that it was asked for', () => {
    const output = Buffer.from(
      '81a4 1 2 3 8 5 6 7 8 2 /a\n41ed 0 0 4096 8 5 6 7 9 2 /b\nc\n0 0 0 0 0 0 0 0 0 0 /odd\na1ff 0 0 4 0 5 6 7 10 1 /l\n',
    );
    const common = { modified: '5', changed: '6', target: undefined };
    expect(parseStats(output, names('/gone', '/a', '/b\nc', '/odd', '/l', '/gone too'))).toEqual([
      undefined,
      {
        ...common,
        ...{ path: '/a', kind: 'file', mode: 0o644, uid: 1, gid: 2, size: 3, allocated: 4096, inode: '7:8', links: 2 },
      },
      {
        ...common,
        ...{
          path: '/b\nc',
          kind: 'directory',
          mode: 0o755,
          uid: 0,
          gid: 0,
          size: 0,
          allocated: 4096,
          inode: '7:9',
          links: 2,
        },
      },
      undefined,
      {
        ...common,
        ...{ path: '/l', kind: 'symlink', mode: 0o777, uid: 0, gid: 0, size: 0, allocated: 0, inode: '7:10', links: 1 },
      },
      undefined,
    ]);
  });

  it('of another name that begins in the same way is not taken', () => {
    expect(parseStats(Buffer.from('81a4 1 2 3 8 5 6 7 8 2 /ab\n'), names('/a', '/ac', '/ab'))).toMatchObject([
      undefined,
      undefined,
      { path: '/ab' },
    ]);
  });
});
