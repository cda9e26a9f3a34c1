import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { connectCluster } from '../../../src/adapters/kube/connect.ts';
import { stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { execVersion, writePlugin } from '../../builders/exec-plugin.ts';
import { silentLog, startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { ensureAuthority } from '../../../testbed/clusters/certificates.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

let test: TestCluster;
let token: string;
let otherAuthority: string;
let admin: { readonly cert: string; readonly key: string };
const mover = 'system:serviceaccount:shop:mover';

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  token = await test.makeAccount('shop', 'mover', []);
  const own = yamlCodec.parse(await readFile(test.server.kubeconfigPath, 'utf8'), 'own')[0];
  const user = valueAt(own, 'users', 0, 'user');
  const folder = path.dirname(test.server.kubeconfigPath);
  const pem = async (name: string): Promise<string> => {
    const data = stringAt(user, `${name}-data`);
    if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
    return readFile(path.resolve(folder, stringAt(user, name) ?? ''), 'utf8');
  };
  otherAuthority = await readFile((await ensureAuthority(test.scratch, 'other-ca')).certFile, 'utf8');
  admin = { cert: await pem('client-certificate'), key: await pem('client-key') };
});

afterAll(() => test.stop());

const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

type Fields = Readonly<Record<string, unknown>>;

/** Who the API server takes kubectl for; `refused` when kubectl does not get that far. */
async function askWithKubectl(file: string): Promise<string> {
  const args = [`--kubeconfig=${file}`, 'auth', 'whoami', '--output=jsonpath={.status.userInfo.username}'];
  const environment = { PATH: '/usr/bin:/bin', HOME: path.dirname(file) };
  const options = { env: environment, extendEnv: false, reject: false, cwd: '/' } as const;
  const { stdout, exitCode } = await execa(programPath('kubectl'), args, options);
  return exitCode === 0 ? stdout : 'refused';
}

async function ask(file: string): Promise<string> {
  try {
    const environment = { PATH: '/usr/bin:/bin' };
    const cluster = await connectCluster({ kubeconfig: file, context: undefined, environment, log: silentLog });
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const answer = await cluster.request({ method: 'POST', path, body }).finally(() => cluster.close());
    return stringAt(answer, 'status', 'userInfo', 'username') ?? 'nobody';
  } catch {
    return 'refused';
  }
}

let files = 0;

async function bothAsk(user: Fields, cluster: Fields = {}): Promise<readonly [string, string]> {
  files += 1;
  const file = await test.writeKubeconfig(`case-${String(files)}`, user, cluster);
  return [await ask(file), await askWithKubectl(file)];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** An exec entry whose program prints a status. */
async function exec(status: string, fields: Fields = {}): Promise<Fields> {
  files += 1;
  const command = await writePlugin(path.join(test.scratch, `plugin-${String(files)}`), status);
  return { exec: { apiVersion: execVersion, command, interactiveMode: 'Never', ...fields } };
}

const tokenStatus = (): string => JSON.stringify({ token });
const certificateStatus = (): string => JSON.stringify({ clientCertificateData: admin.cert, clientKeyData: admin.key });

describe('an exec plugin gives what kubectl takes from it', () => {
  it('a token', async () => {
    expect(await bothAsk(await exec(tokenStatus()))).toEqual([mover, mover]);
  });

  it('a client certificate', async () => {
    const [ours, kubectl] = await bothAsk(await exec(certificateStatus()));
    expect(ours).toBe(kubectl);
    expect(ours).not.toMatch(/refused|anonymous|mover/);
  });

  it.each<[string, () => string]>([
    ['a certificate without key', () => JSON.stringify({ token, clientCertificateData: admin.cert })],
    ['a key without certificate', () => JSON.stringify({ token, clientKeyData: admin.key })],
    ['nothing', () => '{}'],
    ['no status', () => 'undefined'],
    ['an expiry that is no time', () => JSON.stringify({ token, expirationTimestamp: 'soon' })],
    ['a certificate that is none', () => JSON.stringify({ clientCertificateData: 'x', clientKeyData: 'y' })],
  ])('and nothing where kubectl takes nothing: %s', async (_what, status) => {
    expect(await bothAsk(await exec(status()))).toEqual(['refused', 'refused']);
  });

  it.each<[string, Fields, string]>([
    ['another version than asked for', { apiVersion: 'client.authentication.k8s.io/v1alpha1' }, 'refused'],
    ['no version', { apiVersion: undefined }, 'refused'],
    ['no interactiveMode', { interactiveMode: undefined }, 'refused'],
    ['an unknown interactiveMode', { interactiveMode: 'Sometimes' }, 'refused'],
    ['interactiveMode Always without a terminal', { interactiveMode: 'Always' }, 'refused'],
    ['interactiveMode IfAvailable without a terminal', { interactiveMode: 'IfAvailable' }, mover],
    [
      'v1beta1 without interactiveMode',
      { apiVersion: 'client.authentication.k8s.io/v1beta1', interactiveMode: undefined },
      mover,
    ],
    ['a program that does not exist', { command: '/nowhere/login', installHint: 'Install it.' }, 'refused'],
    ['variables for the program', { env: [{ name: 'A', value: 'b' }] }, mover],
  ])('with %s', async (_what, fields, who) => {
    expect(await bothAsk(await exec(tokenStatus(), fields))).toEqual([who, who]);
  });

  it('with a path that is relative to the kubeconfig', async () => {
    const user = { exec: { apiVersion: execVersion, command: './bin/login', interactiveMode: 'Never' } };
    const file = await test.writeKubeconfig('relative', user);
    await writePlugin(path.join(path.dirname(file), 'bin', 'login'), tokenStatus());
    expect([await ask(file), await askWithKubectl(file)]).toEqual([mover, mover]);
  });

  it('with the cluster, its authority and its configuration', async () => {
    const seen = path.join(test.scratch, 'seen.json');
    const keep = `(require('node:fs').writeFileSync(${JSON.stringify(seen)}, process.env.KUBERNETES_EXEC_INFO), ${tokenStatus()})`;
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a', n: [1] } }];
    const file = await test.writeKubeconfig('informed', await exec(keep, { provideClusterInfo: true }), {
      extensions,
      'tls-server-name': 'kubernetes.default.svc',
    });
    const read = async (): Promise<unknown> => JSON.parse(await readFile(seen, 'utf8'));
    expect(await ask(file)).toBe(mover);
    const ours = await read();
    expect(await askWithKubectl(file)).toBe(mover);
    expect(ours).toEqual(await read());
  });

  it('in the form of YAML', async () => {
    const lines = [`apiVersion: ${execVersion}`, 'kind: ExecCredential', 'status:', `  token: "${token}"`];
    const program = path.join(test.scratch, 'yaml-plugin');
    await writePlugin(program, '0');
    await writeFile(program, `#!${process.execPath}\nconsole.log(${JSON.stringify(lines.join('\n'))})`);
    const user = { exec: { apiVersion: execVersion, command: program, interactiveMode: 'Never' } };
    expect(await bothAsk(user)).toEqual([mover, mover]);
  });
});

describe('a kubeconfig means what it means to kubectl', () => {
  it.each<[string, () => Fields, string]>([
    ['a certificate without key', () => ({ 'client-certificate-data': base64(admin.cert) }), 'refused'],
    [
      'a key of another certificate',
      () => ({ 'client-certificate-data': base64(admin.cert), 'client-key-data': base64(otherKey) }),
      'refused',
    ],
    [
      'a certificate that is none',
      () => ({ 'client-certificate-data': base64('x'), 'client-key-data': base64('y') }),
      'refused',
    ],
    ['a token file before a token', () => ({ token: 'wrong', tokenFile: 'token' }), mover],
    ['a token beside a token file that is not there', () => ({ token, tokenFile: 'missing' }), mover],
    ['groups without a user', () => ({ token, 'as-groups': ['x'] }), 'refused'],
  ])('%s', async (_what, user, who) => {
    files += 1;
    const file = await test.writeKubeconfig(`case-${String(files)}`, user());
    await writeFile(path.join(path.dirname(file), 'token'), `${token}\n`);
    expect([await ask(file), await askWithKubectl(file)]).toEqual([who, who]);
  });

  it.each<[string, () => Fields, string]>([
    ['an address without a scheme, which is http', () => ({ server: new URL(test.server.url).host }), 'refused'],
    ['an authority encoded twice', () => ({ 'certificate-authority-data': base64(base64(test.ca)) }), 'refused'],
    [
      'an authority with a line end in its base64',
      () => ({ 'certificate-authority-data': base64(test.ca).replace(/.{60}/, '$&\n') }),
      mover,
    ],
    ['an address with a slash at its end', () => ({ server: `${test.server.url}/` }), mover],
    ['an authority that is not base64 but PEM', () => ({ 'certificate-authority-data': test.ca }), 'refused'],
    ['an authority of white space', () => ({ 'certificate-authority-data': base64(' \n') }), 'refused'],
    ['another name in the certificate', () => ({ 'tls-server-name': 'elsewhere.example' }), 'refused'],
    ['no address', () => ({ server: '' }), 'refused'],
    ['an authority beside no verification', () => ({ 'insecure-skip-tls-verify': true }), 'refused'],
    [
      'no authority beside no verification',
      () => ({ 'insecure-skip-tls-verify': true, 'certificate-authority-data': undefined }),
      mover,
    ],
    [
      'several authorities',
      () => ({ 'certificate-authority-data': base64(`# others\n${otherAuthority}\r\n${test.ca}`) }),
      mover,
    ],
    [
      'a name of the certificate other than its address',
      () => ({ 'tls-server-name': 'kubernetes.default.svc' }),
      mover,
    ],
  ])('%s', async (_what, cluster, who) => {
    expect(await bothAsk({ token }, cluster())).toEqual([who, who]);
  });

  it.each([
    ['an address below a path', '127.0.0.1', '/k8s/clusters/c-1'],
    ['an IPv6 address', '::1', ''],
    ['an IPv6 address and a path', '::1', '/k8s'],
  ])('%s', async (_what, host, below) => {
    const paths: string[] = [];
    const server = createServer(({ url = '' }, response) => {
      paths.push(url.replace(/\?.*/, ''));
      response.writeHead(403, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const port = String((server.address() as AddressInfo).port);
    const address = `http://${host === '::1' ? '[::1]' : host}:${port}${below}/`;
    const asked = await bothAsk({ token }, { server: address, 'certificate-authority-data': undefined });
    expect(asked).toEqual(['refused', 'refused']);
    await new Promise((resolve) => server.close(resolve));
    const review = `${below}/apis/authentication.k8s.io/v1/selfsubjectreviews`;
    expect(paths.filter((url) => url === review).length).toBeGreaterThanOrEqual(2);
    expect(paths.every((url) => url.startsWith(`${below}/`))).toBe(true);
  });

  it.each<[string, (text: string) => string]>([
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['line ends of Windows', (text) => text.replaceAll(',"', ',\r\n"')],
    ['an entry of the same name in a second file', (text) => text],
  ])('%s', async (_what, change) => {
    const file = await test.writeKubeconfig('odd', { token });
    const text = change(await readFile(file, 'utf8'));
    await writeFile(file, text);
    const other = path.join(test.scratch, 'other-kubeconfig');
    await writeFile(other, text.replace(token, 'another-token').replace(test.server.url, 'https://127.0.0.1:1'));
    const missing = path.join(test.scratch, 'no-such-kubeconfig');
    const environment = { KUBECONFIG: [missing, file, other].join(':'), HOME: test.scratch, PATH: '/usr/bin:/bin' };
    const cluster = await connectCluster({ kubeconfig: undefined, context: undefined, environment, log: silentLog });
    await cluster.request({ path: '/version' }).finally(() => cluster.close());
    const options = { env: environment, extendEnv: false, cwd: '/' } as const;
    expect((await execa(programPath('kubectl'), ['get', '--raw=/version'], options)).exitCode).toBe(0);
  });

  it('an entry without an address that the context does not use', async () => {
    const file = await test.writeKubeconfig('unused', { token });
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"clusters":[', '"clusters":[{"name":"other","cluster":{}},'));
    expect([await ask(file), await askWithKubectl(file)]).toEqual([mover, mover]);
  });
});

describe('a kubeconfig that names little means what it means to kubectl', () => {
  it.each([
    ['no user at all', {}, []],
    ['a user that is empty', { user: 'someone' }, [{ name: 'someone', user: {} }]],
  ])('a context with %s, for a server that has its own login', async (_what, own, users) => {
    const server = createServer((_request, response) => {
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const body = JSON.stringify({ ...review, status: { userInfo: { username: mover } } });
      response.writeHead(201, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const file = path.join(test.scratch, 'without-user');
    const config = { contexts: [{ name: 'c', context: { cluster: 'k', ...own } }], users };
    const clusters = [{ name: 'k', cluster: { server: address } }];
    const kubeconfig = { apiVersion: 'v1', kind: 'Config', 'current-context': 'c', clusters, ...config };
    await writeFile(file, JSON.stringify(kubeconfig));
    const asked = [await ask(file), await askWithKubectl(file)];
    await new Promise((resolve) => server.close(resolve));
    expect(asked).toEqual([mover, mover]);
  });
});
