import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer, request as openRequest, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import Provider from 'oidc-provider';

import { startApiServer, type ApiServer } from '../../testbed/clusters/api-server.ts';
import { ensureAuthority, ensureCertificate } from '../../testbed/clusters/certificates.ts';
import { freePorts } from '../../testbed/clusters/loopback.ts';

/** The client that the API server knows, and one that only the provider knows. */
export const clients = { known: 'wizard', unknown: 'another-client' } as const;
export const clientSecret = 'planted-secret-of-the-client';

/** A real OpenID Connect provider, and a real API server that accepts its ID tokens. */
export interface OidcScene {
  readonly issuer: string;
  readonly server: ApiServer;
  /** PEM file of the authority of the provider. */
  readonly authorityFile: string;
  readonly folder: string;
  /** How many logins were renewed. */
  renewals(): number;
  /** Signs in as a user, as a browser would. @returns where the provider sends the browser at the end */
  signIn(start: string, user: string): Promise<URL>;
  /** Replaces the provider by one that knows nothing of earlier logins. */
  forgetLogins(): Promise<void>;
  stop(): Promise<void>;
}

/** @param idTokenSeconds how long an ID token is valid */
export async function startOidcScene(redirectUri: string, idTokenSeconds: number): Promise<OidcScene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crane-tasks-oidc-'));
  const authority = await ensureAuthority(folder, 'oidc-ca');
  const names = { commonName: 'localhost', names: ['DNS:localhost', 'IP:127.0.0.1'], authority };
  const pair = await ensureCertificate(folder, 'oidc', names);
  const [cert, key, ca] = await Promise.all(
    [pair.certFile, pair.keyFile, authority.certFile].map((file) => readFile(file, 'utf8')),
  );
  const [port = 0] = await freePorts(1);
  const issuer = `https://localhost:${String(port)}`;
  let renewals = 0;
  const listen = async (): Promise<Server> => {
    const provider = new Provider(issuer, configurationOf(redirectUri, idTokenSeconds));
    provider.on('grant.success', ({ oidc }) => {
      if (oidc.params['grant_type'] === 'refresh_token') renewals += 1;
    });
    const listening = createServer({ cert, key }, provider.callback()).listen(port, '127.0.0.1');
    await once(listening, 'listening');
    return listening;
  };
  let running = await listen();
  const close = async (): Promise<void> => {
    running.close();
    running.closeAllConnections();
    await once(running, 'close');
  };
  const flags = {
    'issuer-url': issuer,
    'client-id': clients.known,
    'ca-file': authority.certFile,
    'username-claim': 'sub',
    'username-prefix': 'oidc:',
  };
  const server = await startApiServer({
    dir: path.join(folder, 'cluster'),
    flags: Object.entries(flags).map(([name, value]) => `--oidc-${name}=${value}`),
  });
  return {
    issuer,
    server,
    authorityFile: authority.certFile,
    folder,
    renewals: () => renewals,
    signIn: (start, user) => signIn(start, { user, ca, redirectUri }),
    forgetLogins: async () => {
      await close();
      running = await listen();
    },
    stop: async () => {
      await Promise.all([close(), server.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configurationOf(redirectUri: string, idTokenSeconds: number): object {
  const common = { client_secret: clientSecret, redirect_uris: [redirectUri], response_types: ['code'] };
  const grants = { grant_types: ['authorization_code', 'refresh_token'] };
  return {
    clients: Object.values(clients).map((id) => ({ client_id: id, ...common, ...grants })),
    cookies: { keys: ['planted-key-of-cookies'] },
    ttl: {
      IdToken: idTokenSeconds,
      AccessToken: 3600,
      RefreshToken: 3600,
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
    },
    pkce: { required: () => true },
    issueRefreshToken: () => Promise.resolve(true),
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  };
}

interface Browser {
  readonly user: string;
  readonly ca: string | undefined;
  readonly redirectUri: string;
}

/** Follows redirects, and fills in the forms of the provider for login and consent. */
async function signIn(start: string, { user, ca, redirectUri }: Browser): Promise<URL> {
  const jar = new Map<string, string>();
  let next: { url: URL; form?: Record<string, string> } = { url: new URL(start) };
  for (let steps = 0; steps < 20; steps += 1) {
    if (next.url.href.startsWith(redirectUri)) return next.url;
    const { location, page } = await visit(next.url, { form: next.form, jar, ca });
    if (location !== undefined) next = { url: new URL(location, next.url) };
    else if (page.includes('name="login"')) next = { ...next, form: { prompt: 'login', login: user, password: 'any' } };
    else if (page.includes('value="consent"')) next = { ...next, form: { prompt: 'consent' } };
    else throw new Error(`the provider shows ${page}`);
  }
  throw new Error('the provider does not come to an end');
}

interface Visit {
  readonly form: Record<string, string> | undefined;
  readonly jar: Map<string, string>;
  readonly ca: string | undefined;
}

async function visit(url: URL, { form, jar, ca }: Visit): Promise<{ location: string | undefined; page: string }> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const method = form === undefined ? 'GET' : 'POST';
  const trust = ca === undefined ? {} : { ca };
  const request = openRequest(url, { method, headers: { cookie, ...type }, ...trust, agent: false });
  request.end(form === undefined ? '' : new URLSearchParams(form).toString());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  for (const line of response.headers['set-cookie'] ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
  return { location: response.headers.location, page: await text(response) };
}
