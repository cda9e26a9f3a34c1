import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createProxyServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ensureAuthority, ensureCertificate, type KeyPair } from '../../testbed/clusters/certificates.ts';

/** A request as an API server got it. */
interface SeenRequest {
  readonly path: string;
  readonly authorization: string;
}

export interface TlsApi {
  readonly url: string;
  /** PEM of its authority. */
  readonly ca: string;
  readonly seen: SeenRequest[];
  /** Tokens that get 401. */
  readonly refused: Set<string>;
}

/** What a pod has: the API server of its own cluster, with Secrets, and two API servers elsewhere. */
export interface PodScene {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The mounted folder of the service account. */
  readonly account: string;
  readonly own: TlsApi;
  readonly source: TlsApi;
  readonly stranger: TlsApi;
  /** Address of a proxy that leads every name to the own API server. */
  readonly proxy: string;
  /** Keys of the Secrets of namespace `runs`, by name. */
  readonly secrets: Record<string, Readonly<Record<string, string>>>;
  stop(): Promise<void>;
}

export const podToken = 'canary-token-of-the-pod';
const names = [
  'IP:127.0.0.1',
  'DNS:localhost',
  'DNS:kubernetes.default.svc',
  'DNS:kubernetes.default.svc.cluster.local',
];
const secretsPath = '/api/v1/namespaces/runs/secrets/';

export async function startPodScene(): Promise<PodScene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pod-scene-'));
  const secrets: PodScene['secrets'] = {};
  const servers: Server[] = [];
  const start = async (name: string): Promise<TlsApi> => {
    const authority = await ensureAuthority(folder, `${name}-ca`);
    const pair = await ensureCertificate(folder, name, { commonName: name, names, authority });
    const record = { seen: [], refused: new Set<string>() };
    const server = startTls(pair, record, name === 'own' ? secrets : {});
    servers.push(server);
    const ca = readFileSync(authority.certFile, 'utf8');
    return { url: `https://127.0.0.1:${await listen(server)}`, ca, ...record };
  };
  const [own, source, stranger] = [await start('own'), await start('source'), await start('stranger')];
  const port = new URL(own.url).port;
  const proxy = startProxy(Number(port));
  servers.push(proxy);
  const account = path.join(folder, 'serviceaccount');
  await mkdir(account);
  const files = { token: podToken, namespace: 'runs', 'ca.crt': own.ca };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(account, name), text);
  return {
    folder,
    account,
    own,
    source,
    stranger,
    secrets,
    proxy: `http://127.0.0.1:${await listen(proxy)}`,
    environment: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port },
    async stop() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type ApiRecord = Pick<TlsApi, 'seen' | 'refused'>;

function startTls({ certFile, keyFile }: KeyPair, api: ApiRecord, secrets: PodScene['secrets']): Server {
  const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  return createServer(tls, ({ url = '', headers }, response) => {
    const { authorization = '' } = headers;
    api.seen.push({ path: url, authorization });
    if (api.refused.has(authorization.replace('Bearer ', ''))) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"kind":"Status","code":401}');
      return;
    }
    const name = url.slice(secretsPath.length);
    const keys = url.startsWith(secretsPath) ? secrets[name] : {};
    const data: Record<string, string> = {};
    const { answeredName = name, ...values } = keys ?? {};
    for (const [key, text] of Object.entries(values)) data[key] = Buffer.from(text).toString('base64');
    response.writeHead(keys === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Secret', metadata: { name: answeredName, namespace: 'runs' }, data }));
  });
}

function startProxy(port: number): Server {
  const proxy = createProxyServer();
  proxy.on('connect', (_request, client, head) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  return proxy;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}
