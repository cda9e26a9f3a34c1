import { createServer as createTlsServer } from 'node:https';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connectCluster } from '../../../../src/adapters/kube/connect.ts';
import { createAgents } from '../../../../src/adapters/http/agents.ts';
import { exitCodeOf } from '../../../../src/domain/core/errors.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { ensureAuthority, ensureCertificate, type KeyPair } from '../../../../testbed/clusters/certificates.ts';
import { startConnectProxy, type ConnectProxy, type ConnectProxyOptions } from '../../../fakes/connect-proxy.ts';
import { startSocksProxy, type SocksProxy, type SocksProxyOptions } from '../../../fakes/socks-proxy.ts';
import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

type Environment = Readonly<Record<string, string>>;

const silent = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};
/** A port that nothing listens at: a connection there is refused. */
const deadProxy = 'http://127.0.0.1:1';

let folder: string;
let pair: KeyPair;
let authority: KeyPair;
let target: string;
const paths: string[] = [];
const proxies: { stop(): Promise<void> }[] = [];
const server = createTlsServer((request, response) => {
  paths.push(request.url ?? '');
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"gitVersion":"v1.32.0"}');
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proxies-'));
  authority = await ensureAuthority(folder, 'ca');
  const names = ['IP:127.0.0.1', 'DNS:api.example', 'DNS:registry.example'];
  pair = await ensureCertificate(folder, 'server', { commonName: 'api.example', names, authority });
  server.setSecureContext({ cert: await readFile(pair.certFile), key: await readFile(pair.keyFile) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterEach(async () => {
  paths.length = 0;
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function startProxy(options: Partial<ConnectProxyOptions> = {}): Promise<ConnectProxy> {
  const proxy = await startConnectProxy({ target, ...options });
  proxies.push(proxy);
  return proxy;
}

async function startSocks(options: Partial<SocksProxyOptions> = {}): Promise<SocksProxy> {
  const proxy = await startSocksProxy({ target, ...options });
  proxies.push(proxy);
  return proxy;
}

interface Asking {
  readonly proxyUrl?: string;
  readonly requestTimeout?: number;
}

async function askVersion(address: string, environment: Environment, asking: Asking | string = {}): Promise<unknown> {
  const { proxyUrl, requestTimeout = 2000 } = typeof asking === 'string' ? { proxyUrl: asking } : asking;
  const kubeconfig = path.join(folder, 'kubeconfig');
  const data = (await readFile(authority.certFile)).toString('base64');
  const cluster = { server: address, 'certificate-authority-data': data, ...(proxyUrl && { 'proxy-url': proxyUrl }) };
  const config = {
    contexts: [{ name: 'source', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: 't' } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const opened = await connectCluster({
    kubeconfig,
    context: 'source',
    environment,
    log: silent,
    requestTimeout,
  });
  try {
    return await opened.request({ path: '/version' });
  } finally {
    await opened.close();
  }
}

const version = { gitVersion: 'v1.32.0' };

describe('a connection to a cluster', () => {
  it.each(['HTTPS_PROXY', 'https_proxy'])('uses the proxy in %s', async (name) => {
    const proxy = await startProxy({ login: 'user:p@ss' });
    const url = proxy.url.replace('http://', 'http://user:p%40ss@');
    expect(await askVersion('https://api.example:6443', { [name]: url })).toEqual(version);
    expect(proxy.asked).toEqual(['CONNECT api.example:6443']);
  });

  it('uses a proxy whose value has no scheme', async () => {
    const proxy = await startProxy();
    const value = proxy.url.replace('http://', '');
    expect(await askVersion('https://api.example', { HTTPS_PROXY: value })).toEqual(version);
    expect(proxy.asked).toEqual(['CONNECT api.example:443']);
  });

  it('uses a proxy for an IPv6 address', async () => {
    const proxy = await startProxy();
    const environment = { HTTPS_PROXY: proxy.url, NO_PROXY: 'fd02::/112' };
    await thrownBy(() => askVersion('https://[fd03::1]:6443', environment));
    expect(proxy.asked[0]).toBe('CONNECT [fd03::1]:6443');
  });

  it('never uses the proxy of the environment for loopback', async () => {
    expect(await askVersion(`https://${target}`, { HTTPS_PROXY: deadProxy, HTTP_PROXY: deadProxy })).toEqual(version);
  });

  it('prefers proxy-url of the kubeconfig, to which NO_PROXY does not apply', async () => {
    const proxy = await startProxy();
    const environment = { HTTPS_PROXY: deadProxy, NO_PROXY: '*' };
    expect(await askVersion(`https://${target}`, environment, proxy.url)).toEqual(version);
    expect(proxy.asked).toEqual([`CONNECT ${target}`]);
  });

  it.each(['socks4://127.0.0.1:1', 'socks5://', 'localhost:3128', 'proxy'])(
    'is refused when proxy-url is %s, and the server is not contacted',
    async (proxyUrl) => {
      const error = await thrownBy(() => askVersion(`https://${target}`, {}, proxyUrl));
      expect([error.code, exitCodeOf(error)]).toEqual(['kubeconfig-unreadable', 2]);
      expect(error.message).toContain('proxy-url of context "source"');
      expect(paths).toEqual([]);
    },
  );

  it('is refused when the environment names an unknown kind of proxy for the server, and only then', async () => {
    const environment = { HTTPS_PROXY: 'socks4://127.0.0.1:1' };
    const error = await thrownBy(() => askVersion('https://api.example', environment));
    expect([error.code, exitCodeOf(error)]).toEqual(['invalid-param', 2]);
    expect(await askVersion(`https://${target}`, environment)).toEqual(version);
  });
});

describe('a connection to a cluster through a SOCKS proxy', () => {
  it.each(['socks5', 'socks5h'])('is made for proxy-url %s, and the proxy resolves the name', async (scheme) => {
    const proxy = await startSocks({ slow: true });
    const proxyUrl = proxy.url.replace('socks5', scheme);
    expect(await askVersion('https://api.example:6443', {}, proxyUrl)).toEqual(version);
    expect(proxy.asked).toEqual(['api.example:6443']);
  });

  it('is made for the proxy of the environment, with its login', async () => {
    const proxy = await startSocks({ login: 'user:p@ss' });
    const environment = { HTTPS_PROXY: proxy.url.replace('//', '//user:p%40ss@') };
    expect(await askVersion('https://api.example', environment)).toEqual(version);
    expect(proxy.asked).toEqual(['api.example:443']);
  });

  it.each([
    ['10.1.2.3', 'https://10.1.2.3:6443', '10.1.2.3:6443'],
    ['an IPv6 address', 'https://[fd02::1]:6443', '[fd020000000000000000000000000001]:6443'],
  ])('names %s as an address, and checks the certificate for it', async (_name, address, asked) => {
    const proxy = await startSocks();
    const error = await thrownBy(() => askVersion(address, {}, proxy.url));
    expect(error.code).toBe('tls-untrusted');
    expect(proxy.asked).toEqual([asked]);
  });

  it('ends when the run is stopped, also while the proxy says nothing', async () => {
    const silentServer = createServer();
    await new Promise<void>((resolve) => silentServer.listen(0, '127.0.0.1', resolve));
    const { port } = silentServer.address() as AddressInfo;
    for (const scheme of ['socks5', 'http']) {
      const proxyUrl = `${scheme}://127.0.0.1:${String(port)}`;
      const error = await thrownBy(() => askVersion('https://api.example', {}, { proxyUrl, requestTimeout: 200 }));
      expect(error.code).toBe('timeout');
    }
    silentServer.close();
  });

  it('is kept for further requests, several at a time', async () => {
    const proxy = await startSocks();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => askVersion('https://api.example', {}, proxy.url)),
    );
    expect(new Set(answers.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(version)]));
  });
});

describe('a connection to a registry', () => {
  let registry: ScriptedRegistry;

  beforeAll(async () => {
    registry = new ScriptedRegistry();
    await registry.start();
    registry.handler = (_request, response) => {
      answer(response, 200, { body: '{"tags":["1"]}' });
    };
  });

  afterAll(() => registry.stop());

  it('uses the proxy of its protocol', async () => {
    const proxy = await startProxy({ target: registry.host });
    const client = registry.via('registry.example', { HTTP_PROXY: proxy.url });
    expect(await client.listTags('shop/web')).toEqual(['1']);
    expect(proxy.asked).toContain('GET http://registry.example/v2/shop/web/tags/list');
  });

  it('uses a SOCKS proxy, for all requests one connection', async () => {
    const proxy = await startSocks({ target: registry.host });
    const client = registry.via('registry.example', { HTTP_PROXY: proxy.url });
    expect(await client.listTags('shop/web')).toEqual(['1']);
    expect(await client.listTags('shop/api')).toEqual(['1']);
    expect(proxy.asked).toEqual(['registry.example:80']);
  });

  it('never uses a proxy for loopback', async () => {
    const client = registry.via(registry.host, { HTTP_PROXY: deadProxy, HTTPS_PROXY: deadProxy });
    expect(await client.listTags('shop/web')).toEqual(['1']);
  });

  it.each(['socks4://127.0.0.1:1', 'http://user:100%canary@proxy'])('is refused through %s', async (proxy) => {
    const client = registry.via('registry.example', { HTTPS_PROXY: proxy });
    const error = await thrownBy(() => client.listTags('shop/web'));
    expect([error.code, exitCodeOf(error)]).toEqual(['invalid-param', 2]);
    expect(error).toMatchObject({ kind: 'proxy-unusable' });
    expect(error.message).toContain('HTTPS_PROXY');
    expect(error.message).not.toContain('canary');
  });
});

describe('the pools of connections', () => {
  it('are one for each protocol and proxy, chosen for each URL', () => {
    const environment = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '172.30.0.0/16,.svc' };
    const agents = createAgents(environment, { keepAlive: true });
    const pool = (url: string): unknown => agents.for(new URL(url));
    expect(pool('https://172.30.0.1:443')).toBe(pool('https://registry.ns.svc:5000'));
    expect(pool('https://quay.io')).toBe(pool('https://172.31.0.1'));
    expect(pool('https://quay.io')).not.toBe(pool('https://172.30.0.1'));
    expect(pool('http://quay.io')).not.toBe(pool('https://172.30.0.1'));
    agents.destroy();
  });
});
