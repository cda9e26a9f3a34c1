import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { command } from '../../builders/command.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardAnswer, type WizardProcess } from '../../builders/wizard.ts';

const api = '/api/v1';
let cluster: TestCluster;
let wizard: WizardProcess;
let silent: Server;
const answers: WizardAnswer[] = [];
let canary: string;

beforeAll(async () => {
  cluster = await startTestCluster();
  for (const name of ['shop', 'shop-new', 'migrations'])
    await cluster.create('/api/v1/namespaces', { metadata: { name } });
  for (const kind of ['PipelineRun', 'TaskRun', 'Pipeline'])
    await cluster.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition(kind));
  canary = await cluster.makeAccount('shop', 'viewer', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
  await cluster.create('/api/v1/namespaces/shop/configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { motto: '<img src=x onerror=alert(1)>' },
  });
  silent = createServer().listen(0, '127.0.0.1');
  wizard = await startWizardProcess(['--namespace=migrations', `--kubeconfig=${cluster.server.kubeconfigPath}`]);
});

afterAll(async () => {
  silent.close();
  await wizard.stop();
  await cluster.stop();
});

function definition(kind: string): unknown {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.tekton.dev` },
    spec: {
      group: 'tekton.dev',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

async function ask(method: string, path: string, body?: unknown): Promise<WizardAnswer> {
  const answer = await wizard.ask({ method, path: `${api}${path}`, ...(body === undefined ? {} : { body }) });
  answers.push(answer);
  return answer;
}

/** Connects both sides and takes the inventory of namespace shop. */
async function takeInventory(): Promise<string> {
  const connect = async (side: string): Promise<string> => {
    const given = side === 'source' ? { context: 'local' } : { own: true };
    const answer = await ask('POST', '/connections', { side, ...given });
    expect(answer.status, answer.text).toBe(201);
    return stringAt(answer.json, 'id') ?? '';
  };
  const body = {
    source: { connection: await connect('source'), namespace: 'shop' },
    destination: { connection: await connect('destination'), namespace: 'shop-new' },
  };
  const begun = await ask('POST', '/inventories', body);
  expect(begun.status, begun.text).toBe(202);
  const id = stringAt(begun.json, 'id') ?? '';
  await expect
    .poll(async () => stringAt((await ask('GET', `/inventories/${id}`)).json, 'state'), {
      timeout: 60_000,
      interval: 500,
    })
    .toBe('done');
  return id;
}

const move = {
  schemaVersion: 1,
  name: 'shop',
  source: { namespace: 'shop' },
  destination: { namespace: 'shop-new' },
  changes: {
    namespaces: [{ from: 'ledger', to: 'books' }],
    modernize: 'ingress',
    ingressClass: 'public',
    patches: 'target: { kind: ConfigMap, name: settings }\npatch: [{ op: add, path: /data/size, value: large }]\n',
  },
};

describe('before a login', () => {
  it('answers probes and the page, with the headers on each answer', async () => {
    for (const path of ['/healthz', '/', `${api}/config`, `${api}/migrations`, `${api}/nothing`, '/%zz', '/a/view']) {
      const { headers } = await wizard.ask({ path });
      expect(headers['content-security-policy'], path).toContain("default-src 'none'");
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['referrer-policy'], path).toBe('no-referrer');
    }
    expect((await wizard.ask({ path: '/healthz' })).status).toBe(200);
    expect(valueAt((await ask('GET', '/config')).json, 'cluster')).toBeUndefined();
    const refused = await ask('GET', '/migrations');
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([401, 'login-required']);
    expect(refused.headers['content-type']).toContain('application/problem+json');
  });

  it('refuses a name that somebody points at this computer', async () => {
    const refused = await wizard.ask({
      path: `${api}/config`,
      headers: { host: `attacker.example:${String(wizard.port)}` },
    });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([403, 'request-refused']);
  });

  it('refuses a wrong secret, takes the right one once, and makes a new id', async () => {
    expect((await ask('POST', '/session', { secret: 'x'.repeat(43) })).status).toBe(401);
    const fixed = { cookie: 'crane=an-id-of-somebody-else' };
    const entered = await wizard.ask({
      method: 'POST',
      path: `${api}/session`,
      body: { secret: wizard.secret },
      headers: fixed,
    });
    expect(entered.status, entered.text).toBe(200);
    const [cookie = ''] = entered.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^crane=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    expect((await wizard.ask({ path: `${api}/migrations`, headers: fixed })).status).toBe(401);
    expect((await ask('POST', '/session', { secret: wizard.secret })).status).toBe(401);
    expect(stringAt((await ask('GET', '/session')).json, 'state')).toBe('signed-in');
  });
});

describe('a write that another site causes', () => {
  it.each([
    ['without a type', { 'content-type': undefined }],
    ['with the type of a form', { 'content-type': 'text/plain' }],
    ['without the header', { 'x-crane-request': undefined }],
    ['from another origin', { origin: 'http://attacker.example' }],
    ['from another port', { origin: 'http://127.0.0.1:1' }],
    ['from a sibling', { 'sec-fetch-site': 'same-site' }],
    ['from nowhere', { origin: undefined }],
    ['from an opaque origin', { origin: 'null' }],
  ])('%s is refused', async (_how, headers) => {
    const body = { side: 'destination', own: true };
    const refused = await wizard.ask({ method: 'POST', path: `${api}/connections`, body, headers });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([403, 'request-refused']);
  });
});

describe('connections', () => {
  it('shows an unknown authority before anything is sent', async () => {
    const refused = await ask('POST', '/connections', { side: 'source', server: cluster.server.url, token: canary });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([502, 'tls-untrusted']);
    expect(stringAt(refused.json, 'certificate', 'fingerprint')).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it('connects with the authority, and finds names without the right to list them', async () => {
    const given = { side: 'source', server: cluster.server.url, token: canary, ca: cluster.ca };
    const made = await ask('POST', '/connections', given);
    expect([made.status, stringAt(made.json, 'user')]).toEqual([201, 'system:serviceaccount:shop:viewer']);
    const found = await ask('GET', `/connections/${stringAt(made.json, 'id') ?? ''}/namespaces?prefix=sh`);
    expect(stringAt(found.json, 'state')).toBe('denied');
    const own = await ask('POST', '/connections', { side: 'destination', own: true });
    const names = await ask('GET', `/connections/${stringAt(own.json, 'id') ?? ''}/namespaces?prefix=sh`);
    expect(names.json).toMatchObject({ state: 'listed', names: ['shop', 'shop-new'], hasMore: false });
  });

  it('tells a wrong token within 10 s', async () => {
    const given = { server: cluster.server.url, token: 'not-a-token-of-it', ca: cluster.ca };
    const refused = await ask('POST', '/connections', { side: 'source', ...given });
    expect(stringAt(refused.json, 'code')).toBe('unauthorized');
  });

  it('gives up a server that does not answer after 10 s', async () => {
    const { port } = silent.address() as AddressInfo;
    const since = performance.now();
    const server = `https://127.0.0.1:${String(port)}`;
    const refused = await ask('POST', '/connections', { side: 'source', server, token: canary });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([504, 'timeout']);
    expect(performance.now() - since).toBeLessThan(15_000);
  });

  it.each(['http://10.0.0.1', 'https://169.254.169.254'])('refuses %s', async (server) => {
    const refused = await ask('POST', '/connections', { side: 'source', server, token: canary });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([403, 'address-refused']);
  });
});

describe('a migration', () => {
  it('is planned with the bytes of the command, created, started once, and deleted', async () => {
    const inventory = await takeInventory();
    const planned = await ask('POST', '/plans', { inventory, answers: move });
    expect(planned.status, planned.text).toBe(200);
    const objects = stringAt(planned.json, 'objects') ?? '';
    expect(objects).toBe(await planByCommand());

    await previewAndCheck(inventory);
    const created = await ask('POST', '/migrations', { inventory, answers: move });
    expect(created.status, created.text).toBe(201);
    const kinds = arrayAt(created.json, 'created').map((each) => stringAt(each, 'kind'));
    expect(kinds).toEqual(['ConfigMap', 'Secret', 'Secret']);
    const listed = await ask('GET', '/migrations');
    expect(arrayAt(listed.json, 'migrations').map((each) => stringAt(each, 'name'))).toEqual(['shop']);

    const start = { method: 'POST', path: `${api}/migrations/shop/runs`, body: { action: 'app' } };
    const keyed = { ...start, headers: { 'idempotency-key': 'one click' } };
    const [first, second] = [await wizard.ask(keyed), await wizard.ask(keyed)];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(stringAt(second.json, 'run')).toBe(stringAt(first.json, 'run'));
    const again = await wizard.ask(start);
    expect([again.status, stringAt(again.json, 'code')]).toEqual([409, 'state-refused']);

    const run = stringAt(first.json, 'run') ?? '';
    const events = await wizard.read(`${api}/events?topics=migrations,run:${run},run:none`, 'event: gone');
    expect(events.match(/^event: .*$/gm)).toEqual(['event: migrations', 'event: run', 'event: gone']);
    expect((await ask('GET', '/events?topics=secrets')).status).toBe(400);
    expect((await ask('GET', '/rights?action=start')).json).toMatchObject({ action: 'start', isAllowed: true });
    expect(stringAt((await ask('GET', `/runs/${run}`)).json, 'phase')).toBe('pending');
    expect((await ask('POST', `/runs/${run}/cancel`)).status).toBe(204);
    const stopped = await cluster.cluster.request({
      path: `/apis/tekton.dev/v1/namespaces/migrations/pipelineruns/${run}`,
    });
    expect(stringAt(stopped, 'spec', 'status')).toBe('CancelledRunFinally');
    expect(stringAt(arrayAt(stopped, 'metadata', 'ownerReferences')[0], 'name')).toBe('migration-shop');
    expect((await ask('DELETE', '/migrations/shop')).status).toBe(409);
  });

  it('refuses names that would leave their path', async () => {
    for (const name of ['..', '%2e%2e%2fsecrets', '<img>', 'a'.repeat(300)])
      expect((await ask('GET', `/migrations/${encodeURIComponent(name)}`)).status).toBeGreaterThanOrEqual(400);
  });
});

/** Each object, at most 200 at once, and what would stop the move. */
async function previewAndCheck(inventory: string): Promise<void> {
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' };
  const shown = await ask('POST', '/previews', { inventory, answers: move, objects: [settings] });
  expect(shown.status, shown.text).toBe(200);
  const [row] = arrayAt(shown.json, 'previews');
  expect(row).toMatchObject({ ...settings, state: 'changed' });
  expect(stringAt(row, 'after')).toContain('size: large');
  expect(stringAt(row, 'after')).toContain('namespace: shop-new');
  const many = { inventory, answers: move, objects: Array(201).fill(settings) };
  expect((await ask('POST', '/previews', many)).status).toBe(400);
  const checked = await ask('POST', '/validations', { inventory, answers: move });
  expect(checked.status, checked.text).toBe(200);
  expect(valueAt(checked.json, 'gaps')).toBe(0);
  expect(arrayAt(checked.json, 'items').length).toBeGreaterThan(3);
}

async function planByCommand(): Promise<string> {
  const [node, program] = command;
  const file = join(cluster.scratch, 'answers.yaml');
  await writeFile(file, JSON.stringify(move));
  const args = [`--answers=${file}`, '--namespace=migrations', `--kubeconfig=${cluster.server.kubeconfigPath}`];
  const { stdout } = await execa(node, [program, 'plan', ...args], { stripFinalNewline: false });
  return stdout;
}

describe('too many requests', () => {
  it('are refused for some time', async () => {
    const body = { side: 'source', server: 'https://0.0.0.0', token: canary };
    const statuses: number[] = [];
    while (statuses.length < 10 && !statuses.includes(429))
      statuses.push((await ask('POST', '/connections', body)).status);
    const refused = await ask('POST', '/connections', body);
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([429, 'too-many-requests']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('at the end', () => {
  it('has told who wrote what, and no token anywhere', () => {
    const audit = wizard
      .output()
      .split('\n')
      .filter((line) => line.startsWith('audit '));
    const lines = audit.map((line): unknown => JSON.parse(line.slice('audit '.length)));
    expect(lines.map((line) => stringAt(line, 'route'))).toContain('POST /api/v1/migrations');
    const written = lines.find((line) => stringAt(line, 'object') === 'migration migrations/shop');
    expect(stringAt(written, 'user')).not.toBe('');
    expect(wizard.output()).not.toContain(canary);
    expect(answers.filter(({ text }) => text.includes(canary))).toEqual([]);
  });

  it('ends within 2 s', async () => {
    const { took } = await wizard.stop();
    expect(took).toBeLessThan(2000);
  });
});
