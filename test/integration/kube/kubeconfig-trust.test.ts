import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { command, runTaskCommand } from '../../builders/command.ts';
import { runExport } from '../../builders/export-run.ts';
import { startGeneratorScene, type GeneratorScene } from '../../builders/generator-scene.ts';
import type { TestCluster } from '../../builders/test-cluster.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

let test: TestCluster;
let scene: GeneratorScene;
let home: GeneratorScene['home'];
let token: string;

beforeAll(async () => {
  scene = await startGeneratorScene();
  ({ test, home, token } = scene);
});

afterAll(async () => {
  await test.stop();
});

const freshFile: GeneratorScene['freshFile'] = () => scene.freshFile();
const generate: GeneratorScene['generate'] = (file, flags) => scene.generate(file, flags);

/** Changes a cluster of the file as a user who can write to the volume may. */
async function changeCluster(file: string, change: (cluster: JsonObject) => JsonObject): Promise<void> {
  const config = await scene.readKubeconfig(file);
  if (!isObject(config)) throw new Error(`${file}: expected a kubeconfig`);
  const clusters = arrayAt(config, 'clusters').map((entry) => {
    const cluster = valueAt(entry, 'cluster');
    return { name: stringAt(entry, 'name'), cluster: isObject(cluster) ? change(cluster) : cluster };
  });
  await writeFile(file, JSON.stringify({ ...config, clusters }));
}

/** Runs the real kubectl with the program crane-tasks in its path. */
async function kubectl(file: string, args: readonly string[], options: { readonly reject?: boolean } = {}) {
  const bin = path.join(test.scratch, 'bin');
  const program = path.join(bin, 'crane-tasks');
  await mkdir(bin, { recursive: true });
  await writeFile(program, `#!/bin/sh\nKUBECONFIG=${home['KUBECONFIG'] ?? ''} exec ${command.join(' ')} "$@"\n`);
  await chmod(program, 0o755);
  const all = [`--kubeconfig=${file}`, '--context=source', ...args];
  return execa(programPath('kubectl'), all, { env: { PATH: `${bin}:/usr/bin:/bin` }, reject: options.reject ?? true });
}

describe('a cluster whose token is in a Secret', () => {
  it('gives kubectl the token through an exec entry', async () => {
    const file = freshFile();
    await generate(file);
    const { stdout, stderr } = await kubectl(file, ['auth', 'whoami']);
    expect(stdout).toContain('system:serviceaccount:shop:mover');
    expect(stderr).not.toContain(token);
  });

  it.each<[string, (cluster: JsonObject) => JsonObject]>([
    [
      'leads it to another server',
      (cluster) => ({ ...cluster, server: test.server.url.replace('127.0.0.1', 'localhost') }),
    ],
    ['does not check the certificate', ({ server }) => ({ server, 'insecure-skip-tls-verify': true })],
    ['trusts other authorities', ({ server }) => ({ server })],
  ])('gives kubectl no token when the kubeconfig %s', async (_what, change) => {
    const file = freshFile();
    await generate(file);
    await changeCluster(file, change);
    const { exitCode, stderr } = await kubectl(file, ['get', 'configmaps', '-n', 'shop'], { reject: false });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('token of Secret default/source');
  });

  it('gives nothing to a caller that does not say where it connects to', async () => {
    const place = ['cluster-credential', '--cluster-secret=source', '--namespace=default'];
    const end = await runTaskCommand(place, { cwd: test.scratch, environment: home });
    expect(end).toMatchObject({ exitCode: 2, results: { status: 'kubeconfig-refused' } });
  });

  it('reports a digest of the context, by which a task refuses a changed one before it connects', async () => {
    const file = freshFile();
    const { results } = await generate(file);
    await generate(file, { 'context-name': 'destination' });
    const place = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    const flags = { ...place, 'kubeconfig-digest': results['kubeconfig-digest'] ?? '' };
    expect(results['kubeconfig-digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await runExport(flags, home)).toMatchObject({ exitCode: 0 });
    const other = { ...flags, context: 'destination' };
    expect(await runExport(other, home)).toMatchObject({ exitCode: 2, results: { status: 'kubeconfig-refused' } });
    await changeCluster(file, (cluster) => ({ ...cluster, 'proxy-url': 'http://127.0.0.1:1' }));
    expect(await runExport(flags, home)).toMatchObject({ exitCode: 2, results: { status: 'kubeconfig-refused' } });
  });

  it('reports the same digest again for the same context, and for one with an embedded token as well', async () => {
    const file = freshFile();
    const first = await generate(file);
    expect((await generate(file)).results['kubeconfig-digest']).toBe(first.results['kubeconfig-digest']);
    const { results } = await generate(file, { 'embed-token': 'true' });
    const place = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    const flags = { ...place, 'kubeconfig-digest': results['kubeconfig-digest'] ?? '' };
    expect(await runExport(flags, home)).toMatchObject({ exitCode: 0 });
  });

  it('is not reached without a check of its certificate because the file on the shared volume says so', async () => {
    await scene.makeSecret('no-authority', { url: test.server.url, token });
    const file = freshFile();
    const flags = { 'cluster-secret': 'no-authority', 'insecure-skip-tls-verify': 'true' };
    const end = await generate(file, flags);
    const place = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    expect(await runExport(place, home)).toMatchObject({ exitCode: 3, results: { status: 'tls-untrusted' } });
    const proven = { ...place, 'kubeconfig-digest': end.results['kubeconfig-digest'] ?? '' };
    expect(await runExport(proven, home)).toMatchObject({ exitCode: 0 });
  });

  it('lets the Secret switch the check off, for all tasks', async () => {
    await scene.makeSecret('unchecked', { url: test.server.url, token, 'insecure-skip-tls-verify': 'true' });
    const file = freshFile();
    expect(await generate(file, { 'cluster-secret': 'unchecked' })).toMatchObject({ exitCode: 0 });
    const place = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    expect(await runExport(place, home)).toMatchObject({ exitCode: 0 });
    expect(await kubectl(file, ['get', 'configmaps', '-n', 'shop'])).toMatchObject({ exitCode: 0 });
  });

  it('keeps the password of a proxy out of the file', async () => {
    const proxy = 'http://user:canary-of-proxy@127.0.0.1:1';
    await scene.makeSecret('proxied', { url: test.server.url, token, 'proxy-url': proxy, 'ca.crt': test.ca });
    const end = await generate(freshFile(), { 'cluster-secret': 'proxied' });
    expect(end).toMatchObject({ exitCode: 3, results: { status: 'unreachable' } });
    expect(end.stderr).not.toContain('canary-of-proxy');
  });
});
