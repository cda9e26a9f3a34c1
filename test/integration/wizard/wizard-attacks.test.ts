import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { get as openPlain, type IncomingMessage } from 'node:http';
import { createServer, request as openSecure, type Server } from 'node:https';
import { connect as connectPlain, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeIdentity } from '../../../src/adapters/certificates/make-identity.ts';
import { stringAt } from '../../../src/domain/core/json-object.ts';
import { Redactor } from '../../../src/domain/core/secret.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardProcess } from '../../builders/wizard.ts';

const api = '/api/v1';
const canary = 'planted-token-of-another-user';
let cluster: TestCluster;
let certificate: { readonly cert: string; readonly key: string };
let laptop: WizardProcess;
let deployment: WizardProcess;

beforeAll(async () => {
  cluster = await startTestCluster();
  const made = await makeIdentity('localhost', new Redactor());
  certificate = { cert: made.certificate, key: made.key.reveal() };
  const options = ['--namespace=default', `--kubeconfig=${cluster.server.kubeconfigPath}`];
  const deployed = ['--mode=deployment', '--public-url=https://wizard.example', ...options];
  [laptop, deployment] = await Promise.all([startWizardProcess(options), startWizardProcess(deployed)]);
  const entered = await laptop.ask({ method: 'POST', path: `${api}/session`, body: { secret: laptop.secret } });
  expect(entered.status).toBe(200);
});

afterAll(async () => {
  await Promise.all([laptop.stop(), deployment.stop()]);
  await cluster.stop();
});

interface Trap {
  readonly url: string;
  /** What it was asked, with the login of the request. */
  readonly seen: string[];
  close(): void;
}

/** A server that writes down what it is asked, and answers with a redirect when it has a place for it. */
async function setTrap(location?: string): Promise<Trap> {
  const seen: string[] = [];
  const server: Server = createServer(certificate, (request, response) => {
    seen.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
    response.writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location });
    response.end('{}');
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const url = `https://localhost:${String((server.address() as AddressInfo).port)}`;
  return { url, seen, close: () => void server.close() };
}

function connect(given: Readonly<Record<string, string>>) {
  const body = { side: 'source', token: canary, ...given };
  return laptop.ask({ method: 'POST', path: `${api}/connections`, body });
}

describe('an address of a cluster that is a trap', () => {
  it('gets no token when its authority is unknown', async () => {
    const trap = await setTrap();
    const refused = await connect({ server: trap.url });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([502, 'tls-untrusted']);
    expect(trap.seen).toEqual([]);
    trap.close();
  });

  it('leads nowhere else', async () => {
    const inner = await setTrap();
    const trap = await setTrap(`${inner.url}/latest/meta-data`);
    const refused = await connect({ server: trap.url, ca: certificate.cert });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(trap.seen.length).toBeGreaterThan(0);
    expect(inner.seen).toEqual([]);
    expect(refused.text).not.toContain(canary);
    trap.close();
    inner.close();
  });

  it('is refused when it hides a login or another path in it', async () => {
    for (const server of ['https://user:password@localhost', 'https://localhost/?a=b', 'https://localhost/#a'])
      expect(stringAt((await connect({ server })).json, 'code')).toBe('address-refused');
  });
});

describe('a write from a relative of the own site', () => {
  it.each([
    ['a subdomain', { origin: 'https://evil.wizard.example' }],
    ['a sibling', { origin: 'https://evil.example' }],
    ['a longer name', { origin: 'https://wizard.example.evil.example' }],
    ['another port', { origin: 'https://wizard.example:8443' }],
    ['clear text', { origin: 'http://wizard.example' }],
    ['a sibling without an origin', { origin: undefined, 'sec-fetch-site': 'same-site' }],
    ['another name of the server', { host: 'evil.example' }],
  ])('%s is refused', async (_how, headers) => {
    const sent = { host: 'wizard.example', origin: 'https://wizard.example', ...headers };
    const body = { token: canary };
    const refused = await deployment.ask({ method: 'POST', path: `${api}/session`, body, headers: sent });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([403, 'request-refused']);
    expect(refused.headers['set-cookie']).toBeUndefined();
  });
});

describe('a token in a header', () => {
  it('of a peer that is no trusted proxy is ignored', async () => {
    const folder = join(cluster.scratch, 'tls');
    await mkdir(folder);
    await writeFile(join(folder, 'tls.crt'), certificate.cert);
    await writeFile(join(folder, 'tls.key'), certificate.key);
    const token = await cluster.makeAccount('default', 'jane', []);
    const options = [`--kubeconfig=${cluster.server.kubeconfigPath}`, '--namespace=default', `--tls-dir=${folder}`];
    const trustingNone = await startWizardProcess(['--mode=proxy', '--trusted-proxies=192.0.2.0/24', ...options]);
    const trusting = await startWizardProcess(['--mode=proxy', '--trusted-proxies=127.0.0.0/8', ...options]);
    try {
      expect(await sessionOf(trusting.port, token)).toContain('system:serviceaccount:default:jane');
      expect(await sessionOf(trustingNone.port, token)).toContain('anonymous');
    } finally {
      await Promise.all([trustingNone.stop(), trusting.stop()]);
    }
  });
});

async function sessionOf(port: number, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const place = { host: 'localhost', family: 4, port, path: `${api}/session`, ca: certificate.cert, agent: false };
  const request = openSecure({ ...place, headers });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
}

/** Sends a byte in a second. @returns what came back, and the seconds until the server cut the connection */
async function sendSlowly(begin: string): Promise<{ readonly answer: string; readonly seconds: number }> {
  const since = performance.now();
  const socket = connectPlain(laptop.port, '127.0.0.1');
  const timer = setInterval(() => socket.write('a'), 1000);
  socket.on('error', () => undefined).write(begin);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  await once(socket, 'close');
  clearInterval(timer);
  return { answer, seconds: (performance.now() - since) / 1000 };
}

/** A user without rights, whom each Unix has. */
const otherUser = { uid: 65534, gid: 65534 };

describe('another user of this computer', () => {
  // Only root may become another user.
  it.skipIf(process.getuid?.() !== 0)(
    'sees no secret in the list of processes, and gets nothing without it',
    async () => {
      const origin = `http://127.0.0.1:${String(laptop.port)}`;
      const headers = { 'content-type': 'application/json', 'x-crane-request': '1', origin };
      const guess = { method: 'POST', headers, body: JSON.stringify({ secret: 'x'.repeat(43) }) };
      const script = `
      import { readFileSync } from 'node:fs';
      const read = (name) => { try { return readFileSync('/proc/${String(laptop.pid)}/' + name, 'utf8'); } catch { return ''; } };
      const ask = async (path, init) => (await fetch('${origin}${api}' + path, init)).status;
      const statuses = [await ask('/migrations'), await ask('/session', ${JSON.stringify(guess)}), await ask('/runs/any')];
      console.log(JSON.stringify({ statuses, uid: process.getuid(), seen: read('cmdline') + read('environ') }));`;
      const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script], otherUser);
      const found = JSON.parse(stdout) as {
        readonly statuses: readonly number[];
        readonly uid: number;
        readonly seen: string;
      };
      expect([found.uid, found.statuses]).toEqual([otherUser.uid, [401, 401, 401]]);
      expect(found.seen).toContain('wizard');
      expect(found.seen).not.toContain(laptop.secret);
    },
  );
});

describe('a client that sends slowly', () => {
  it('is cut off, in its headers and in its body, and hinders no other', async () => {
    const head = `POST ${api}/session HTTP/1.1\r\nhost: 127.0.0.1:${String(laptop.port)}\r\n`;
    const own = `origin: http://127.0.0.1:${String(laptop.port)}\r\nx-crane-request: 1\r\n`;
    const body = `${head}${own}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"secret":"`;
    const slow = [`${head}x-slow: `, body].flatMap((begin) => Array.from({ length: 50 }, () => sendSlowly(begin)));
    const others = await Promise.all(Array.from({ length: 20 }, () => laptop.ask({ path: '/healthz' })));
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
    const cut = await Promise.all(slow);
    expect(Math.max(...cut.slice(0, 50).map(({ seconds }) => seconds))).toBeLessThan(20);
    expect(Math.max(...cut.slice(50).map(({ seconds }) => seconds))).toBeLessThan(30);
    expect(cut.filter(({ answer }) => answer !== '' && !/^HTTP\/1\.1 4\d\d /.test(answer))).toEqual([]);
  });
});

describe('SIGTERM', () => {
  it('ends the server within 2 s although clients hold streams open', async () => {
    const wizard = await startWizardProcess(['--namespace=default', `--kubeconfig=${cluster.server.kubeconfigPath}`]);
    await wizard.ask({ method: 'POST', path: `${api}/session`, body: { secret: wizard.secret } });
    const place = { host: '127.0.0.1', port: wizard.port, path: `${api}/events?topics=migrations`, agent: false };
    const stream = openPlain({ ...place, headers: { cookie: wizard.cookie() } });
    stream.on('error', () => undefined);
    const [response] = (await once(stream, 'response')) as [IncomingMessage];
    const closed = new Promise((resolve) => response.once('close', resolve));
    response.on('error', () => undefined).resume();
    const { took } = await wizard.stop();
    expect(took).toBeLessThan(2000);
    await closed;
  });
});
