import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

import { installRealPackages } from '../../../testbed/notebook/install-packages.ts';
import { githubToken, linesOf, scan, type FileToScan } from '../../fakes/scan-scene.ts';

const site = '/app-library/lib/python3.13/site-packages';

async function readPackages(): Promise<readonly FileToScan[]> {
  const folder = await installRealPackages();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.toSorted().map(async (file) => ({
      path: join(site, relative(folder, file)),
      content: await readFile(file),
    })),
  );
}

it('files of boto3, botocore and cryptography block nothing without an allow list, until one has a token', async () => {
  const files = await readPackages();
  const paths = files.map(({ path }) => path);
  for (const name of ['boto3', 'botocore', 'cryptography']) expect(paths).toContain(`${site}/${name}/__init__.py`);
  expect(files.length).toBeGreaterThan(2000);
  expect(linesOf(await scan(files)).filter((line) => line.includes(' | blocks | '))).toEqual([]);

  const changed = files.map((file) =>
    file.path === `${site}/botocore/session.py`
      ? { ...file, content: `${String(file.content)}\ntoken = "${githubToken}"\n` }
      : file,
  );
  const own = changed.filter(({ path }) => /\/botocore(?:\/[^/]+\.py$|-[^/]+\/RECORD$)/.test(path));
  expect(linesOf(await scan(own))).toEqual([
    expect.stringMatching(/^github-pat \| blocks \| \S+\/botocore\/session\.py/),
  ]);
});
