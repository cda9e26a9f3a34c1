import { describe, expect, it } from 'vitest';

import { finishBuild } from '../../../../src/usecases/build/finish-build.ts';
import { aHost } from '../../../builders/host.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const report = { image: { tags: ['r.example.com/web:1', 'r.example.com/web:2'], digest } };
const group = { group: [{ id: 'a/python', version: '1' }] };

/** A folder of the lifecycle and a workspace. TOML is JSON here: reading TOML is the work of an adapter. */
async function aBuild(layers: Readonly<Record<string, string>>) {
  const host = aHost();
  const [from, source] = [host.openFolder('/layers'), host.openFolder('/source')];
  for (const [path, text] of Object.entries(layers)) await from.write(path, text);
  const parseToml = (text: string): unknown => JSON.parse(text);
  const finish = (builder?: string) =>
    finishBuild({ layers: from, source, parseToml, readBuilder: () => Promise.resolve(builder) });
  return { host, source, finish };
}

describe('the end of a build', () => {
  it('reports image, buildpacks and bills of materials, and replaces bills of an earlier build', async () => {
    const { source, finish } = await aBuild({
      'report.toml': JSON.stringify(report),
      'group.toml': JSON.stringify(group),
      'sbom/launch/a_python/sbom.cdx.json': '{}',
      'sbom/launch/sbom.legacy.json': 'null\n',
      'sbom/launch/a_python/notes.txt': 'x',
    });
    await source.write('sbom/launch/old.json', '{}');
    expect(await finish('b:1@sha256:b')).toEqual({
      items: [
        { id: 'r.example.com/web:1', outcome: 'done', reason: 'image-built', evidence: { digest } },
        { id: 'r.example.com/web:2', outcome: 'done', reason: 'image-built', evidence: { digest } },
        { id: 'a/python 1', outcome: 'done', reason: 'buildpack-used' },
        { id: 'sbom/launch/a_python/sbom.cdx.json', outcome: 'done', reason: 'sbom-written' },
      ],
      results: {
        IMAGE_URL: 'r.example.com/web:1',
        IMAGE_DIGEST: digest,
        builder: 'b:1@sha256:b',
        'sbom-folder': 'sbom',
      },
      summary: `built r.example.com/web:1@${digest} with a/python 1`,
    });
    expect(await source.folder('sbom').list()).toEqual(['launch/a_python/sbom.cdx.json']);
  });

  it('names no folder and no builder where there is none', async () => {
    const { finish } = await aBuild({ 'report.toml': JSON.stringify(report), 'group.toml': JSON.stringify(group) });
    expect((await finish()).results).toMatchObject({ builder: '', 'sbom-folder': '' });
  });

  it('is an error without the report of the lifecycle', async () => {
    const { finish } = await aBuild({});
    const error = await thrownBy(() => finish());
    expect([error.code, error.message]).toEqual([
      'invalid-file',
      'reading /layers/report.toml: the lifecycle did not report an image with a digest',
    ]);
  });
});
