import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startFakeApi } from '../../fakes/api-server.ts';
import {
  filesBelow,
  programPaths,
  runAll,
  runInBox,
  startFaultScene,
  type Box,
  type BoxRun,
  type FaultScene,
} from './faults.ts';

const password = 'canary-of-an-application';
const inEnvironment = 'canary-of-the-environment';
let scene: FaultScene;
let box: Box;
let runs: Readonly<Record<string, BoxRun>>;
/** Arguments and environment of each child process, one text each. */
let children: readonly string[];

beforeAll(async () => {
  scene = await startFaultScene();
  const secrets = '/api/v1/namespaces/shop/secrets';
  await scene.cluster.create(secrets, { metadata: { name: 'password' }, stringData: { password } });
  box = await scene.fullBox();
  const watched = await watchPrograms(path.join(box.root, 'watched'));
  const environment = { ...scene.environment, PATH: watched.path, SOME_TOKEN: inEnvironment };
  const flags = Object.entries(scene.goodFlags).map(([task, given]) => [task, { ...given, debug: 'true' }] as const);
  runs = await runAll({ ...scene, environment, goodFlags: Object.fromEntries(flags) }, box);
  children = (await readFile(watched.log, 'utf8')).split('=== child\n').slice(1);
});

afterAll(() => scene.stop());

/** Puts programs before the real skopeo and kubectl that write down what they were started with. */
async function watchPrograms(folder: string): Promise<{ path: string; log: string }> {
  await mkdir(folder);
  const log = path.join(folder, 'log');
  await appendFile(log, '');
  for (const program of ['skopeo', 'kubectl']) {
    const { stdout: real } = await execa('which', [program], { env: { PATH: programPaths() } });
    const file = path.join(folder, program);
    // kubectl is started without a PATH.
    const { stdout: tr } = await execa('which', ['tr']);
    const show = (file: string) => `${tr} '\\0' '\\n' < /proc/$$/${file}`;
    const record = `{ echo '=== child'; ${show('cmdline')}; ${show('environ')}; } >> '${log}'`;
    await writeFile(file, `#!/bin/sh\n${record}\nexec '${real}' "$@"\n`);
    await chmod(file, 0o755);
  }
  return { path: [folder, programPaths()].join(path.delimiter), log };
}

/** Each form in which a secret may show itself. */
function formsOf(secret: string): readonly string[] {
  return [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)];
}

async function filesWith(forms: readonly string[], folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of await filesBelow(folder)) {
    const text = await readFile(path.join(folder, file), 'utf8');
    if (forms.some((form) => text.includes(form))) found.push(file);
  }
  return found;
}

describe('secrets during a whole move, with --debug', () => {
  it('are there to be found: every task succeeded, and both programs were watched', () => {
    const failed = Object.entries(runs).filter(([, run]) => run.exitCode !== 0);
    expect(failed.map(([task, run]) => `${task}: ${run.stderr}`)).toEqual([]);
    expect(children.some((text) => text.includes('skopeo\n--insecure-policy\ncopy'))).toBe(true);
    expect(children.some((text) => text.includes('kubectl\nkustomize'))).toBe(true);
  });

  it('are in no argument and no environment of a child process', () => {
    const forms = [scene.token, password, inEnvironment].flatMap(formsOf);
    expect(children.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  });

  it('are in no log and no result; the token is on standard output of the program that is asked for it alone', () => {
    const forms = [scene.token, password, inEnvironment].flatMap(formsOf);
    for (const [task, run] of Object.entries(runs)) {
      const told = [run.stderr, ...Object.values(run.results), ...(task === 'cluster-credential' ? [] : [run.stdout])];
      expect(
        told.filter((text) => forms.some((form) => text.includes(form))),
        task,
      ).toEqual([]);
    }
  });

  it('are in no file of the workspace, where the Secret is sealed', async () => {
    const sealed = await filesWith(['sealedData'], box.work);
    expect(sealed.filter((file) => /\/Secret__v1_shop_password\.yaml$/.test(file)).length).toBeGreaterThan(1);
    const secrets = [scene.token, inEnvironment, password];
    expect(await filesWith(secrets.flatMap(formsOf), box.work)).toEqual([]);
    expect(await filesBelow(box.tmp)).toEqual([]);
  });
});

describe('a secret in the message of another program', () => {
  it('is not repeated when the server’s refusal holds the token', async () => {
    const message = 'no rights for canary-token-of-fake';
    const body = { kind: 'Status', reason: 'Forbidden', message };
    const fake = await startFakeApi({ kinds: [], decide: () => ({ kind: 'status', status: 403, body }) });
    const kubeconfig = await fake.writeKubeconfig(path.join(box.root, 'fake'));
    const flags = { kubeconfig, context: 'fake', namespace: 'shop', 'export-dir': 'refused' };
    const run = await runInBox(box, 'crane-export', { flags: { ...flags, debug: 'true' } });
    await fake.stop();
    expect(run.stderr).toContain('no rights for ***');
    const refused = await filesWith(formsOf('canary-token-of-fake'), path.join(box.work, 'refused'));
    expect([...refused, ...Object.values(run.results)].filter((text) => text.includes('canary'))).toEqual([]);
    expect(run.stderr + run.stdout).not.toContain('canary-token');
  });

  it('is not repeated when kustomize complains of a Secret and prints it', async () => {
    const folder = path.join(box.work, 'output/resources/shop');
    const file = path.join(folder, 'Secret__v1_shop_password.yaml');
    await writeFile(path.join(folder, 'Secret__v1_shop_twice.yaml'), await readFile(file, 'utf8'));
    const run = await runInBox(box, 'crane-kustomize-init', { flags: { 'kustomize-dir': 'twice' } });
    expect(run.exitCode, run.stderr).toBe(2);
    const report = await readFile(path.join(box.work, 'twice/reports/crane-kustomize-init.json'), 'utf8');
    const told = [run.stdout, run.stderr, report, ...Object.values(run.results)].join('\n');
    expect(formsOf(password).filter((form) => told.includes(form))).toEqual([]);
  });
});
