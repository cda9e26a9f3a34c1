import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardProcess } from '../../builders/wizard.ts';

const api = '/api/v1';
let cluster: TestCluster;
let wizard: WizardProcess;
let token: string;
let kubeconfig: string;

beforeAll(async () => {
  cluster = await startTestCluster();
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'migrations' } };
  await cluster.create('/api/v1/namespaces', namespace);
  token = await cluster.makeAccount('migrations', 'owner', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
  // A login that the server must not use: the cluster would know it as nobody.
  kubeconfig = await cluster.writeKubeconfig('wizard', { token: 'the-own-account-has-no-rights' });
  wizard = await start('deployment');
});

afterAll(async () => {
  await wizard.stop();
  await cluster.stop();
});

function start(mode: string, ...more: readonly string[]): Promise<WizardProcess> {
  const args = [`--mode=${mode}`, `--kubeconfig=${kubeconfig}`, '--namespace=migrations', ...more];
  return startWizardProcess(args, { origin: 'https' });
}

function logIn(with_: string, headers: Readonly<Record<string, string>> = {}) {
  return wizard.ask({ method: 'POST', path: `${api}/session`, body: { token: with_ }, headers });
}

describe('a login by token', () => {
  it('refuses a token that the cluster does not know', async () => {
    const refused = await logIn('not-a-token-of-it');
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([401, 'login-refused']);
  });

  it('gives a new id each time, in a cookie for this host alone', async () => {
    const fixed = { cookie: '__Host-crane=an-id-of-somebody-else' };
    const first = await logIn(token, fixed);
    expect(first.json).toMatchObject({ state: 'signed-in', user: 'system:serviceaccount:migrations:owner' });
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^__Host-crane=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/);
    const old = wizard.cookie();
    expect((await logIn(token)).status).toBe(200);
    expect((await wizard.ask({ path: `${api}/migrations` })).status).toBe(200);
    for (const dead of [old, fixed.cookie])
      expect((await wizard.ask({ path: `${api}/migrations`, headers: { cookie: dead } })).status).toBe(401);
  });

  it('ends with the token at the latest', async () => {
    const expiresAt = Date.parse(stringAt((await wizard.ask({ path: `${api}/session` })).json, 'expiresAt') ?? '');
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
    expect(expiresAt).toBeLessThanOrEqual(Math.min(exp * 1000, Date.now() + 8 * 3_600_000));
  });

  it('acts with the rights of the user', async () => {
    const config = await wizard.ask({ path: `${api}/config` });
    expect(valueAt(config.json, 'cluster', 'contexts')).toEqual([]);
    const body = { side: 'source', context: 'source' };
    const refused = await wizard.ask({ method: 'POST', path: `${api}/connections`, body });
    expect(refused.status).toBe(400);
    const own = await wizard.ask({ method: 'POST', path: `${api}/connections`, body: { side: 'source', own: true } });
    expect(stringAt(own.json, 'user')).toBe('system:serviceaccount:migrations:owner');
    const names = await wizard.ask({ path: `${api}/connections/${stringAt(own.json, 'id') ?? ''}/namespaces?prefix=` });
    expect(stringAt(names.json, 'state')).toBe('denied');
  });

  it.each([
    'https://127.0.0.1:6443',
    'https://[::1]',
    'https://localhost',
    'https://[::ffff:169.254.169.254]',
    'https://0x7f.1',
  ])('refuses to connect to %s', async (server) => {
    const body = { side: 'source', server, token };
    const refused = await wizard.ask({ method: 'POST', path: `${api}/connections`, body });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([403, 'address-refused']);
  });

  it('refuses the sixth login in a minute', async () => {
    const statuses = [];
    // What a client says of its address does not count: no proxy is named.
    for (const client of [1, 2, 3, 4, 5, 6])
      statuses.push((await logIn('wrong', { 'x-forwarded-for': `192.0.2.${String(client)}` })).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('ends with the logout', async () => {
    expect((await wizard.ask({ method: 'DELETE', path: `${api}/session` })).status).toBe(204);
    expect((await wizard.ask({ path: `${api}/migrations` })).status).toBe(401);
  });

  it('leaves the token nowhere', () => {
    expect(wizard.output()).not.toContain(token);
    expect(wizard.output()).not.toContain('the-own-account-has-no-rights');
  });
});

describe('behind a proxy', () => {
  it('takes the token of the proxy, and ignores that of others', async () => {
    const trusting = await start('proxy');
    const suspicious = await start('proxy', '--trusted-proxies=192.0.2.1', '--public-url=https://wizard.example');
    try {
      const headers = { authorization: `Bearer ${token}` };
      const known = await trusting.ask({ path: `${api}/session`, headers });
      expect(stringAt(known.json, 'user')).toBe('system:serviceaccount:migrations:owner');
      expect((await trusting.ask({ path: `${api}/migrations`, headers })).status).toBe(200);
      expect((await trusting.ask({ path: `${api}/migrations` })).status).toBe(401);
      const ignored = await suspicious.ask({ path: `${api}/session`, headers: { ...headers, host: 'wizard.example' } });
      expect(ignored.status).toBe(403);
      expect(trusting.output() + suspicious.output()).not.toContain(token);
    } finally {
      await Promise.all([trusting.stop(), suspicious.stop()]);
    }
  });
});

describe('behind an ingress', () => {
  it('counts the logins of each client, by the address that the trusted proxy adds', async () => {
    const fronted = await start('deployment', '--trusted-proxies=127.0.0.0/8', '--public-url=https://wizard.example');
    const from = async (forwarded: string): Promise<number> => {
      const headers = { host: 'wizard.example', origin: 'https://wizard.example', 'x-forwarded-for': forwarded };
      const request = { method: 'POST', path: `${api}/session`, body: { token: 'wrong' }, headers };
      return (await fronted.ask(request)).status;
    };
    try {
      const statuses = [];
      // The first addresses are what the client itself claims.
      for (const claimed of [1, 2, 3, 4, 5, 6]) statuses.push(await from(`192.0.2.${String(claimed)}, 198.51.100.7`));
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
      expect(await from('198.51.100.8')).toBe(401);
      expect(fronted.output()).toContain('198.51.100.7');
    } finally {
      await fronted.stop();
    }
  });
});

describe('the server itself', () => {
  it('sends no request with another login than that of the user', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const recorder = createServer((request, response) => {
      seen.push(request.headers);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: { userInfo: { username: 'jane' } }, items: [], metadata: {} }));
    }).listen(0, '127.0.0.1');
    await once(recorder, 'listening');
    const { port } = recorder.address() as AddressInfo;
    const own = { token: 'the-own-account-has-no-rights' };
    const file = await cluster.writeKubeconfig('recorder', own, { server: `http://127.0.0.1:${String(port)}` });
    const recorded = await startWizardProcess(['--mode=deployment', `--kubeconfig=${file}`, '--namespace=migrations'], {
      origin: 'https',
    });
    try {
      const entered = await recorded.ask({ method: 'POST', path: `${api}/session`, body: { token: 'token-of-jane' } });
      expect(stringAt(entered.json, 'user')).toBe('jane');
      const listed = await recorded.ask({ path: `${api}/migrations` });
      expect(arrayAt(listed.json, 'migrations')).toEqual([]);
      expect(seen.length).toBeGreaterThan(2);
      expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer token-of-jane']));
    } finally {
      await recorded.stop();
      recorder.closeAllConnections();
      recorder.close();
    }
  });
});
