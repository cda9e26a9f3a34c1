import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { finishExport, startExport } from '../../../src/usecases/exports/export-run.ts';
import type { ExportStore } from '../../../src/usecases/exports/export-store.ts';
import { printedLog } from '../../builders/after-scene.ts';
import { runTaskCommand, type CommandEnd } from '../../builders/command.ts';
import { imageAnswers } from '../../builders/application.ts';
import { anExport } from '../../builders/exports.ts';
import { startWizardScene, type WizardScene } from '../../builders/started-wizard.ts';
import { startWizardProcess } from '../../builders/wizard.ts';
import { buildImage, buildLayer, digestOf, pushImage } from '../../fakes/oci-images.ts';
import { startRegistry } from '../../../testbed/clusters/registry.ts';

let all: WizardScene;
const runsPath = '/apis/tekton.dev/v1/namespaces/migrations/pipelineruns';

beforeAll(async () => {
  all = await startWizardScene([]);
  const { cluster } = all;
  for (const name of ['course', 'epinio']) await cluster.create('/api/v1/namespaces', { metadata: { name } });
  await addWorkload('lab', {});
  await addWorkload('exam', { 'crane-tasks.dev/export': 'false' });
});

afterAll(() => all.stop());

async function addWorkload(name: string, annotations: object): Promise<void> {
  const labels = { app: name };
  const containers = [{ name: 'main', image: 'registry.example.com/lab:1' }];
  await all.cluster.create('/apis/apps/v1/namespaces/course/deployments', {
    metadata: { name, annotations },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
}

async function runOf(name: string): Promise<unknown> {
  return all.cluster.cluster.request({ path: `${runsPath}/${name}` });
}

describe('lists', () => {
  it('has workloads with the reason why one must not become an image', async () => {
    const { json, text } = await all.ask('GET', '/applications/workloads?namespace=course');
    const rows = arrayAt(json, 'workloads');
    const rowOf = (name: string) => rows.find((each) => stringAt(each, 'name') === name);
    expect(rowOf('lab'), text).toMatchObject({ kind: 'Deployment', isEligible: true, reason: '' });
    expect(rowOf('exam')).toMatchObject({
      isEligible: false,
      reason: expect.stringContaining('crane-tasks.dev/export') as unknown,
    });
  });

  it('has releases by their newest revision, without values', async () => {
    for (const [version, status] of [
      ['1', 'superseded'],
      ['2', 'deployed'],
    ])
      await all.cluster.create('/api/v1/namespaces/course/secrets', {
        metadata: {
          name: `sh.helm.release.v1.web.v${version ?? ''}`,
          labels: { owner: 'helm', name: 'web', version, status },
        },
        stringData: { release: 'canary-of-a-release' },
      });
    const { json, text } = await all.ask('GET', '/applications/releases?namespace=course');
    expect(json).toEqual({ releases: [{ name: 'web', revision: 2, status: 'deployed' }] });
    expect(text).not.toContain('canary');
  });

  it('has registries without their logins, and says what is wrong with one', async () => {
    const auth = Buffer.from('user:canary-of-a-login').toString('base64');
    const labels = { 'epinio.io/api-export-registry': 'true' };
    const annotations = { 'epinio.io/registry-namespace': 'team' };
    const stringData = {
      '.dockerconfigjson': JSON.stringify({ auths: { 'registry.example.com': { auth } } }),
      certs: 'partner-ca',
    };
    await all.cluster.create('/api/v1/namespaces/epinio/secrets', {
      metadata: { name: 'partner', labels, annotations },
      stringData,
    });
    await all.cluster.create('/api/v1/namespaces/epinio/secrets', { metadata: { name: 'wrong', labels } });
    const { json, text } = await all.ask('GET', '/applications/registries');
    expect(json).toEqual({
      registries: [
        { name: 'partner', url: 'registry.example.com/team', certificates: 'partner-ca', problem: '' },
        { name: 'wrong', url: '', certificates: '', problem: expect.stringContaining('registry-namespace') as unknown },
      ],
    });
    expect(text).not.toContain(auth);
    expect(text).not.toContain('canary');
  });

  it('has exports newest first with the run command, and leaves out states', async () => {
    const store: ExportStore = { cluster: all.cluster.cluster, namespace: 'course', owner: 'run', now: Date.now };
    for (const [id, isReady] of [
      ['one', true],
      ['two', false],
    ] as const) {
      const begun = await startExport(store, anExport({ id, image: `registry.example.com/team/exports:${id}_week-3` }));
      const digest = `sha256:${'a'.repeat(64)}`;
      if (isReady) await finishExport(store, begun, { digest, size: 10, isPublic: true });
    }
    const { json } = await all.ask('GET', '/applications/exports?namespace=course');
    const rows = arrayAt(json, 'exports');
    expect(rows.find((each) => stringAt(each, 'id') === 'one')).toMatchObject({
      state: 'ready',
      workload: 'deployment/jupyter',
      isPublic: true,
      isWorkspaceIncluded: true,
      runCommand: expect.stringContaining('docker run -p 8888:8888') as unknown,
    });
    expect(rows.find((each) => stringAt(each, 'id') === 'two')).toMatchObject({ state: 'in-progress', runCommand: '' });
    const hidden = await all.ask('GET', '/applications/exports?namespace=course&hide=in-progress,failed');
    expect(arrayAt(hidden.json, 'exports').map((each) => stringAt(each, 'id'))).toEqual(['one']);
    expect((await all.ask('GET', '/applications/exports?namespace=course&hide=lost')).status).toBe(400);
    expect((await all.ask('GET', '/applications/exports?namespace=Course')).status).toBe(400);
  });

  it('refuses a user who may list nothing, and does not show an empty list', async () => {
    const token = await all.cluster.makeAccount('migrations', 'viewer', [
      { apiGroups: ['tekton.dev'], resources: ['*'], verbs: ['get', 'list'] },
    ]);
    const kubeconfig = await all.cluster.writeKubeconfig('viewer', { token });
    const wizard = await startWizardProcess(['--namespace=migrations', `--kubeconfig=${kubeconfig}`]);
    const ask = (path: string, body?: object) =>
      wizard.ask({ method: body === undefined ? 'GET' : 'POST', path: `/api/v1${path}`, ...(body && { body }) });
    await ask('/session', { secret: wizard.secret });
    for (const list of ['workloads', 'exports', 'releases', 'registries']) {
      const { status, json } = await ask(`/applications/${list}?namespace=course`);
      expect([status, stringAt(json, 'code')], list).toEqual([403, 'forbidden']);
    }
    expect((await ask('/applications/runs')).json).toEqual({ runs: [] });
    const rights = await ask('/rights?action=applications');
    expect(valueAt(rights.json, 'isAllowed')).toBe(false);
    const started = await ask('/applications/runs', { answers: imageAnswers, dryRun: true });
    expect(started.status).toBe(403);
    await wizard.stop();
  });
});

describe('an image', () => {
  let listing = '';

  it('is planned with its objects and the command, and problems are named', async () => {
    const planned = await all.ask('POST', '/applications/plans', { answers: imageAnswers });
    expect(planned.json).toMatchObject({
      problems: [],
      command: expect.stringContaining('crane-tasks app containerize') as unknown,
    });
    const objects = stringAt(planned.json, 'objects') ?? '';
    expect(objects).toContain('kind: Secret');
    expect(objects).toContain('name: app-portable-image');
    const wrong = await all.ask('POST', '/applications/plans', { answers: { ...imageAnswers, exportName: 'a b' } });
    expect(wrong.json).toMatchObject({ problems: [{ path: 'exportName', code: 'export-name-invalid' }], objects: '' });
    expect((await all.ask('POST', '/applications/plans', { answers: { action: 'x' } })).status).toBe(400);
  });

  it('is not made before what it has was listed', async () => {
    const made = await all.ask('POST', '/applications/runs', { answers: imageAnswers });
    expect([made.status, stringAt(made.json, 'code')]).toEqual([400, 'invalid-param']);
    expect((await all.ask('GET', '/applications/runs')).json).toEqual({ runs: [] });
  });

  it('is listed by a run with an account of its own', async () => {
    const started = await all.ask('POST', '/applications/runs', { answers: imageAnswers, dryRun: true });
    expect(started.status, started.text).toBe(201);
    listing = stringAt(started.json, 'run') ?? '';
    const run = await runOf(listing);
    const params = arrayAt(run, 'spec', 'params');
    expect(params).toContainEqual({ name: 'dry-run', value: 'true' });
    const secretName =
      stringAt(
        params.find((each) => stringAt(each, 'name') === 'source-cluster-secret'),
        'value',
      ) ?? '';
    const secret = await all.cluster.cluster.request({ path: `/api/v1/namespaces/migrations/secrets/${secretName}` });
    expect(Object.keys(valueAt(secret, 'data') ?? {})).toEqual(['ca.crt', 'token', 'url']);
    const role = await all.cluster.cluster.request({
      path: '/apis/rbac.authorization.k8s.io/v1/namespaces/course/roles/crane-portable-image',
    });
    expect(arrayAt(role, 'rules')).toHaveLength(6);
    expect((await all.ask('GET', '/applications/runs')).json).toMatchObject({
      runs: [{ name: listing, action: 'portable-image', subject: 'course deployment/lab', isPlan: true }],
    });
  });

  it('shows the report of the list', async () => {
    const scene = { name: listing, migration: '', action: 'portable-image', condition: ['True', 'Succeeded'] } as const;
    const items = [
      { id: 'repository registry.example.com/course', outcome: 'skipped', reason: 'public-repository', message: 'm' },
      { id: 'area library /app', outcome: 'skipped', reason: 'area-planned', message: 'm' },
    ];
    const report = { schemaVersion: 1, task: 'app-containerize', status: 'succeeded', counts: { planned: 2 }, items };
    const { log, digest } = printedLog('containerize/reports/app-containerize.json', report);
    const condition = ['True', 'Succeeded'] as const;
    const results = { 'report-digest': digest };
    await all.scene.addTask(scene, { task: 'containerize', taskRef: 'app-containerize', condition, results });
    await all.scene.addTask(scene, { task: 'summary', taskRef: 'crane-summary', condition, log });
    await all.scene.endRun(listing, condition);
    const found = await all.ask('GET', `/runs/${listing}/reports/containerize`);
    expect(found.json, found.text).toMatchObject({
      state: 'found',
      report: { items: [{ reason: 'public-repository' }, { reason: 'area-planned' }] },
    });
    expect((await all.ask('POST', `/runs/${listing}/reports`, {})).status).toBe(409);
  });

  it('is made of the same answers, with the confirmation, once for a key', async () => {
    const answers = { ...imageAnswers, confirmPublic: true };
    const other = await all.ask('POST', '/applications/runs', {
      answers: { ...answers, path: 'other' },
      plan: listing,
    });
    expect(other.status).toBe(400);
    const body = { answers, plan: listing };
    const headers = { 'idempotency-key': 'one' };
    const ask = () => all.wizard.ask({ method: 'POST', path: '/api/v1/applications/runs', body, headers });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status], second.text).toEqual([201, 200]);
    expect(stringAt(second.json, 'run')).toBe(stringAt(first.json, 'run'));
    const params = arrayAt(await runOf(stringAt(first.json, 'run') ?? ''), 'spec', 'params');
    expect(params).toContainEqual({ name: 'confirm-public', value: 'true' });
    expect(params).toContainEqual({ name: 'dry-run', value: 'false' });
    expect(all.wizard.output()).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
  });
});

describe('other runs', () => {
  it.each([
    [{ action: 'app-export', release: 'web', claim: 'exports', folder: 'a' }, 'course', 'crane-app-export'],
    [
      { action: 'app-publish', release: 'web', claim: 'exports', publishTo: 'partner' },
      'epinio',
      'crane-app-publish-partner',
    ],
    [{ action: 'export-delete', export: 'one' }, 'course', 'crane-export-delete'],
  ])('are started: %j', async (more, namespace, account) => {
    const started = await all.ask('POST', '/applications/runs', { answers: { namespace: 'course', ...more } });
    expect(started.status, started.text).toBe(201);
    const run = await runOf(stringAt(started.json, 'run') ?? '');
    expect(arrayAt(run, 'spec', 'pipelineSpec', 'tasks')).toHaveLength(2);
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles/${account}`;
    expect(arrayAt(await all.cluster.cluster.request({ path }), 'rules')).not.toEqual([]);
  });
});

describe('the deletion of a portable image', () => {
  it('deletes the image in the registry with the rights of its account, and the list shows it as deleted', async () => {
    const { cluster } = all;
    const registry = await startRegistry({ dir: path.join(cluster.scratch, 'registry') });
    try {
      const image = buildImage([buildLayer('notebook', Buffer.from('kept'))], 'gone');
      const place = 'team/exports:gone1_week';
      await pushImage(registry.host, place, image);
      const store: ExportStore = { cluster: cluster.cluster, namespace: 'course', owner: 'run', now: Date.now };
      const entry = anExport({ id: 'gone1', name: 'week', image: `${registry.host}/${place}` });
      await finishExport(store, await startExport(store, entry), { digest: image.digest, size: 4, isPublic: true });
      const answers = { namespace: 'course', action: 'export-delete', export: 'gone1' };
      const started = await all.ask('POST', '/applications/runs', { answers });
      expect(started.status, started.text).toBe(201);
      const ended = await runStep(await runOf(stringAt(started.json, 'run') ?? ''));
      expect([ended.exitCode, ended.results['status']], ended.stderr).toEqual([0, 'succeeded']);
      expect(await digestOf(registry.host, `team/exports:${image.digest}`)).toBeUndefined();
      const { json } = await all.ask('GET', '/applications/exports?namespace=course');
      const shown = arrayAt(json, 'exports').find((each) => stringAt(each, 'id') === 'gone1');
      expect(shown).toMatchObject({ state: 'deleted', digest: image.digest });
    } finally {
      await registry.stop();
    }
  });
});

/** Runs the step that a run brings with it, as Tekton would: with the login of its Secret. The registry has no certificate. */
async function runStep(run: unknown): Promise<CommandEnd> {
  const [login, work] = arrayAt(run, 'spec', 'pipelineSpec', 'tasks');
  const named = arrayAt(login, 'params').find((each) => stringAt(each, 'name') === 'cluster-secret');
  const secret = stringAt(named, 'value') ?? '';
  const found = await all.cluster.cluster.request({ path: `/api/v1/namespaces/migrations/secrets/${secret}` });
  const token = Buffer.from(stringAt(found, 'data', 'token') ?? '', 'base64').toString();
  const kubeconfig = await all.cluster.writeKubeconfig('delete', { token });
  const [step] = arrayAt(work, 'taskSpec', 'steps');
  const args = arrayAt(step, 'args').map(String);
  const given = args.filter((arg) => !/^--(kubeconfig|kubeconfig-digest|results-dir)=/.test(arg));
  const more = [`--kubeconfig=${kubeconfig}`, '--registry-tls-verify=false'];
  return runTaskCommand([...given, ...more], { cwd: all.cluster.scratch });
}
