import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, valueAt } from '../../src/domain/core/json-object.ts';
import { answer } from '../../testbed/notebook/ask-server.ts';
import { publishSceneImage } from '../../testbed/notebook/build-images.ts';
import { installedPackages } from '../../testbed/notebook/notebook.ts';
import { plant, plantNames, removePlanted } from '../../testbed/notebook/plant.ts';
import {
  deployScene,
  makeNamespace,
  leaveNamespace,
  sceneNotebook,
  scenePoints,
  type Scene,
} from '../../testbed/notebook/scene.ts';
import type { ServerPlace } from '../../testbed/notebook/run-python.ts';
import { startSinglePod } from '../../testbed/notebook/single-pods.ts';
import { namesArgument } from '../../testbed/clusters/names.ts';
import { checkoutCacheFolder, repositoryRoot } from '../../testbed/clusters/places.ts';
import { publicRegistryRoute } from '../../testbed/clusters/sites.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import { clusterNamed } from '../../testbed/shop/probe.ts';
import { toBase64 } from '../../src/domain/core/redaction/secret-forms.ts';
import { searchImage } from '../fakes/search-image.ts';
import { prepareAccount, registry } from './forms/notes.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');
const names = { app: 'notebook', copy: 'notebook-copy' };
const repository = `${names.copy}/lab`;
const route = publicRegistryRoute(clusterNamed(destination.context));
let scene: Scene;
let scratch: string;

/** Runs a command of a user where the names of the clusters resolve. Gives its output. */
async function command(args: readonly string[]): Promise<unknown> {
  const program = join(repositoryRoot, 'dist/crane-tasks.mjs');
  const place = [`--kubeconfig=${source.kubeconfig}`, `--context=${source.context}`, `--namespace=${names.app}`];
  const run = [process.execPath, program, ...args, ...place, '--output=json'];
  const { stdout } = await execa('nsenter', [namesArgument(), `--wdns=${scratch}`, '--', ...run], {
    env: { HOME: scratch },
  });
  return JSON.parse(stdout);
}

const containerize = async (): Promise<Readonly<Record<string, string>>> =>
  (await command([
    ...['app', 'containerize', scene.target, '--export-name=lesson', '--confirm-public=true'],
    `--destination-registry=${route}`,
    `--destination-path=${repository}`,
    `--output-dir=${join(scratch, 'output')}`,
    `--registry-auth=${join(scratch, 'config.json')}`,
    `--ca-bundle=${join(checkoutCacheFolder, 'ca.crt')}`,
  ])) as Readonly<Record<string, string>>;

/** The manifest, the configuration with its history, and all layers of an exported image, as files of a new folder. */
async function copyImage(digest: string): Promise<string> {
  const folder = join(scratch, 'image');
  const access = [`--src-authfile=${join(scratch, 'config.json')}`, `--src-cert-dir=${checkoutCacheFolder}`];
  const copy = ['copy', '--quiet', ...access, `docker://${route}/${repository}@${digest}`, `dir:${folder}`];
  await execa('nsenter', [namesArgument(), '--', 'skopeo', ...copy]);
  return folder;
}

async function exportStates(): Promise<readonly unknown[]> {
  return arrayAt({ list: await command(['exports', 'list']) }, 'list').map((each) => valueAt(each, 'state'));
}

async function readReport(): Promise<{ readonly items: readonly { readonly id: string; readonly reason: string }[] }> {
  const text = await readFile(join(scratch, 'output/reports/app-containerize.json'), 'utf8');
  return JSON.parse(text) as Awaited<ReturnType<typeof readReport>>;
}

/** The repository of the exports is in the registry of the other cluster. */
async function prepareDestination(): Promise<void> {
  await makeNamespace(destination, names.copy);
  await Promise.all(['default', 'builder'].map((account) => prepareAccount(destination, names.copy, account)));
  const token = await destination.run(['create', 'token', 'builder', '-n', names.copy, '--duration=2h']);
  const auths = { [route]: { auth: toBase64(`builder:${token.trim()}`) } };
  await writeFile(join(scratch, 'config.json'), JSON.stringify({ auths }), { mode: 0o600 });
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'containerize-'));
  [scene] = await Promise.all([
    deployScene({ kubectl: source, namespace: names.app, tokenInArguments: true }),
    prepareDestination(),
  ]);
});

afterAll(async () => {
  await Promise.all([leaveNamespace(source, names.app), leaveNamespace(destination, names.copy)]);
  await rm(scratch, { recursive: true, force: true });
});

describe('a notebook server', () => {
  it('runs its notebook with the packages of all areas', async () => {
    const proof = await answer(scene, { token: scene.values.serverToken, notebook: sceneNotebook });
    expect(proof).toEqual({
      packages: { ...installedPackages.library, ...installedPackages.container, ...installedPackages.home },
      variables: { COURSE: 'statistics-101', COURSE_TITLE: 'Statistics for beginners', PYTHONPATH: '/app-library' },
      secrets: ['API_KEY', 'DATABASE_URL', 'DB_PASSWORD', 'JUPYTERHUB_API_TOKEN'],
      script: expect.stringContaining('1  2') as string,
      points: scenePoints,
    });
  });
});

describe('its portable image', () => {
  it('answers the same with nothing mounted, on the other cluster, under its own and any user id', async () => {
    const { digest } = await containerize();
    const token = 'given-by-the-user';
    const start = (name: string, user?: number): Promise<ServerPlace> =>
      startSinglePod({
        kubectl: destination,
        namespace: names.copy,
        name,
        image: `${registry}/${repository}@${String(digest)}`,
        environment: { JUPYTER_TOKEN: token },
        ...(user === undefined ? {} : { user }),
        port: 8888,
      });
    const places = await Promise.all([start('lab'), start('any-user', 1_000_740_000)]);
    const original = await answer(scene, { token: scene.values.serverToken, notebook: sceneNotebook });
    for (const place of places) {
      const proof = await answer(place, { token, notebook: sceneNotebook });
      expect(proof).toEqual({ ...original, secrets: ['JUPYTER_TOKEN'] });
    }
    // The token of the running server is in its start arguments, the others are in variables, Secrets and HOME.
    const image = await copyImage(digest ?? '');
    const found = await searchImage(image, {
      ...scene.values,
      program: 'start-notebook.sh',
      workspace: 'data/points.csv',
    });
    expect(Object.keys(found).toSorted()).toEqual(['program', 'workspace']);
    // In the history and the command, and in one layer.
    expect([found['program']?.includes('config'), found['workspace']]).toEqual([true, ['layer']]);
  });

  it('is not pushed while a file has a secret, whatever the form of the file', async () => {
    const planted = await plant(scene, plantNames);
    const before = await exportStates();
    const failure = await containerize().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ exitCode: 4 });
    const report = await readReport();
    const found = report.items.filter(({ reason }) => reason === 'secret-found').map(({ id }) => id);
    for (const { path } of planted) expect(found.some((id) => id.includes(path))).toBe(true);
    expect(JSON.stringify(report)).not.toContain(planted[0]?.value.slice(40, 80));
    const after = await exportStates();
    expect(after).toEqual([...before, 'failed']);
    await removePlanted(scene);
  });
});

describe('containers with few programs', () => {
  it.concurrent.each([
    ['scratch', []],
    ['busybox', ['sh', 'find', 'tar']],
    ['minimal', ['sh', 'find']],
  ] as const)('%s', async (name, programs) => {
    const image = await publishSceneImage(name);
    const { target } = await startSinglePod({ kubectl: source, namespace: names.app, name, image });
    const works = (program: string): Promise<boolean> =>
      source
        .run(['exec', target, '-n', names.app, '--', program, ...(program === 'sh' ? ['-c', ':'] : ['--help'])])
        .then(
          () => true,
          () => false,
        );
    const found = [];
    for (const program of ['sh', 'find', 'tar']) if (await works(program)) found.push(program);
    expect(found).toEqual(programs);
  });
});
