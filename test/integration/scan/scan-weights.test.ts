import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { awsKey, githubToken, linesOf, scan } from './scan-scene.ts';

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
