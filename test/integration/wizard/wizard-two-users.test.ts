import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stringAt } from '../../../src/domain/core/json-object.ts';
import { moveAnswers } from '../../builders/started-wizard.ts';
import { createRun, createTaskRun } from '../../builders/tekton-runs.ts';
import { serveTektonKinds } from '../../builders/tekton-kinds.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardAnswer, type WizardProcess } from '../../builders/wizard.ts';

/** A value of the application that only Ann may see. */
const canary = 'canary-of-ann';
let cluster: TestCluster;
let wizard: WizardProcess;
/** Cookies of the sessions. Ben has a login, and rights nowhere. */
let ann: string;
let ben: string;
let connection: string;
let inventory: string;

type Ask = (method: string, path: string, body?: unknown) => Promise<WizardAnswer>;
const as =
  (cookie: () => string): Ask =>
  (method, path, body) =>
    wizard.ask({
      method,
      path: `/api/v1${path}`,
      headers: { cookie: cookie() },
      ...(body === undefined ? {} : { body }),
    });
const askAsAnn = as(() => ann);
const askAsBen = as(() => ben);

async function logIn(token: string): Promise<string> {
  await wizard.ask({ method: 'POST', path: '/api/v1/session', body: { token }, headers: { cookie: undefined } });
  return wizard.cookie();
}

async function connectOwn(ask: Ask, side: string): Promise<string> {
  const answer = await ask('POST', '/connections', { side, own: true });
  return stringAt(answer.json, 'id') ?? '';
}

beforeAll(async () => {
  cluster = await startTestCluster();
  await serveTektonKinds(cluster);
  for (const name of ['shop', 'shop-new', 'migrations'])
    await cluster.create('/api/v1/namespaces', { metadata: { name } });
  const data = { greeting: canary };
  await cluster.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'settings' }, data });
  const all = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  const tokens = [
    await cluster.makeAccount('migrations', 'ann', all),
    await cluster.makeAccount('migrations', 'ben', []),
  ];
  const rights = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'ann' } };
  await cluster.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    ...rights,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'ann', namespace: 'migrations' }],
  });
  const kubeconfig = await cluster.writeKubeconfig('wizard', { token: 'the-own-account-has-no-rights' });
  const args = ['--mode=deployment', `--kubeconfig=${kubeconfig}`, '--namespace=migrations'];
  wizard = await startWizardProcess(args, { origin: 'https' });
  ann = await logIn(tokens[0] ?? '');
  ben = await logIn(tokens[1] ?? '');
  connection = await connectOwn(askAsAnn, 'source');
  const source = { connection, namespace: 'shop' };
  const destination = { connection: await connectOwn(askAsAnn, 'destination'), namespace: 'shop-new' };
  inventory = stringAt((await askAsAnn('POST', '/inventories', { source, destination })).json, 'id') ?? '';
  while (stringAt((await askAsAnn('GET', `/inventories/${inventory}`)).json, 'state') === 'running') await sleep(200);
  const created = await askAsAnn('POST', '/migrations', { inventory, answers: moveAnswers('shop') });
  if (created.status !== 201) throw new Error(created.text);
  const status = { conditions: [{ type: 'Succeeded', status: 'Unknown', reason: 'Running', message: canary }] };
  await createRun(cluster, { name: 'copy', labels: { 'crane-tasks.dev/migration': 'shop' }, status });
  await createTaskRun(cluster, { run: 'copy', task: 'image-sync', pod: 'copy-pod' });
});

afterAll(async () => {
  await wizard.stop();
  await cluster.stop();
});

describe('two users of one server', () => {
  it('are two: one sees the own work, and the other one has a session too', async () => {
    expect((await askAsAnn('GET', `/inventories/${inventory}`)).json).toMatchObject({ state: 'done' });
    expect((await askAsAnn('GET', '/migrations/shop')).status).toBe(200);
    const session = await askAsBen('GET', '/session');
    expect(session.json).toMatchObject({ state: 'signed-in', user: 'system:serviceaccount:migrations:ben' });
  });

  it('share no connection and no inventory, also by its id', async () => {
    const answers = moveAnswers('theft');
    const stolen = { connection, namespace: 'shop' };
    const requests: readonly (readonly [string, string, unknown?])[] = [
      ['GET', `/inventories/${inventory}`],
      ['DELETE', `/inventories/${inventory}`],
      ['GET', `/connections/${connection}/namespaces?prefix=`],
      ['DELETE', `/connections/${connection}`],
      ['POST', '/inventories', { source: stolen, destination: stolen }],
      ['POST', '/plans', { inventory, answers }],
      ['POST', '/previews', { inventory, answers, objects: [] }],
      ['POST', '/validations', { inventory, answers }],
      ['POST', '/migrations', { inventory, answers }],
    ];
    for (const [method, path, body] of requests) {
      const answer = await askAsBen(method, path, body);
      expect([400, 404], `${method} ${path}: ${answer.text}`).toContain(answer.status);
      expect(answer.text).not.toContain(canary);
    }
    expect((await askAsAnn('GET', `/inventories/${inventory}`)).json).toMatchObject({ state: 'done' });
  });

  it('get migrations, runs, reports and logs by their own rights', async () => {
    const requests: readonly (readonly [string, string, unknown?])[] = [
      ['GET', '/migrations'],
      ['GET', '/migrations/shop'],
      ['GET', '/migrations/shop/objects'],
      ['GET', '/migrations/shop/take-back'],
      ['DELETE', '/migrations/shop'],
      ['POST', '/migrations/shop/runs', { action: 'stage' }],
      ['GET', '/runs/copy'],
      ['POST', '/runs/copy/reports'],
      ['GET', '/runs/copy/reports/crane-export'],
      ['GET', '/runs/copy/tasks/image-sync/log'],
      ['POST', '/runs/copy/cancel'],
    ];
    for (const [method, path, body] of requests) {
      const answer = await askAsBen(method, path, body);
      expect(answer.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
      expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(500);
      expect(answer.text).not.toContain(canary);
    }
    expect((await askAsAnn('GET', '/runs/copy')).text).toContain(canary);
  });

  it('get events by their own rights, also of a topic that the other one follows', async () => {
    const topics = '/api/v1/events?topics=migrations,run:copy,progress:copy';
    const cookies = [ann, ben].map((cookie) => ({ cookie }));
    const streams = cookies.map((headers) => fetch(`http://127.0.0.1:${String(wizard.port)}${topics}`, { headers }));
    const [own = '', other = ''] = await Promise.all(streams.map(async (stream) => firstEvents(await stream)));
    expect(own).toContain(canary);
    expect(other).not.toContain(canary);
    expect(other).toContain('"type":"trouble"');
  });
});

describe('what a browser sends', () => {
  const odd = [
    '__proto__',
    'constructor',
    'toString',
    '..',
    '%2e%2e',
    '..%2f..%2fsecrets',
    '%00',
    'a%0ab',
    '%c0%ae',
    '.',
    '~',
  ];

  it.each(odd)('reaches nothing with the name %s in a path', async (name) => {
    const paths = [
      ...['/inventories/', '/connections/', '/migrations/', '/runs/'].map((path) => path + name),
      `/runs/copy/tasks/${name}/log`,
      `/runs/${name}/reports/crane-export`,
      `/migrations/shop/credentials/${name}`,
      // A name that a run could have opens a stream.
      ...(name === 'constructor' ? [] : [`/events?topics=run:${name}`]),
    ];
    for (const path of paths) {
      const { status, text } = await askAsAnn('GET', path);
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(status, `${path}: ${text}`).toBeLessThan(500);
    }
  });

  it('gives no object another prototype', async () => {
    const bodies = [
      `{"__proto__":{"inventory":"${inventory}"},"answers":{}}`,
      `{"inventory":"${inventory}","answers":{"__proto__":{"schemaVersion":1}},"constructor":{"prototype":{"a":1}}}`,
      `{"inventory":"__proto__","answers":${JSON.stringify(moveAnswers('x'))}}`,
      '{"source":{"connection":"__proto__","namespace":"shop"},"destination":{"connection":"constructor","namespace":"x"}}',
    ];
    for (const body of bodies) {
      for (const path of ['/plans', '/migrations', '/previews', '/inventories', '/connections']) {
        const { status, text } = await askAsAnn('POST', path, body);
        expect(status, `${path} ${body}: ${text}`).toBeGreaterThanOrEqual(400);
        expect(status, `${path} ${body}: ${text}`).toBeLessThan(500);
      }
    }
  });

  it('is refused when a cookie, a header, a path or a query is too long, and the server answers on', async () => {
    const long = 'x'.repeat(20_000);
    const ask = (headers: Record<string, string>, path = '/session') => wizard.ask({ path: `/api/v1${path}`, headers });
    const statuses = [
      (await ask({ cookie: `${ann}; a=${long}` })).status,
      (await ask({ cookie: ann, 'last-event-id': long }, '/events?topics=migrations')).status,
      (await ask({ cookie: ann }, `/migrations/${long}`)).status,
      (await ask({ cookie: ann }, `/events?topics=${'migrations,'.repeat(1000)}`)).status,
    ];
    for (const status of statuses) expect(status, statuses.join(' ')).toBeGreaterThanOrEqual(400);
    for (const status of statuses) expect(status, statuses.join(' ')).toBeLessThan(500);
    expect((await askAsAnn('GET', '/session')).status).toBe(200);
  });
});

/** What a stream sends in some time. */
async function firstEvents({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  let text = '';
  const end = Date.now() + 4000;
  for (const decoder = new TextDecoder(); Date.now() < end; ) {
    const read = await Promise.race([reader?.read(), sleep(end - Date.now())]);
    if (read?.value === undefined) break;
    text += decoder.decode(read.value as Uint8Array, { stream: true });
  }
  await reader?.cancel();
  return text;
}
