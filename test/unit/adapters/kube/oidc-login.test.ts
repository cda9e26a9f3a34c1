import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { credentialsOf } from '../../../../src/adapters/kube/credentials.ts';
import { parseKubeconfig, selectContext } from '../../../../src/domain/kubeconfig/kubeconfig.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { ensureAuthority, ensureCertificate } from '../../../../testbed/clusters/certificates.ts';
import { aHost } from '../../../builders/host.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let folder: string;
let provider: Server;
let issuer: string;
/** Form of each request for a token. */
let forms: URLSearchParams[];
let answer: (form: URLSearchParams) => { status: number; body: unknown };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'oidc-'));
  const authority = await ensureAuthority(folder, 'authority');
  const pair = await ensureCertificate(folder, 'provider', {
    authority,
    commonName: 'provider',
    names: ['IP:127.0.0.1'],
  });
  const tls = { cert: await readFile(pair.certFile), key: await readFile(pair.keyFile) };
  provider = createServer(tls, (request, response) => {
    void text(request).then((body) => {
      const reply = request.url?.startsWith('/.well-known/') === true ? discoveryDocument() : issue(body);
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
    });
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  issuer = `https://127.0.0.1:${String((provider.address() as AddressInfo).port)}`;
});

afterAll(async () => {
  provider.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  forms = [];
  answer = () => ({
    status: 200,
    body: {
      access_token: 'a',
      token_type: 'Bearer',
      id_token: idToken(3600),
      refresh_token: `refresh-${String(forms.length)}`,
    },
  });
});

function discoveryDocument() {
  return { status: 200, body: { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` } };
}

function issue(body: string) {
  const form = new URLSearchParams(body);
  forms.push(form);
  return answer(form);
}

/** An ID token that expires in some seconds. */
function idToken(seconds: number): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'kubernetes', sub: 'ann', iat: now, exp: now + seconds };
  return [{ alg: 'RS256' }, claims, 'signature'].map((part) => encode(part)).join('.');
}

function encode(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/** Credentials of a kubeconfig with this login. */
async function login(config: Record<string, string>) {
  const file = path.join(folder, 'kubeconfig');
  const common = { 'client-id': 'kubernetes', 'idp-issuer-url': issuer, 'idp-certificate-authority': 'authority.crt' };
  const user = { 'auth-provider': { name: 'oidc', config: { ...common, ...config } } };
  await writeFile(
    file,
    yamlCodec.format({
      kind: 'Config',
      contexts: [{ name: 'ann', context: { cluster: 'c', user: 'ann' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://c.example' } }],
      users: [
        { name: 'ann', user },
        { name: 'bob', user: {} },
      ],
    }),
  );
  const document = yamlCodec.parse(await readFile(file, 'utf8'), file)[0];
  const selection = selectContext(parseKubeconfig(document, { file, folder }), 'ann', file);
  const { log, warnings } = aHost();
  return { file, warnings, log, credentials: credentialsOf(selection, { log, environment: {} }) };
}

describe('a login with auth-provider oidc', () => {
  it('sends the ID token while it is valid', async () => {
    const token = idToken(600);
    const { credentials } = await login({ 'id-token': token, 'refresh-token': 'refresh-0' });
    expect(await credentials.headers()).toEqual({ authorization: `Bearer ${token}` });
    expect(forms).toEqual([]);
  });

  it('refreshes an expired ID token once for each time, and saves what it got', async () => {
    const { credentials, file, log } = await login({
      'id-token': idToken(-5),
      'refresh-token': 'refresh-0',
      'client-secret': 's3cret-of-client',
    });
    const first = await credentials.token();
    expect(first?.reveal()).not.toBe(undefined);
    expect(Object.fromEntries(forms[0] ?? [])).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-0',
      client_id: 'kubernetes',
      client_secret: 's3cret-of-client',
    });
    const saved = await readFile(file, 'utf8');
    expect(saved).toContain(first?.reveal());
    expect(saved).toContain('refresh-token: refresh-1');
    expect(saved).toContain('name: bob');
    expect(log.redactor.redact(`${first?.reveal() ?? ''} refresh-1 s3cret-of-client`)).not.toMatch(/refresh-1|s3cret/);

    answer = () => ({ status: 200, body: { access_token: 'a', token_type: 'Bearer', id_token: idToken(-1) } });
    credentials.forget(Date.now());
    await credentials.token();
    expect(forms).toHaveLength(1);
  });

  it.each([
    ['there is no refresh token', { 'refresh-token': '' }],
    ['the issuer is unknown', { 'idp-issuer-url': 'nowhere' }],
  ])('asks for a new login when %s', async (_, config) => {
    const { credentials } = await login({ 'id-token': idToken(-5), 'refresh-token': 'refresh-0', ...config });
    const error = await thrownBy(() => credentials.headers());
    expect(error.code).toBe('unauthorized');
    expect(forms).toEqual([]);
  });

  it('does not repeat what the provider refused with', async () => {
    answer = () => ({ status: 400, body: { error: 'invalid_grant', error_description: 'expired' } });
    const { credentials } = await login({ 'id-token': idToken(-5), 'refresh-token': 'refresh-canary' });
    const error = await thrownBy(() => credentials.headers());
    expect(error.code).toBe('unauthorized');
    expect(error.message).not.toContain('canary');
  });

  it('trusts no provider that its authority did not sign', async () => {
    const { credentials } = await login({
      'id-token': idToken(-5),
      'refresh-token': 'refresh-0',
      'idp-certificate-authority': '',
    });
    expect((await thrownBy(() => credentials.headers())).code).toBe('unauthorized');
    expect(forms).toEqual([]);
  });
});
