import { open, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { indexTar } from '../../../../src/adapters/archives/tar-index.ts';
import { paxRecord, tarOf, type TestMember } from '../../../builders/tar.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tar-index-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function index(bytes: Buffer): Promise<Readonly<Record<string, string>>> {
  const file = path.join(folder, 'archive.tar');
  await writeFile(file, bytes);
  await using handle = await open(file);
  const members = await indexTar({ handle, path: file, size: bytes.length });
  return Object.fromEntries(
    [...members].map(([name, { offset, size }]) => [name, bytes.toString('utf8', offset, offset + size)]),
  );
}

const long = `${'folder/'.repeat(20)}file`;

describe('the members of a tar', () => {
  it('are found with long names of both kinds, links resolved and folders left out', async () => {
    const members: TestMember[] = [
      { name: 'pax_global_header', type: 'g', content: paxRecord('comment', 'x') },
      { name: './', type: '5' },
      { name: 'a/', type: '5' },
      { name: 'a', type: '5' },
      { name: './a/file', content: 'one' },
      { name: 'a/link', type: '2', link: '../b.tar' },
      { name: 'hard', type: '1', link: 'a/file' },
      { name: 'b.tar', content: 'two' },
      { name: 'x', type: 'x', content: paxRecord('path', long) },
      { name: 'short', content: 'three' },
      { name: '././@LongLink', type: 'L', content: `${long}2\0`, magic: 'ustar  \0' },
      { name: 'short', content: 'four', magic: 'ustar  \0' },
      { name: 'old', type: '\0', content: '', magic: '' },
    ];
    expect(await index(tarOf(members))).toEqual({
      'a/file': 'one',
      'a/link': 'two',
      hard: 'one',
      'b.tar': 'two',
      [long]: 'three',
      [`${long}2`]: 'four',
      old: '',
    });
  });

  it('are found in any order', async () => {
    const names = ['a', 'b/c', 'b/d', 'e'];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(names),
        fc.array(fc.string(), { minLength: 4, maxLength: 4 }),
        async (order, texts) => {
          const members = order.map((name, number) => ({ name, content: texts[number] ?? '' }));
          const expected = Object.fromEntries(
            members.map(({ name, content }) => [name, Buffer.from(content).toString()]),
          );
          expect(await index(tarOf(members))).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are found with zeros after the end, as GNU tar leaves them', async () => {
    expect(await index(Buffer.concat([tarOf([{ name: 'a' }]), Buffer.alloc(9000)]))).toEqual({ a: '' });
  });
});

const hostile: readonly (readonly [string, readonly TestMember[]])[] = [
  ['a name twice', [{ name: 'a' }, { name: './a' }]],
  ['a file where a folder is', [{ name: 'a/', type: '5' }, { name: 'a' }]],
  ['an absolute name', [{ name: '/etc/passwd' }]],
  ['a name above the top', [{ name: '../a' }]],
  ['a name that goes up inside', [{ name: 'a/../../b' }]],
  ['an empty name', [{ name: '' }]],
  ['a file that is the top', [{ name: './' }]],
  ['a name with a line break', [{ name: 'a\nb' }]],
  ['a backslash', [{ name: String.raw`..\a` }]],
  [
    'an absolute name in an extended header',
    [{ name: 'x', type: 'x', content: paxRecord('path', '/a') }, { name: 'b' }],
  ],
  ['a symbolic link out of the archive', [{ name: 'a', type: '2', link: '../../etc/passwd' }]],
  ['an absolute link', [{ name: 'a', type: '2', link: '/etc/passwd' }]],
  ['a hard link out of the archive', [{ name: 'a', type: '1', link: '../b' }]],
  ['an absolute hard link', [{ name: 'a', type: '1', link: '/etc/passwd' }]],
  ['a link to nothing', [{ name: 'a', type: '2', link: 'b' }]],
  ['a link to itself', [{ name: 'a', type: '2', link: 'a' }]],
  [
    'links in a circle',
    [
      { name: 'a', type: '2', link: 'b' },
      { name: 'b', type: '2', link: 'a' },
    ],
  ],
  ['a link to the top', [{ name: 'a/b', type: '2', link: '..' }]],
  ['a link with content', [{ name: 'b' }, { name: 'a', type: '2', link: 'b', content: 'x' }]],
  ['a folder with content', [{ name: 'a/', type: '5', content: 'x' }]],
  ['a character device', [{ name: 'a', type: '3' }]],
  ['a block device', [{ name: 'a', type: '4' }]],
  ['a pipe', [{ name: 'a', type: '6' }]],
  ['a sparse file', [{ name: 'a', type: 'S' }]],
  ['an unknown kind', [{ name: 'a', type: 'Z' }]],
  ['a size beyond the file', [{ name: 'a', size: 8 ** 11 - 1 }]],
  [
    'a size beyond the file in an extended header',
    [{ name: 'x', type: 'x', content: paxRecord('size', '999999') }, { name: 'a' }],
  ],
  ['a huge extended header', [{ name: 'x', type: 'x', content: Buffer.alloc(70_000) }, { name: 'a' }]],
  ['a damaged extended header', [{ name: 'x', type: 'x', content: 'nonsense' }, { name: 'a' }]],
  ['a global header that renames', [{ name: 'x', type: 'g', content: paxRecord('path', 'b') }, { name: 'a' }]],
];

describe('a tar', () => {
  it.each(hostile)('with %s is refused', async (_what, members) => {
    await expect(index(tarOf(members))).rejects.toMatchObject({ code: 'invalid-file' });
  });

  it('that is cut anywhere is refused', async () => {
    const whole = tarOf([
      { name: 'a', content: 'one' },
      { name: 'b', content: Buffer.alloc(1500) },
    ]);
    for (let end = 0; end < whole.length; end += 97) {
      await expect(index(whole.subarray(0, end)), String(end)).rejects.toMatchObject({ code: 'invalid-file' });
    }
    await expect(index(whole.subarray(0, -1))).rejects.toMatchObject({ code: 'invalid-file' });
  });

  it('with another one behind it is refused', async () => {
    const two = Buffer.concat([tarOf([{ name: 'a' }]), tarOf([{ name: 'b' }])]);
    await expect(index(two)).rejects.toThrow('something follows after its end');
    await expect(index(Buffer.concat([tarOf([]), Buffer.alloc(2 * 1024 * 1024)]))).rejects.toThrow('after its end');
  });

  it('with a damaged header, and any other file, is refused', async () => {
    const bytes = tarOf([{ name: 'a' }, { name: 'b' }]);
    bytes[600] = 1;
    await expect(index(bytes)).rejects.toThrow('the header at byte 512 is damaged');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 1500 }), async (noise) => {
        fc.pre(noise.some((byte) => byte !== 0));
        await expect(index(Buffer.from(noise))).rejects.toMatchObject({ code: 'invalid-file' });
      }),
      { numRuns: 50 },
    );
  });

  it('with more members than any image needs is refused', async () => {
    const many = Array.from({ length: 20_001 }, (_, number) =>
      tarOf([{ name: `m${String(number)}` }]).subarray(0, 512),
    );
    await expect(index(Buffer.concat(many))).rejects.toThrow('more than 20000 members');
  });
});
