import { expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { readAnyPlanned } from '../../../../src/usecases/apply/read-manifests.ts';
import { aHost } from '../../../builders/host.ts';

const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ';

async function namesIn(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = aHost().openFolder('/in');
  for (const [path, text] of Object.entries(files)) await folder.write(path, text);
  const build = () => Promise.resolve(`${manifest}built\n`);
  const { resources } = await readAnyPlanned(folder, { yaml: yamlCodec, sha256: sha256Of, build });
  return resources.map(({ metadata }) => metadata.name);
}

it('builds a kustomization, reads an export below resources/, and any other folder whole', async () => {
  expect(await namesIn({ 'kustomization.yaml': 'resources: []\n', 'a.yaml': `${manifest}a\n` })).toEqual(['built']);
  expect(await namesIn({ 'resources/shop/a.yaml': `${manifest}a\n`, 'b.yaml': `${manifest}b\n` })).toEqual(['a']);
  expect(await namesIn({ 'b.yaml': `${manifest}b\n` })).toEqual(['b']);
});

it('refuses a folder without manifests', async () => {
  await expect(namesIn({ 'notes.txt': 'none' })).rejects.toMatchObject({ code: 'invalid-file' });
});
