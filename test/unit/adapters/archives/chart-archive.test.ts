import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { pack, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';

import { readChartArchive, writeChartArchive } from '../../../../src/adapters/archives/chart-archive.ts';
import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const files = new Map([
  ['templates/b.yaml', Buffer.from('b'.repeat(3000))],
  ['Chart.yaml', Buffer.from('name: web\nversion: 1.0.0\n')],
  [`templates/${'long-'.repeat(40)}.yaml`, Buffer.from('ü')],
]);

async function archiveOf(entries: readonly Partial<Header>[]): Promise<Uint8Array> {
  const archive = pack();
  for (const entry of [{ name: 'web/Chart.yaml' }, ...entries])
    archive.entry({ type: 'file', ...entry, name: entry.name ?? 'x' }, entry.type === undefined ? 'x' : '');
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

describe('writeChartArchive', () => {
  it('writes the same bytes on each computer and in each order', async () => {
    const archive = await writeChartArchive({ folder: 'web', files });
    const other = await writeChartArchive({ folder: 'web', files: new Map([...files].reverse()) });
    expect(sha256Of(archive)).toBe(sha256Of(other));
    // A change of this digest changes the digest of every chart that users have: say so in the changelog.
    expect(sha256Of(archive)).toBe('sha256:2fa7dbb77b1bc5aef1c0ec0d763311fef02fd7926eec7a323024178233f985b0');
    expect([...archive.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]);
  });

  it('is read back', async () => {
    const { folder, files: found } = await readChartArchive(await writeChartArchive({ folder: 'web', files }), 'test');
    expect(folder).toBe('web');
    expect(new Map([...found].sort())).toEqual(new Map([...files].sort()));
  });

  it('keeps any content', async () => {
    const content = fc.uint8Array({ maxLength: 2000 });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,9}(?:\/[a-z]{1,9}){0,3}$/), content),
        async (given) => {
          const own = new Map([...Object.entries(given), ['Chart.yaml', new Uint8Array()] as const]);
          const found = await readChartArchive(await writeChartArchive({ folder: 'web', files: own }), 'test');
          expect(Object.fromEntries([...found.files].map(([name, bytes]) => [name, [...bytes]]))).toEqual(
            Object.fromEntries([...own].map(([name, bytes]) => [name, [...bytes]])),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('readChartArchive', () => {
  it.each<[string, readonly Partial<Header>[]]>([
    ['a path out of the folder', [{ name: 'web/../../x' }]],
    ['an absolute path', [{ name: '/etc/passwd' }]],
    ['a backslash', [{ name: 'web/a\\b' }]],
    ['a drive', [{ name: 'web/c:x' }]],
    ['a file beside the folder', [{ name: 'x' }]],
    ['two folders', [{ name: 'other/x' }]],
    ['a symbolic link', [{ name: 'web/x', type: 'symlink', linkname: '/etc/passwd' }]],
    ['a hard link', [{ name: 'web/x', type: 'link', linkname: 'web/Chart.yaml' }]],
    ['a device', [{ name: 'web/x', type: 'character-device' }]],
    ['a pipe', [{ name: 'web/x', type: 'fifo' }]],
    ['two files of a name', [{ name: 'web/Chart.yaml' }]],
  ])('refuses %s', async (_what, entries) => {
    const archive = await archiveOf(entries);
    expect((await thrownBy(() => readChartArchive(archive, 'test'))).code).toBe('invalid-file');
  });

  it('passes over folders, and takes paths that begin with a dot', async () => {
    const archive = await archiveOf([{ name: 'web/a', type: 'directory' }, { name: './web/a/b' }]);
    expect([...(await readChartArchive(archive, 'test')).files.keys()]).toEqual(['Chart.yaml', 'a/b']);
  });

  it('refuses archives that are cut, large or of another kind', async () => {
    const archive = await writeChartArchive({ folder: 'web', files });
    const cuts = Array.from({ length: 20 }, (_, index) =>
      archive.subarray(0, Math.floor((archive.length * index) / 20)),
    );
    const large = gzipSync(Buffer.alloc(101 * 1024 * 1024));
    const largeFile = await writeChartArchive({
      folder: 'web',
      files: new Map([['x', Buffer.alloc(6 * 1024 * 1024)]]),
    });
    const noChart = await writeChartArchive({ folder: 'web', files: new Map([['x', Buffer.from('x')]]) });
    for (const bytes of [...cuts, large, largeFile, noChart, Buffer.from('text'), gzipSync('text'.repeat(400))])
      expect((await thrownBy(() => readChartArchive(bytes, 'test'))).code).toBe('invalid-file');
  });
});
