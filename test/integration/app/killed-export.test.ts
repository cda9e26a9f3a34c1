import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { installRelease } from '../../../src/usecases/app/install-release.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { command } from '../../builders/command.ts';
import { startArchiveScene, type ArchiveScene } from '../../fakes/archive-scene.ts';
import type { FaultProxy, PassingRequest } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer } from '../../fakes/oci-images.ts';
import { startReleaseScene, type ReleaseScene } from './release-scene.ts';

const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: "IMAGE" }] }\n';
const layers = ['first', 'second'].map((name) => buildLayer(name, randomBytes(2_000_000)));

let scene: ReleaseScene;
let images: ArchiveScene;
let front: FaultProxy;
/** Which requests get no answer. */
let isFrozen: (request: PassingRequest) => boolean = () => false;
let isReached = false;
beforeAll(async () => {
  [scene, images] = await Promise.all([startReleaseScene(), startArchiveScene()]);
  front = await images.front((request) => {
    if (!isFrozen(request)) return undefined;
    isReached = true;
    return { kind: 'stall' };
  });
  await images.put('shop/web:1', buildImage(layers, 'web'));
  const chart = await scene.writeChart('web', {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'templates/pod.yaml': pod.replace('IMAGE', `${front.host}/shop/web:1`),
  });
  await installRelease(scene.request(chart, { name: 'web' }), scene.ports);
}, 180_000);
afterAll(async () => {
  await images.stop();
  await scene.stop();
});

function startExport(folder: string) {
  const [node, program] = command;
  const flags = [`--app-dir=${folder}`, '--namespace=default', '--release=web', '--registry-tls-verify=false'];
  const env = { HOME: scene.scratch, TMPDIR: scene.scratch, KUBECONFIG: scene.server.kubeconfigPath };
  return execa(node, [program, 'app-export', ...flags], {
    cwd: scene.scratch,
    reject: false,
    env: { ...env, PATH: dirname(programPath('helm')) },
  });
}

const parts = ['app-chart.tar.gz', 'app-image.tar', 'values.yaml'];

/** The exported files by their names. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const release = join(folder, 'web');
  if (!existsSync(release)) return new Map();
  return new Map(readdirSync(release).map((name) => [name, readFileSync(join(release, name)).toString('base64')]));
}

describe('an export that is killed', () => {
  let whole: ReadonlyMap<string, string>;
  beforeAll(async () => {
    const folder = join(scene.scratch, 'whole');
    const end = await startExport(folder);
    expect(end.exitCode, end.stderr).toBe(0);
    whole = filesOf(folder);
    expect([...whole.keys()].sort()).toEqual(parts);
  });

  const layerDigest = layers[1]?.digest ?? '';
  it.each([
    ['while it asks for an image', (request: PassingRequest) => request.path.includes('/manifests/'), undefined],
    ['while it reads the second layer', (request: PassingRequest) => request.path.endsWith(layerDigest), undefined],
    ['when its files are complete', () => false, 'web'],
  ])('%s leaves no part that differs from a whole one, and the next run finishes it', async (name, freeze, awaited) => {
    const folder = join(scene.scratch, name.replaceAll(' ', '-'));
    mkdirSync(folder);
    [isFrozen, isReached] = [freeze, false];
    const running = startExport(folder);
    await waitFor({
      what: `the export ${name}`,
      seconds: 60,
      everyMs: 1,
      check: () => {
        const isThere = awaited === undefined ? isReached : existsSync(join(folder, awaited));
        return Promise.resolve(isThere ? undefined : 'it is not there yet');
      },
    });
    running.kill('SIGKILL');
    expect((await running).signal).toBe('SIGKILL');
    isFrozen = () => false;
    for (const [file, content] of filesOf(folder)) expect(content === whole.get(file), file).toBe(true);
    if (awaited === undefined) expect(filesOf(folder).size).toBe(0);

    const again = await startExport(folder);
    expect(again.exitCode, again.stderr).toBe(0);
    const found = filesOf(folder);
    expect([...found.keys()].sort()).toEqual(parts);
    for (const [file, content] of found) expect(content === whole.get(file), file).toBe(true);
  });
});
