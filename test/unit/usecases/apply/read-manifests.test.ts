import { expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import { readAnyPlanned, readRendered } from '../../../../src/usecases/apply/read-manifests.ts';
import { aHost } from '../../../builders/host.ts';

const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ';

async function namesIn(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = aHost().openFolder('/in');
  for (const [path, text] of Object.entries(files)) await folder.write(path, text);
  const build = () => Promise.resolve(`${manifest}built\n`);
  const { resources } = await readAnyPlanned(folder, { yaml: yamlCodec, sha256: sha256Of, makeList: () => [], build });
  return Array.from(resources, ({ metadata }) => metadata.name);
}

it('builds a kustomization, reads an export below resources/, and any other folder whole', async () => {
  expect(await namesIn({ 'kustomization.yaml': 'resources: []\n', 'a.yaml': `${manifest}a\n` })).toEqual(['built']);
  expect(await namesIn({ 'resources/shop/a.yaml': `${manifest}a\n`, 'b.yaml': `${manifest}b\n` })).toEqual(['a']);
  expect(await namesIn({ 'b.yaml': `${manifest}b\n` })).toEqual(['b']);
});

it('refuses a folder without manifests', async () => {
  await expect(namesIn({ 'notes.txt': 'none' })).rejects.toMatchObject({ code: 'invalid-file' });
});

it.each([
  ['nothing', {}, 'invalid-file'],
  ['an empty List', { 'a.yaml': 'apiVersion: v1\nkind: List\nitems: []\n' }, 'invalid-file'],
  ['notes', { 'notes.txt': 'none' }, 'invalid-file'],
  ['a file that is no manifest', { 'a.yaml': 'a: b\n' }, undefined],
  // transform may leave all out: its index says so.
  ['an index without files', { 'index.json': '{}' }, undefined],
])('a folder of rendered manifests with %s ends so: %s', async (_, files, code) => {
  const folder = aHost().openFolder('/in');
  for (const [path, text] of Object.entries(files)) await folder.write(path, text);
  const read = readRendered(folder, undefined, { yaml: yamlCodec, sha256: sha256Of, makeList: () => [] });
  const found = await read.then(
    () => undefined,
    (error: unknown) => (error instanceof TaskError ? error.code : error),
  );
  expect(found).toBe(code);
});
