import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { openScanner } from '../../../src/adapters/scan/open-scanner.ts';
import { awsKey, githubToken, linesOf, scan } from '../../fakes/scan-scene.ts';

const site = '/lib/python3.12/site-packages';
const source = `# example\nkey = "${awsKey}"\n`;
const record = `a/b.py,sha256=${createHash('sha256').update(source).digest('base64url')},${String(source.length)}\n`;

describe('the texts of an image', () => {
  const places = ['environment X', 'history', 'label a', 'annotation a', 'SBOM', 'provenance', 'start command'];

  it('are scanned in all seven places', async () => {
    const texts = places.map((place) => ({
      place,
      text: JSON.stringify([`--token=${githubToken}`]),
      origin: 'ours' as const,
    }));
    const found = linesOf(await scan([], { texts }));
    for (const place of places) expect(found).toContain(`github-pat | blocks | ${place} | line 1`);
  });

  it('of the base image are marked as such', async () => {
    const texts = [{ place: 'environment X', text: `X=${githubToken}`, origin: 'base' as const }];
    expect(linesOf(await scan([], { texts }))).toEqual(['github-pat | base-image | environment X | line 1']);
  });
});

describe('a file that its package lists', () => {
  const files = (content: string) => [
    { path: `${site}/a/b.py`, content },
    { path: `${site}/a-1.dist-info/RECORD`, content: record },
  ];

  it('does not block, wherever the list is in the order of files', async () => {
    const outcome = await scan(files(source));
    expect(outcome.findings.map(({ weight }) => weight)).toEqual(['known-package-file']);
    expect((await scan([...files(source)].reverse())).findings).toEqual(outcome.findings);
    expect(outcome.counts.weights).toMatchObject({ blocks: 0, 'known-package-file': 1 });
  });

  it('blocks when one byte was changed', async () => {
    const outcome = await scan(files(source.replace('example', 'exampls')));
    expect(outcome.findings.map(({ weight }) => weight)).toEqual(['blocks']);
  });

  it('blocks when it is longer than what is kept in memory and was changed', async () => {
    const outcome = await scan(files(`${source}${'# more\n'.repeat(100_000)}`));
    expect(outcome.findings.map(({ weight }) => weight)).toEqual(['blocks']);
  });

  it('blocks unless the user allows it with a reason', async () => {
    const allow = [{ rule: 'aws-*', place: `${site}/**`, reason: 'a key of the tests' }];
    const outcome = await scan(files(`${source}#`), { allow });
    expect(outcome.findings).toMatchObject([{ weight: 'allowed', reason: 'a key of the tests' }]);
  });
});

describe('two files at the same time', () => {
  it('have the findings that they have one after the other, archives in both of them', async () => {
    const files = ['a', 'b'].map((name) => ({
      path: `${site}/${name}.txt.gz`,
      content: gzipSync(`${name.repeat(2000)}\nkey = "${name === 'a' ? awsKey : githubToken}"\n`),
    }));
    const scratch = await mkdtemp(join(tmpdir(), 'scan-'));
    const { signal } = new AbortController();
    const scanner = await openScanner({ secrets: [], allow: [], scratch, environment: process.env, signal });
    try {
      const scans = files.map(({ path, content }) => scanner.file({ path, area: 'library', size: content.length }));
      expect(() => scanner.file({ path: '/third', area: 'library', size: 1 })).toThrow(RangeError);
      for (let at = 0; at < 2000; at += 10)
        for (const [index, each] of scans.entries())
          each.write(files[index]?.content.subarray(at, at + 10) ?? Buffer.alloc(0));
      await Promise.all(scans.map((each) => each.end() ?? Promise.resolve()));
      expect(scanner.finish().findings).toEqual((await scan(files)).findings);
      expect(scanner.finish().findings.map(({ rule }) => rule)).toEqual(['aws-access-token', 'github-pat']);
    } finally {
      await scanner.close();
      await rm(scratch, { recursive: true });
    }
  });
});
