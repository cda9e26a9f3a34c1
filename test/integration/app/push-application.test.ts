import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { command } from '../../builders/command.ts';
import { runInProcess, type ProcessEnd } from '../../builders/run-in-process.ts';
import type { TestCluster } from '../../builders/test-cluster.ts';
import { paramsOf, startPushScene, type PushScene } from './push-scene.ts';

const runsPath = '/apis/tekton.dev/v1/namespaces/workspace/pipelineruns';
const leasesPath = '/apis/coordination.k8s.io/v1/namespaces/workspace/leases';
const leaseName = 'crane-tasks-push-workspace-shop';

let scene: PushScene;
let cluster: TestCluster;
beforeAll(async () => {
  scene = await startPushScene();
  ({ cluster } = scene);
}, 600_000);
afterAll(() => scene.stop());
beforeEach(async () => {
  for (const run of await scene.pipelineRuns())
    await cluster.cluster.request({ method: 'DELETE', path: `${runsPath}/${run.metadata.name}` });
});

function makeSource(name: string, files: Readonly<Record<string, string>>): string {
  const folder = path.join(cluster.scratch, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const manifest = `name: shop
namespace: workspace
configuration:
  environment: { MODE: on, LIST: "a,b", TOKEN: never-printed-value, COST: "$$5" }
  routes: [old.example.com]
  ignore: ["*.log"]
staging: { builder: builder.test/base:1 }
`;

function push(...args: readonly string[]): Promise<ProcessEnd> {
  const environment = {
    PATH: path.dirname(programPath('helm')),
    HOME: cluster.scratch,
    TMPDIR: cluster.scratch,
    KUBECONFIG: cluster.server.kubeconfigPath,
  };
  return runInProcess('app push', args, { cwd: cluster.scratch, environment });
}

/** A push in a process of its own. */
function startPush(source: string) {
  const [node, program] = command;
  const env = { HOME: cluster.scratch, TMPDIR: cluster.scratch, KUBECONFIG: cluster.server.kubeconfigPath };
  return execa(node, [program, 'app', 'push', source, registry], { cwd: cluster.scratch, env, reject: false });
}

const registry = '--destination-registry=registry.test';

describe('app push', () => {
  it('uploads the folder, starts a run with what epinio.yml and the flags say, and prints the URL', async () => {
    makeSource('shop', { 'epinio.yml': manifest, 'main.js': 'main', 'debug.log': 'x' });
    const secrets = ['--registry-secret=login', '--chart-secret=charts', '--chart=standard'];
    const end = await scene.playTekton(
      push('shop', registry, '--destination-path=apps', '--routes=new.example.com', ...secrets),
    );
    expect(end.stderr).toContain('application workspace/shop is deployed, http://shop.apps.example.com');
    expect([end.exitCode, JSON.stringify(end).includes('never-printed-value')]).toEqual([0, false]);
    expect(end.stdout).toContain('urls');
    const [run] = await scene.pipelineRuns();
    const params = paramsOf(run);
    expect(params).toMatchObject({
      app: 'shop',
      namespace: 'workspace',
      'builder-image': 'builder.test/base:1',
      environment: '["MODE=on","LIST=a,b","TOKEN=never-printed-value","COST=\\u0024\\u00245"]',
      routes: 'new.example.com',
      'no-routes': 'false',
      chart: 'standard',
    });
    const tag = params['blob-id']?.replaceAll('-', '').slice(0, 16) ?? '';
    expect(params['image']).toBe(`registry.test/apps/workspace-shop:${tag}`);
    expect(valueAt(run, 'spec', 'workspaces')).toMatchObject([
      { name: 'shared-data', volumeClaimTemplate: {} },
      { name: 's3-connection', secret: { secretName: 'epinio-s3-connection-details' } },
      { name: 'registry-auth', secret: { secretName: 'login' } },
      { name: 'chart-auth', secret: { secretName: 'charts' } },
    ]);
    expect(await cluster.cluster.request({ path: leasesPath })).toMatchObject({ items: [] });
  });

  it('gives the same image for the same source', async () => {
    makeSource('same', { 'epinio.yml': manifest, 'main.js': 'main' });
    const images = new Set<string | undefined>();
    for (const registrySecret of ['first', 'second']) {
      await scene.playTekton(push('same', registry, `--registry-secret=${registrySecret}`));
      for (const run of await scene.pipelineRuns()) images.add(paramsOf(run)['image']);
    }
    expect(images.size).toBe(1);
  });

  it('ends with exit code 4 when the run fails', async () => {
    makeSource('failing', { 'epinio.yml': manifest, 'main.js': 'main' });
    const end = await scene.playTekton(push('failing', registry), { status: 'False', reason: 'Failed' });
    expect(end).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('Failed: as played') as string });
  });

  it('only lists in a dry run, without a cluster', async () => {
    makeSource('listed', { 'epinio.yml': manifest, 'main.js': 'main', 'debug.log': 'x' });
    const end = await push('listed', '--dry-run=true', '--kubeconfig=/none');
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toMatch(/main\.js +4\n/);
    expect(end.stdout).toMatch(/debug\.log +1 +left out: .*\*\.log/);
    expect(await scene.pipelineRuns()).toEqual([]);
  });

  it('waits for another push of the application, and names its owner', async () => {
    makeSource('waiting', { 'epinio.yml': manifest, 'main.js': 'main' });
    await cluster.create(leasesPath, leaseOf('laptop-of-another-user', new Date()));
    const end = await push('waiting', registry, '--wait-timeout=1');
    expect([end.exitCode, end.stderr]).toEqual([3, expect.stringContaining('laptop-of-another-user still holds it')]);
    expect(await scene.pipelineRuns()).toEqual([]);
    await cluster.cluster.request({ method: 'DELETE', path: `${leasesPath}/${leaseName}` });
  });

  it.each([
    ['a flag', manifest, ['--image=registry.test/shop:1']],
    ['epinio.yml', `${manifest}origin: { container: "registry.test/shop:1" }\n`, []],
  ])('deploys an image that %s names, without a build', async (_, text, args) => {
    makeSource('container', { 'epinio.yml': text });
    const end = await push('container', ...args, '--no-routes=true', '--dry-run=true');
    expect(end.stderr).toContain('release workspace/shop checked');
    expect([end.exitCode, await scene.pipelineRuns()]).toEqual([0, []]);
  });
});

describe('app push beside or after another one', () => {
  it('takes over from a push that was killed, and cancels the run that it left', async () => {
    makeSource('killed', { 'epinio.yml': manifest, 'main.js': 'main' });
    await cluster.create(leasesPath, leaseOf('killed-push', new Date(0)));
    const labels = { 'crane-tasks.dev/app': 'shop', 'crane-tasks.dev/app-namespace': 'workspace' };
    const left = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata: { name: 'left', labels }, spec: {} };
    await cluster.create(runsPath, left);
    const pushed = push('killed', registry);
    const isCancelled = () =>
      cluster.cluster.request({ path: `${runsPath}/left` }).then((run) => stringAt(run, 'spec', 'status'));
    await expect.poll(isCancelled, { timeout: 60_000 }).toBe('Cancelled');
    expect(await scene.pipelineRuns()).toHaveLength(1);
    const end = await scene.playTekton(pushed);
    expect(end.stderr).toContain('cancelling PipelineRun workspace/left');
    expect([end.exitCode, (await scene.pipelineRuns()).length]).toEqual([0, 2]);
  });

  it('says how to follow the run when it is interrupted', async () => {
    makeSource('interrupted', { 'epinio.yml': manifest, 'main.js': 'main' });
    const pushed = startPush('interrupted');
    let log = '';
    pushed.stderr.on('data', (bytes: Buffer) => void (log += bytes.toString()));
    await expect.poll(() => log, { timeout: 60_000, interval: 20 }).toContain('started PipelineRun');
    pushed.kill('SIGINT');
    const { exitCode, stderr } = await pushed;
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('The run continues. Follow it: crane-tasks watch')]);
    await cluster.cluster.request({ method: 'DELETE', path: `${leasesPath}/${leaseName}` });
  });

  it.each([
    ['before it started a run', leasesPath],
    ['while it followed its run', runsPath],
  ])('takes over from a push that was killed %s', async (_, seen) => {
    makeSource('crashed', { 'epinio.yml': manifest, 'main.js': 'main' });
    const isSeen = () => cluster.cluster.request({ path: seen }).then((list) => arrayAt(list, 'items').length > 0);
    const crashed = startPush('crashed');
    await expect.poll(isSeen, { timeout: 60_000, interval: 20 }).toBe(true);
    crashed.kill('SIGKILL');
    await crashed;
    await letLeaseExpire();
    const end = await scene.playTekton(push('crashed', registry));
    expect(end.exitCode).toBe(0);
    expect(end.stderr).toMatch(/taking Lease \S+: its owner \S+ no longer renews it/);
    const reasons = (await scene.pipelineRuns()).map((run) => stringAt(run, 'status', 'conditions', 0, 'reason'));
    expect(reasons.filter((reason) => reason === 'Completed').length).toBeGreaterThan(0);
  });
});

describe('a description that is not valid', () => {
  it('is that of a folder which does not exist', async () => {
    const end = await push('nowhere', '--dry-run=true');
    expect([end.exitCode, end.stderr]).toEqual([2, expect.stringContaining('there is no folder or archive')]);
  });

  it.each([
    ['name', '', [], 'the name of the application is missing'],
    ['instances', 'configuration: { instances: many }', [], 'configuration.instances: expected a whole number'],
    ['origin', 'name: a\norigin: { path: a, container: b }', [], 'origin: expected one of path, container and git'],
    ['git', 'name: a\norigin: { git: { url: a } }', [], 'reading git: invalid address'],
    ['both', 'name: a', ['--git=https://git.test/a.git', '--path=.'], 'path, git and image exclude each other'],
    ['revision', 'name: a', ['--git-revision=main'], 'git-revision and git-config need git'],
    ['builder', 'name: a\nnamespace: workspace', [registry], 'builder-image is missing'],
    ['route', 'name: a\nnamespace: workspace\nstaging: { builder: x }', [registry], 'routes: missing'],
    ['registry', 'name: a\nnamespace: workspace\nstaging: { builder: x }', [], 'destination-registry: expected host'],
  ])('is refused with the name of the field: %s', async (name, ...[text, args, message]) => {
    makeSource(`wrong-${name}`, { 'epinio.yml': text, 'main.js': 'main' });
    expect(await push(`wrong-${name}`, ...args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(message) as string,
    });
  });
});

/** As if the time of the Lease had passed: unit tests cover how long that is. */
async function letLeaseExpire(): Promise<void> {
  const body = { spec: { renewTime: microTime(new Date(0)) } };
  const contentType = 'application/merge-patch+json';
  await cluster.cluster.request({ method: 'PATCH', path: `${leasesPath}/${leaseName}`, body, contentType });
}

function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}

function leaseOf(owner: string, renewed: Date): unknown {
  const time = microTime(renewed);
  return {
    metadata: { name: leaseName },
    spec: { holderIdentity: owner, leaseDurationSeconds: 15, acquireTime: time, renewTime: time },
  };
}

describe('a build that hangs', () => {
  it('is ended by Tekton at the time limit of the run, which the error names', async () => {
    makeSource('hung', { 'epinio.yml': manifest, 'main.js': 'main' });
    const tooLong = { status: 'False', reason: 'PipelineRunTimeout' };
    const end = await scene.playTekton(push('hung', registry, '--run-timeout=90'), tooLong);
    expect(valueAt((await scene.pipelineRuns()).at(-1), 'spec', 'timeouts')).toEqual({ pipeline: '90s' });
    expect(end.exitCode).toBe(4);
    expect(end.stderr).toMatch(/PipelineRunTimeout: as played.*raise run-timeout/s);
  });
});
