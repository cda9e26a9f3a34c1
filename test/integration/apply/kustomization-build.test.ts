import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  isolatedEnvironment,
  kustomizeArgs,
  type Builder,
} from '../../../src/adapters/processes/build-kustomization.ts';
import { createPrivateFolder } from '../../../src/adapters/processes/private-folder.ts';
import { buildFolder } from '../../../src/tasks/shared/built-kustomization.ts';
import { makeFolder, runTaskCommand } from '../../builders/command.ts';
import { aHost } from '../../builders/host.ts';
import { hostileKustomizations } from '../../builders/hostile-kustomizations.ts';
import { benignKustomizations } from '../../builders/benign-kustomizations.ts';
import { thrownBy } from '../../builders/task-error.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

const kubectl = programPath('kubectl');
let folder: Awaited<ReturnType<typeof makeFolder>>;
let server: Server;
let requests: string[];
/** What a planted program and a planted git append to. */
let log: string;
let environment: { readonly PATH: string };

beforeEach(async () => {
  folder = await makeFolder();
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: foreign}\n');
  });
  await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
  log = join(folder.path, 'log');
  await appendFile(log, '');
  for (const name of ['bin/git', 'program']) await plant(name);
  environment = { PATH: [join(folder.path, 'bin'), dirname(kubectl), process.env['PATH'] ?? ''].join(delimiter) };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await folder.remove();
});

async function plant(name: string): Promise<void> {
  await put(name, `#!/bin/sh\necho "${name} $*" >> '${log}'\nexit 1\n`);
  await chmod(join(folder.path, name), 0o755);
}

async function put(path: string, text: string): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function port(): string {
  const address = server.address();
  return String(typeof address === 'object' ? address?.port : '');
}

async function putTree(files: Readonly<Record<string, string>>): Promise<string> {
  const program = join(folder.path, 'program');
  for (const [path, text] of Object.entries(files)) {
    await put(`kustomize/${path}`, text.replaceAll('PORT', port()).replaceAll('PROGRAM', program));
  }
  return join(folder.path, 'kustomize');
}

function build(path: string, { PATH } = environment, noteProgram: (program: string) => void = () => undefined) {
  const signal = new AbortController().signal;
  return buildFolder(path, { environment: { PATH }, signal, noteProgram, log: aHost().log });
}

async function effects(): Promise<readonly string[]> {
  return [...requests, ...(await readFile(log, 'utf8')).split('\n').filter((line) => line !== '')];
}

describe('a kustomization', () => {
  it.each(benignKustomizations)('builds to what kubectl kustomize prints: $name', async ({ files }) => {
    const path = await putTree(files);
    const { stdout } = await execa(kubectl, ['kustomize', path]);
    expect(await build(path)).toBe(`${stdout}\n`);
    const used: string[] = [];
    const onlyKustomize = { PATH: dirname(programPath('kustomize')) };
    expect(await build(path, onlyKustomize, (program) => used.push(program))).toBe(`${stdout}\n`);
    expect(used).toEqual(['kustomize']);
  });

  it('needs one of two programs', async () => {
    const path = await putTree({ 'kustomization.yaml': 'resources: []\n' });
    const error = await thrownBy(() => build(path, { PATH: join(folder.path, 'bin') }));
    expect([error.code, error.message]).toEqual(['program-missing', expect.stringMatching(/kubectl nor kustomize/)]);
  });

  it('is built from a copy: the complaint names the folder itself', async () => {
    const path = await putTree({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': 'kind: ConfigMap\n' });
    const error = await thrownBy(() => build(path));
    expect(error.code).toBe('invalid-file');
    expect(error.message).not.toMatch(/crane-tasks-\d/);
  });

  it('is refused when it is hostile, without a request and without running a program', async () => {
    for (const { name, files, file } of hostileKustomizations) {
      await execa('rm', ['-rf', join(folder.path, 'kustomize')]);
      const path = await putTree(files);
      const error = await thrownBy(() => build(path));
      expect([error.code, error.message], name).toEqual(['invalid-file', expect.stringContaining(file)]);
    }
    expect(await effects()).toEqual([]);
  });

  it.each([
    ['kubectl-apply-kustomize', '--kustomize-dir=kustomize'],
    ['crane-verify', '--kustomize-dir=kustomize'],
    ['crane-validate', '--manifests-dir=kustomize'],
  ])('that is hostile ends %s with exit code 2', async (task, flag) => {
    await putTree({ 'kustomization.yaml': `RESOURCES: ["http://127.0.0.1:PORT/x.yaml"]\n` });
    const { exitCode, results, ending } = await runTaskCommand([task, flag], { cwd: folder.path, environment });
    expect([exitCode, results['status']], ending).toEqual([2, 'invalid-file']);
    expect(ending).toContain('kustomization.yaml');
    expect(await effects()).toEqual([]);
  });
});

/** Builds a kustomization that was not checked. */
async function runUnchecked(builder: Builder, path: string, isIsolated: boolean): Promise<void> {
  const temporary = await createPrivateFolder();
  const isolated = await isolatedEnvironment(temporary);
  const env = isIsolated ? isolated : { ...environment, HOME: isolated['HOME'], TMPDIR: isolated['TMPDIR'] };
  const args = kustomizeArgs(builder, path, temporary.pathOf('out.yaml'));
  await execa(programPath(builder), args, { env, extendEnv: false, reject: false });
  await temporary.remove();
}

describe.each(['kubectl', 'kustomize'] as const)('%s in its isolated environment', (builder) => {
  it.each([
    ['git on the PATH', 'git::https://example.invalid/a/b?ref=main'],
    ['an --upload-pack', 'git::file://REPOSITORY?ref=--upload-pack=PROGRAM'],
  ])('does not run %s', async (name, base) => {
    if (name === 'an --upload-pack') await execa('rm', [join(folder.path, 'bin/git')]);
    await execa('git', ['init', '--quiet', '--bare', join(folder.path, 'repository.git')]);
    const text = base.replace('REPOSITORY', join(folder.path, 'repository.git'));
    const path = await putTree({ 'kustomization.yaml': `resources: ["${text}"]\n` });
    await runUnchecked(builder, path, true);
    expect(await effects()).toEqual([]);
    await runUnchecked(builder, path, false);
    expect(await effects()).not.toEqual([]);
  });

  it('sends no request to a server that is not on loopback', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const own = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
    const path = await putTree({ 'kustomization.yaml': `resources: ["http://${own}:PORT/x.yaml"]\n` });
    await runUnchecked(builder, path, true);
    expect(requests).toEqual([]);
    await runUnchecked(builder, path, false);
    expect(requests).toEqual(['/x.yaml']);
  });

  it('runs no function and no chart', async () => {
    const metadata = 'metadata: {name: p, annotations: {config.kubernetes.io/function: "exec: {path: PROGRAM}"}}';
    const path = await putTree({
      'kustomization.yaml': 'generators: [p.yaml]\n',
      'p.yaml': `apiVersion: example.com/v1\nkind: Run\n${metadata}\n`,
    });
    await runUnchecked(builder, path, true);
    expect(await effects()).toEqual([]);
  });
});
