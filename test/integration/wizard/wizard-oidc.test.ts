import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connectCluster } from '../../../src/adapters/kube/connect.ts';
import { stringAt } from '../../../src/domain/core/json-object.ts';
import { clients, clientSecret, startOidcScene, type OidcScene } from '../../builders/oidc-scene.ts';
import { silentLog } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardAnswer, type WizardProcess } from '../../builders/wizard.ts';

const api = '/api/v1';
const origin = 'https://wizard.example';
let scene: OidcScene;
let wizard: WizardProcess;
const answers: WizardAnswer[] = [];

beforeAll(async () => {
  scene = await startOidcScene(`${origin}/login/callback`, 4);
  const folder = join(scene.folder, 'oidc');
  await mkdir(folder);
  await writeFile(join(folder, 'client-secret'), `${clientSecret}\n`);
  await writeFile(join(folder, 'ca.crt'), await readFile(scene.authorityFile));
  const kubeconfig = scene.server.kubeconfigPath;
  const cluster = await connectCluster({ kubeconfig, context: undefined, environment: {}, log: silentLog });
  await cluster.request({
    method: 'POST',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    body: {
      metadata: { name: 'jane' },
      subjects: [{ kind: 'User', name: 'oidc:jane', apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    },
  });
  await cluster.close();
  wizard = await start(clients.known);
});

afterAll(async () => {
  await wizard.stop();
  await scene.stop();
});

function start(client: string): Promise<WizardProcess> {
  return startWizardProcess([
    '--mode=deployment',
    `--kubeconfig=${scene.server.kubeconfigPath}`,
    '--namespace=default',
    `--public-url=${origin}`,
    `--oidc-issuer=${scene.issuer}`,
    `--oidc-client-id=${client}`,
    '--oidc-scopes=offline_access',
    `--oidc-dir=${join(scene.folder, 'oidc')}`,
  ]);
}

async function visit(path: string, cookie = '', from = wizard): Promise<WizardAnswer> {
  const answer = await from.ask({ path, headers: { host: 'wizard.example', origin, cookie } });
  answers.push(answer);
  return answer;
}

/** The cookies that an answer sets, as a browser sends them back. */
function cookieOf({ headers }: WizardAnswer): string {
  return (headers['set-cookie'] ?? [])
    .map((line) => line.split(';')[0] ?? '')
    .filter((pair) => !pair.endsWith('='))
    .join('; ');
}

/** Signs in as jane. @returns the answer to the browser that comes back, and what it came with */
async function signIn(from = wizard, next = '') {
  const begun = await visit(`/login${next}`, '', from);
  expect(begun.status, begun.text).toBe(303);
  const back = await scene.signIn(begun.headers.location ?? '', 'jane');
  const path = `${back.pathname}${back.search}`;
  const cookie = cookieOf(begun);
  return { path, cookie, begun, answer: await visit(path, cookie, from) };
}

describe('a login at an identity provider', () => {
  it('begins with PKCE, in the browser that began it', async () => {
    expect((await visit(`${api}/config`)).json).toMatchObject({ login: ['oidc', 'token'] });
    const begun = await visit('/login');
    const url = new URL(begun.headers.location ?? '');
    expect(url.origin).toBe(scene.issuer);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: clients.known,
      redirect_uri: `${origin}/login/callback`,
      scope: 'openid offline_access',
      code_challenge_method: 'S256',
    });
    const [cookie = ''] = begun.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^__Host-crane-login=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('acts with the ID token, and renews it', async () => {
    const { answer } = await signIn(wizard, '?next=/move');
    expect([answer.status, answer.headers.location], answer.text).toEqual([303, '/move']);
    const cookie = cookieOf(answer);
    expect(cookie).toMatch(/^__Host-crane=[\w-]{43}$/);
    expect(stringAt((await visit(`${api}/session`, cookie)).json, 'user')).toBe('oidc:jane');
    // The API server keeps what it knows of a token for 10 s.
    const listed = async () => {
      expect((await visit(`${api}/migrations`, cookie)).status).toBe(200);
      return scene.renewals();
    };
    await expect.poll(listed, { timeout: 60_000, interval: 1000 }).toBeGreaterThan(0);
    await scene.forgetLogins();
    const ended = async () => (await visit(`${api}/migrations`, cookie)).status;
    await expect.poll(ended, { timeout: 60_000, interval: 1000 }).toBe(401);
    expect(stringAt((await visit(`${api}/session`, cookie)).json, 'state')).toBe('anonymous');
  });

  it('is refused to another browser, and the second time', async () => {
    const begun = await visit('/login');
    const back = await scene.signIn(begun.headers.location ?? '', 'jane');
    const path = `${back.pathname}${back.search}`;
    const other = cookieOf(await visit('/login'));
    for (const cookie of ['', '__Host-crane-login=guessed', other]) {
      const refused = await visit(path, cookie);
      expect([400, 401, 502]).toContain(refused.status);
      expect(cookieOf(refused)).toBe('');
    }
    expect((await visit(path, cookieOf(begun))).status).toBe(303);
    expect((await visit(path, cookieOf(begun))).status).toBe(400);
  });

  it.each(['?next=//attacker.example', '?next=https://attacker.example', '?next=/%5Cattacker.example'])(
    'leads nowhere else: %s',
    async (next) => {
      expect((await signIn(wizard, next)).answer.headers.location).toBe('/');
    },
  );

  it('names issuer and client when the API server does not accept the token', async () => {
    const other = await start(clients.unknown);
    try {
      const { answer } = await signIn(other);
      expect(answer.status).toBe(401);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.text).toContain(scene.issuer);
      expect(answer.text).toContain(clients.unknown);
      expect(answer.text).toContain('--oidc-client-id');
      expect(answer.text).toContain('<html lang="en">');
    } finally {
      await other.stop();
    }
  });

  it.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de', 'Die Anmeldung ist fehlgeschlagen'],
    ['fr, en;q=0.4, de;q=0.5', 'de', 'Anmelden'],
    ['fr;q=x, de;q=0, *', 'en', 'The login has failed'],
  ])('says in the language %s that it failed', async (accepted, language, text) => {
    const headers = { host: 'wizard.example', origin, 'accept-language': accepted };
    const refused = await wizard.ask({ path: '/login/callback?code=a', headers });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(`<html lang="${language}">`);
    expect(refused.text).toContain(text);
  });

  it('leaves no token, code or secret in answers and logs', async () => {
    const { path } = await signIn();
    const code = new URL(path, origin).searchParams.get('code') ?? '';
    expect(code).not.toBe('');
    const all = answers.map(({ text, headers }) => text + JSON.stringify(headers)).join('\n') + wizard.output();
    expect(all).not.toContain(clientSecret);
    expect(all).not.toMatch(/eyJ[\w-]+\.eyJ/);
    expect(wizard.output()).not.toContain(code);
    const written = wizard
      .output()
      .split('\n')
      .filter((line) => line.startsWith('audit '));
    expect(written.map((line) => stringAt(JSON.parse(line.slice(6)), 'user'))).toContain('oidc:jane');
  });
});
