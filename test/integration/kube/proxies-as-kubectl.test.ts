import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connectCluster } from '../../../src/adapters/kube/connect.ts';
import { joinLogins } from '../../../src/adapters/registry/logins.ts';
import { connectRegistry } from '../../../src/adapters/registry/connect-registry.ts';
import { ensureAuthority, ensureCertificate } from '../../../testbed/clusters/certificates.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { startConnectProxy } from '../../fakes/connect-proxy.ts';
import { silentLog } from '../../fakes/silent-log.ts';
import { startSocksProxy } from '../../fakes/socks-proxy.ts';

type Environment = Readonly<Record<string, string>>;

/** An address of this computer that is not loopback: a direct connection to port 1 is refused at once. */
const own = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

let folder: string;
let target: string;
/** Stands for all hosts behind a proxy, and refuses each login. */
const server = createServer((_request, response) => response.writeHead(403).end());

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proxies-'));
  const authority = await ensureAuthority(folder, 'ca');
  const names = ['DNS:a.example.invalid', 'IP:127.0.0.1'];
  const pair = await ensureCertificate(folder, 'server', { commonName: 'a.example.invalid', names, authority });
  server.setSecureContext({ cert: await readFile(pair.certFile), key: await readFile(pair.keyFile) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function writeKubeconfig(name: string, address: string): Promise<string> {
  const file = path.join(folder, name);
  const config = {
    'current-context': 'source',
    contexts: [{ name: 'source', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 't' } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

interface Asking {
  readonly host: string;
  readonly environment: Environment;
  /** Milliseconds. */
  readonly timeout: number;
}

/** What each program asks; all of them fail, with or without the proxy. */
const programs = {
  async cluster({ host, environment, timeout }: Asking) {
    const kubeconfig = await writeKubeconfig(`ours-${String(Math.random())}`, `https://${host}`);
    const options = { kubeconfig, context: 'source', environment, log: silentLog(), requestTimeout: timeout };
    const cluster = await connectCluster({ ...options, signal: AbortSignal.timeout(timeout) });
    await cluster.request({ path: '/version' }).finally(() => cluster.close());
  },
  async kubectl({ host, environment, timeout }: Asking) {
    const kubeconfig = await writeKubeconfig(`theirs-${String(Math.random())}`, `https://${host}`);
    const args = ['get', '--raw=/version', `--kubeconfig=${kubeconfig}`, `--request-timeout=${String(timeout)}ms`];
    await execa(programPath('kubectl'), args, { env: { ...environment, HOME: folder }, extendEnv: false });
  },
  async registry({ host, environment, timeout }: Asking) {
    const [logins, caBundle] = [joinLogins(new Map(), undefined), await readFile(path.join(folder, 'ca.crt'), 'utf8')];
    const rest = {
      environment,
      log: silentLog(),
      signal: AbortSignal.timeout(timeout),
      pause: () => Promise.resolve(),
    };
    await connectRegistry({ host, verifyTls: true, caBundle, logins, patience: 0, ...rest });
  },
  async skopeo({ host, environment, timeout }: Asking) {
    const args = [`--command-timeout=${String(timeout)}ms`, 'inspect', '--raw', `docker://${host}/a:1`];
    await execa('skopeo', args, {
      env: { ...environment, HOME: folder, PATH: process.env['PATH'] ?? '' },
      extendEnv: false,
    });
  },
};

/** What a program asks a proxy for. */
async function askedBy(program: keyof typeof programs, { kind, scheme, ...asking }: Asking & ProxyForm) {
  const proxy = kind === 'socks' ? await startSocksProxy({ target }) : await startConnectProxy({ target });
  try {
    const url = scheme === undefined ? proxy.url : proxy.url.replace(/^.*:\/\//, scheme);
    const environment = { HTTPS_PROXY: url, HTTP_PROXY: url, ...asking.environment };
    await programs[program]({ ...asking, environment }).catch(() => undefined);
    return [...new Set(proxy.asked.map((line) => line.replace('CONNECT ', '')))];
  } finally {
    await proxy.stop();
  }
}

interface ProxyForm {
  readonly kind?: 'socks';
  /** In the place of that of the URL. */
  readonly scheme?: string;
}

const v6 = '[fd02::1]:6443';
const name = 'a.example.invalid:6443';

describe('the proxy of the environment', () => {
  it.concurrent.each<[host: string, noProxy: string, isProxied: boolean, form?: ProxyForm]>([
    ['OWN:1', '', true],
    ['OWN:1', 'OWN', false],
    ['OWN:1', 'OWN:1', false],
    ['OWN:1', 'OWN:443', true],
    ['OWN:1', 'OWN/8', false],
    ['OWN:1', 'OWN/33', true],
    ['OWN:1', 'x.example, OWN/31 ,', false],
    ['OWN:1', '0.0.0.0/0', false],
    ['OWN:1', '*', false],
    [v6, '', true],
    [v6, 'fd02::/112', false],
    [v6, 'fd02::1', false],
    [v6, '[fd02::1]:6443', false],
    [name, '', true],
    [name, 'example.invalid', false],
    [name, '.example.invalid', false],
    [name, '*.example.invalid', false],
    [name, 'EXAMPLE.invalid:6443', false],
    [name, '.example.invalid:443', true],
    [name, '.a.example.invalid', true],
    [name, 'ample.invalid', true],
    [name, '10.0.0.0/8,.svc,.cluster.local', true],
    ['127.0.0.1:1', '', false],
    ['127.8.8.8:1', '', false],
    ['localhost:1', '', false],
    [name, '', true, { kind: 'socks' }],
    [name, '', true, { kind: 'socks', scheme: 'socks5h://' }],
    [name, 'example.invalid', false, { kind: 'socks' }],
    [name, '', true, { scheme: '' }],
  ])(
    'of %s with NO_PROXY=%s is used as kubectl and skopeo do: %s %j',
    async (...[host, noProxy, isProxied, form = {}]) => {
      if (own === undefined) throw new Error('this computer has no address beside loopback');
      const [place = '', NO_PROXY = ''] = [host, noProxy].map((text) => text.replaceAll('OWN', own));
      // A program that finds no way to its server tries again until the timeout; an answer through the proxy ends it at once.
      const asking = { host: place, environment: { NO_PROXY }, timeout: isProxied ? 20_000 : 1000, ...form };
      // References of images have no IPv6 addresses; that skopeo gets socks5h as socks5 is a unit test of its adapter.
      const names = (['cluster', 'kubectl', 'registry', 'skopeo'] as const).filter(
        (program) => program !== 'skopeo' || (place !== v6 && form.scheme !== 'socks5h://'),
      );
      const asked = await Promise.all(names.map((program) => askedBy(program, asking)));
      expect(asked).toEqual(names.map(() => (isProxied ? [place] : [])));
    },
  );
});
