import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import type { Resource } from '../../../src/domain/kube/resource.ts';
import { runTaskCommand, type CommandEnd } from '../../builders/command.ts';
import type { FaultProxy } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, digestOf, pushImage } from '../../fakes/oci-images.ts';
import { kubeconfigText, startSyncScene, type SyncReport, type SyncScene } from '../../fakes/sync-scene.ts';
import { aDeployment, aStream, internal } from '../../builders/image-plan.ts';

let scene: SyncScene;
let source: FaultProxy;
let destination: FaultProxy;
const image = buildImage([buildLayer('own', randomBytes(2000))], 'image-sync');

beforeAll(async () => {
  scene = await startSyncScene();
  [source, destination] = [await scene.front('source'), await scene.front('destination')];
  await pushImage(scene.source.host, 'shop/web:1', image);
});

afterAll(() => scene.stop());

interface Run extends CommandEnd {
  readonly folder: string;
  readonly report: SyncReport;
}

/** Runs the task with the params that pipelines written for crane-runner give, in a folder of its own. */
async function run(name: string, resources: readonly Resource[], params: Record<string, string> = {}): Promise<Run> {
  const folder = path.join(scene.folder, name);
  await mkdir(path.join(folder, 'export'), { recursive: true });
  await writeFile(path.join(folder, 'export/none.txt'), '');
  for (const [number, resource] of resources.entries()) {
    await writeFile(path.join(folder, `export/${String(number)}.yaml`), yamlCodec.format(resource));
  }
  const tokens = { source: { token: 'token-of-source' }, destination: { token: 'token-of-destination' } };
  await writeFile(path.join(folder, 'kubeconfig'), kubeconfigText(tokens));
  const flags = {
    'src-context': 'source',
    'src-internal-registry-url': internal,
    'src-public-registry-url': source.host,
    'src-tls-verify': 'false',
    'dest-context': 'destination',
    'dest-public-registry-url': destination.host,
    'dest-namespace': 'shop-new',
    'dest-tls-verify': 'false',
    kubeconfig: path.join(folder, 'kubeconfig'),
    ...params,
  };
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const end = await runTaskCommand(['crane-image-sync', ...args], { cwd: folder });
  const report = JSON.parse(
    await readFile(path.join(folder, 'skopeo/reports/crane-image-sync.json'), 'utf8'),
  ) as unknown;
  return { ...end, folder, report: report as SyncReport };
}

const pushed = aStream('web', {
  1: { items: [`${internal}/shop/web@${image.digest}`] },
  2: { items: [`docker.io/library/web@sha256:${'b'.repeat(64)}`] },
});
const failed = aStream('gone', { 1: { items: [] } });

describe('crane-image-sync', () => {
  it('plans and copies in one run, and reports each image of both parts', async () => {
    const { exitCode, results, report, folder, stderr } = await run('both', [pushed, failed]);
    expect(exitCode, stderr).toBe(4);
    expect(results).toMatchObject({
      'image-count': '1',
      'copied-count': '1',
      'skipped-count': '1',
      'problem-count': '1',
      'failed-count': '0',
      status: 'incomplete',
    });
    expect(report.items.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual([
      ['shop/web:2', 'skipped', 'public-source'],
      ['shop/gone:1', 'failed', 'deleted-tag'],
      [`${destination.host}/shop-new/web:1`, 'done', 'copied'],
    ]);
    expect(report.items[2]?.evidence).toMatchObject({ class: 'pushed', source: `${source.host}/shop/web` });
    expect(await digestOf(scene.destination.host, 'shop-new/web:1')).toBe(image.digest);
    expect(await readFile(path.join(folder, 'skopeo/plan.json'), 'utf8')).toContain(image.digest);
    expect(await readFile(path.join(folder, 'skopeo/source.yaml'), 'utf8')).toContain('"shop/web":');
    expect(stderr).not.toMatch(/token-of-/);
    const accepted = await run('both', [pushed, failed], { 'allow-problems': 'deleted-tag' });
    expect([accepted.exitCode, accepted.results['present-count']], accepted.stderr).toEqual([0, '1']);
  });

  it('asks no registry and no cluster where nothing is to be copied, whatever addresses are unknown', async () => {
    const before = source.requests.length + destination.requests.length;
    const unknown = { 'src-internal-registry-url': '', 'src-public-registry-url': '', 'dest-public-registry-url': '' };
    const { exitCode, results, ending } = await run('nothing', [aDeployment('web', 'docker.io/library/web:1')], {
      ...unknown,
      kubeconfig: '/nowhere',
    });
    expect(exitCode, ending).toBe(0);
    expect(results).toMatchObject({ 'image-count': '0', status: 'succeeded' });
    expect(ending).toContain('nothing to copy');
    expect(source.requests.length + destination.requests.length).toBe(before);
  });

  it.each(['src-public-registry-url', 'dest-public-registry-url'])(
    'refuses an empty %s where an image needs it, and names both',
    async (param) => {
      const { exitCode, results, ending } = await run(`empty-${param}`, [pushed], { [param]: '' });
      expect([exitCode, results['status']]).toEqual([2, 'registry-unknown']);
      expect(ending).toMatch(new RegExp(`shop/web.*--${param} is empty`));
    },
  );

  it('knows the names of OpenShift where the internal address is unknown', async () => {
    const { exitCode, results } = await run('no-internal', [pushed], { 'src-internal-registry-url': '' });
    expect([exitCode, results['image-count']]).toEqual([0, '1']);
  });
});
