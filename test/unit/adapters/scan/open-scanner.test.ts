import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { writeEntry } from '../../../builders/git-commits.ts';
import { makeTar } from '../../../builders/tar-archive.ts';
import { makeZip } from '../../../builders/zip-archive.ts';
import { awsKey, databaseSecret, githubToken, linesOf, privateKey, scan } from '../../../fakes/scan-scene.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');
/** Bytes that no program takes for text, always the same. */
const noise = (length: number): Buffer => {
  let state = 42;
  return Buffer.from(Array.from({ length }, () => (state = (state * 1103515245 + 12345) % 2 ** 31) >> 16));
};

function notebook(cells: readonly object[]): string {
  return JSON.stringify({ cells, metadata: { kernelspec: { name: 'python3' } }, nbformat: 4, nbformat_minor: 5 });
}

const text = (output: string) => ({ output_type: 'stream', name: 'stdout', text: [output] });
const code = (source: string, outputs: readonly object[] = []) => ({ cell_type: 'code', source: [source], outputs });

describe('the scan of files', () => {
  it('finds keys and values of Secrets with their lines, and never shows them', async () => {
    const outcome = await scan(
      [
        { path: '/lib/a.py', content: `import os\nkey = "${awsKey}"\n` },
        { path: '/lib/key.pem', content: privateKey },
        { path: '/lib/b.txt', content: `plain Zebra/Quartz+71? here` },
        { path: '/lib/c.txt', content: `x${encode('user:Zebra/Quartz+71?')}` },
        { path: '/lib/d.txt', content: `https://x/?p=${encodeURIComponent('Zebra/Quartz+71?')}` },
        { path: '/lib/e.bin', content: Buffer.concat([noise(3000), Buffer.from(`\0${awsKey}\0`), noise(3000)]) },
        { path: '/lib/f.txt', content: 'nothing here' },
      ],
      { secrets: [databaseSecret] },
    );
    expect(linesOf(outcome)).toEqual([
      'aws-access-token | blocks | /lib/a.py | line 2',
      'secret:db/password | blocks | /lib/b.txt | line 1',
      'secret:db/password | blocks | /lib/c.txt | line 1',
      'secret:db/password | blocks | /lib/d.txt | line 1',
      'aws-access-token | blocks | /lib/e.bin | ',
      'private-key | blocks | /lib/key.pem | line 1',
    ]);
    expect(outcome.counts).toMatchObject({
      files: 7,
      weights: { blocks: 6 },
      values: { searched: 1, trivial: 1, tooShort: 1 },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/Q3EGRIT|Zebra|MIIE/);
  });

  it('finds the same in pieces of any size', async () => {
    const content = `${'words and lines\n'.repeat(30_000)}${githubToken}\n${'more words\n'.repeat(40_000)}${awsKey}`;
    const [whole, pieces] = [
      await scan([{ path: '/a', content }]),
      await scan([{ path: '/a', content }], { pieces: 997 }),
    ];
    expect(linesOf(whole)).toEqual([
      'github-pat | blocks | /a | line 30001',
      'aws-access-token | blocks | /a | line 70002',
    ]);
    expect(pieces.findings).toEqual(whole.findings);
  });

  it('reads text in UTF-16, and its bytes too', async () => {
    const text = `# ü\r\nkey = "${awsKey}"\r\npassword = "Zebra/Quartz+71?"\r\n`;
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const outcome = await scan(
      [
        { path: '/lib/little.ps1', content: little },
        { path: '/lib/big.reg', content: Buffer.from(little).swap16() },
        { path: '/lib/plain.txt', content: little.subarray(2) },
        { path: '/lib/not.txt', content: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(awsKey)]) },
      ],
      { secrets: [databaseSecret], pieces: 33 },
    );
    const both = (path: string) => [
      `secret:db/password | blocks | ${path} | line 3`,
      `aws-access-token | blocks | ${path} | line 2`,
    ];
    expect(linesOf(outcome)).toEqual([
      ...both('/lib/big.reg'),
      ...both('/lib/little.ps1'),
      'aws-access-token | blocks | /lib/not.txt | line 1',
      ...both('/lib/plain.txt'),
    ]);
  });

  it('applies the rule for keys of any kind to what people write', async () => {
    const content = 'db_password = "c9Xk2mQ7vL4tR8wZ1nB6"\n';
    const outcome = await scan([
      { path: '/lib/a.py', content },
      { path: '/work/a.py', content, area: 'workspace' },
    ]);
    expect(linesOf(outcome)).toEqual(['generic-api-key | blocks | /work/a.py | line 1']);
  });

  it('does not report known example keys', async () => {
    const content = 'AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n';
    expect(linesOf(await scan([{ path: '/work/a', content, area: 'workspace' }]))).toEqual([]);
  });
});

describe('the scan of notebooks', () => {
  it('finds a key in a source, an output, a traceback, an attachment and metadata', async () => {
    const content = notebook([
      code(`print("${awsKey}")\n`),
      code('1', [text(`print ${awsKey}\n`)]),
      code('2', [{ output_type: 'error', ename: 'E', evalue: 'e', traceback: ['line', `  ${awsKey}`] }]),
      {
        cell_type: 'markdown',
        source: ['![a](attachment:a)'],
        attachments: { 'a.txt': { 'text/plain': encode(`k ${awsKey} `) } },
      },
      { ...code('4'), metadata: { note: awsKey } },
      code(`password = \\"Zebra/Quartz+71?\\"`),
    ]);
    const outcome = await scan([{ path: '/work/n.ipynb', content, area: 'workspace' }], {
      secrets: [databaseSecret],
      pieces: 7,
    });
    expect(linesOf(outcome)).toEqual([
      'aws-access-token | blocks | /work/n.ipynb | cell 1, source, line 1',
      'aws-access-token | blocks | /work/n.ipynb | cell 2, output, line 1',
      'aws-access-token | blocks | /work/n.ipynb | cell 3, traceback, line 4',
      'aws-access-token | blocks | /work/n.ipynb | cell 4, attachment a.txt, line 2',
      'aws-access-token | blocks | /work/n.ipynb | cell 5, metadata, line 1',
      'secret:db/password | blocks | /work/n.ipynb | cell 6, source, line 1',
    ]);
  });

  it('finds nothing in 50 plots', async () => {
    const plot = { output_type: 'display_data', data: { 'image/png': noise(60_000).toString('base64') }, metadata: {} };
    const content = notebook(Array.from({ length: 50 }, (_, index) => code(`plot(${String(index)})`, [plot])));
    const outcome = await scan([{ path: '/work/n.ipynb', content, area: 'workspace' }], { secrets: [databaseSecret] });
    expect(outcome).toMatchObject({ findings: [], notes: [] });
  });

  it('scans a damaged one as bytes', async () => {
    const content = `{"cells": [{"source": "${awsKey} "`;
    const outcome = await scan([{ path: '/work/n.ipynb', content, area: 'workspace' }]);
    expect(outcome.notes).toMatchObject([{ place: '/work/n.ipynb', reason: 'not-decoded' }]);
    expect(linesOf(outcome)).toContain('aws-access-token | blocks | /work/n.ipynb | line 1');
  });
});

describe('the scan of archives', () => {
  it('finds keys in members, at two depths', async () => {
    const inner = makeZip([{ name: 'a/b.txt', content: `x ${awsKey}\n` }]);
    const tar = makeTar([
      { name: 'one.zip', content: inner },
      { name: 'two.zip', content: inner },
      { name: 'c.txt', content: `\n${githubToken}\n` },
    ]);
    const outcome = await scan([
      { path: '/lib/x.whl', content: inner },
      { path: '/lib/y.tgz', content: gzipSync(tar) },
      { path: '/lib/z.gz', content: gzipSync(`k ${awsKey}\n`) },
      { path: '/lib/z.tar', content: tar },
    ]);
    const inTar = (path: string) => [
      `aws-access-token | blocks | ${path} | member one.zip, member a/b.txt, line 1`,
      `aws-access-token | blocks | ${path} | member two.zip, member a/b.txt, line 1`,
      `github-pat | blocks | ${path} | member c.txt, line 2`,
    ];
    expect(linesOf(outcome)).toEqual([
      'aws-access-token | blocks | /lib/x.whl | member a/b.txt, line 1',
      ...inTar('/lib/y.tgz'),
      'aws-access-token | blocks | /lib/z.gz | content, line 1',
      ...inTar('/lib/z.tar'),
    ]);
    expect(outcome.notes).toEqual([]);
  });

  it('scans what it cannot decode as bytes, and says so', async () => {
    const zip = makeZip([{ name: 'a.txt', content: `x ${awsKey}\n`, method: 0 }]);
    const outcome = await scan([
      { path: '/lib/cut.zip', content: zip.subarray(0, zip.length - 10) },
      { path: '/lib/cut.gz', content: gzipSync(noise(5000)).subarray(0, 3000) },
    ]);
    expect(linesOf(outcome)).toEqual(['aws-access-token | blocks | /lib/cut.zip | ']);
    expect(outcome.notes.map(({ place, reason }) => `${place} ${reason}`)).toEqual([
      '/lib/cut.zip not-decoded',
      '/lib/cut.gz not-decoded',
    ]);
  });

  it('stops at the limit of archives within archives', async () => {
    let content: Buffer = Buffer.from(`${awsKey}\n`);
    for (let depth = 0; depth < 5; depth += 1) content = gzipSync(content);
    const { notes } = await scan([{ path: '/lib/deep.gz', content }]);
    expect(notes).toMatchObject([{ place: '/lib/deep.gz', reason: 'limit' }]);
  });
});

describe('the scan of a git repository', () => {
  it('finds a key in an old commit, in a loose object and in a pack', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'repository-'));
    const git = (...args: string[]) =>
      execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
    try {
      await git('init', '-q');
      const lines = Array.from({ length: 400 }, (_, index) => `line ${String(index)} of a file`).join('\n');
      for (const text of [lines, `${lines}\nkey = "${awsKey}"\n`, `${lines}\nkey = ""\n`]) {
        await writeEntry(join(folder, 'src/app.py'), text);
        await git('add', '.');
        await git('commit', '-q', '-m', 'change');
      }
      const loose = await scan(await filesOf(folder));
      expect(linesOf(loose)).toEqual([
        expect.stringMatching(/^aws-access-token \| blocks \| \/work\/\.git\/objects\/.* \| blob, line 401$/),
      ]);
      await git('gc', '-q', '--aggressive', '--prune=now');
      const packed = await scan(await filesOf(folder));
      expect(linesOf(packed)).toEqual([
        expect.stringMatching(
          /^aws-access-token \| blocks \| .*\.pack \| blob [\da-f]{12} \(src\/app\.py\), line 401$/,
        ),
      ]);
      expect(packed.notes).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function filesOf(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({ path: path.replace(folder, '/work'), content: await readFile(path) })),
  );
}
