import { readFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../testbed/clusters/loopback.ts';
import { findPassthroughTarget } from '../../../testbed/openshift/router/passthrough-target.ts';
import { createRouter } from '../../../testbed/openshift/router/router.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';

const loopback = '127.0.0.1';
const publicHost = 'default-route-openshift-image-registry.apps.test.test';

let environment: Environment;

beforeAll(async () => {
  environment = await startEnvironment();
  await environment.createNamespace('app');
});

afterAll(async () => environment.stop());

async function listen(server: Server): Promise<number> {
  const [port = 0] = await freePorts(1);
  await new Promise<void>((resolve) => server.listen(port, loopback, resolve));
  return port;
}

/** A server that opens TLS, answers each client with its name and all that it got, and then ends. */
async function startBackend(name: string): Promise<{ server: Server; port: number }> {
  const { certFile, keyFile } = environment.config.registry;
  const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile), allowHalfOpen: true };
  const server = createTlsServer(tls, (socket) => {
    const chunks: Buffer[] = [];
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => socket.end(Buffer.concat([Buffer.from(`${name}:`), ...chunks])));
  });
  return { server, port: await listen(server) };
}

/** Says something to a server as a client that wants a host, and gives the answer. */
async function ask(port: number, servername: string, message: string | Buffer): Promise<Buffer> {
  const socket: TLSSocket = connectTls({ host: loopback, port, servername, rejectUnauthorized: false });
  socket.end(message);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the router', () => {
  let backend: Awaited<ReturnType<typeof startBackend>>;
  let front: Awaited<ReturnType<typeof startBackend>>;
  let router: ReturnType<typeof createRouter>;
  let port: number;
  const complaints: string[] = [];

  beforeAll(async () => {
    [backend, front] = await Promise.all([startBackend('backend'), startBackend('front')]);
    const [closed = 0] = await freePorts(1);
    const hosts = new Map([
      ['through.test', backend.port],
      ['closed.test', closed],
    ]);
    const find = (host: string) => {
      const known = hosts.get(host);
      if (host === 'broken.test') return Promise.reject(new Error('no such Service'));
      return Promise.resolve(known === undefined ? undefined : { address: loopback, port: known });
    };
    router = createRouter({ find, front: front.server, log: (line) => complaints.push(line) });
    port = await listen(router.server);
  });

  afterAll(() => {
    router.closeAllConnections();
    for (const { server } of [router, backend, front]) server.close();
  });

  it('hands a connection to the Service of the host that it wants, both directions to their end', async () => {
    const large = Buffer.alloc(5_000_000, 'x');
    const answer = await ask(port, 'Through.test', large);
    expect(answer.subarray(0, 8).toString()).toBe('backend:');
    expect(answer.subarray(8).equals(large)).toBe(true);
  });

  it('lets the front answer all other hosts', async () => {
    expect((await ask(port, 'other.test', 'hello')).toString()).toBe('front:hello');
  });

  it('understands a greeting that comes in pieces', async () => {
    const relay = createServer({ allowHalfOpen: true }, (socket) => {
      const onward = connect({ host: loopback, port, noDelay: true, allowHalfOpen: true });
      onward.pipe(socket);
      socket.once('data', (hello: Buffer) => {
        const send = (offset: number): void => {
          onward.write(hello.subarray(offset, offset + 97));
          if (offset + 97 < hello.length) setTimeout(() => send(offset + 97), 2);
          else socket.pipe(onward);
        };
        send(0);
      });
    });
    const relayPort = await listen(relay);
    expect((await ask(relayPort, 'through.test', 'slowly')).toString()).toBe('backend:slowly');
    relay.close();
  });

  it.each(['closed.test', 'broken.test'])('ends a connection that it cannot hand on: %s', async (host) => {
    const answer = await ask(port, host, 'hello').catch(() => Buffer.from('broken'));
    expect(['', 'broken']).toContain(answer.toString());
  });

  it('says why it could not', () => {
    const refused = expect.stringContaining('routing a connection: connect ECONNREFUSED') as unknown;
    expect(complaints).toEqual([refused, 'routing a connection: no such Service']);
  });

  it.each(['', 'GET / HTTP/1.1\r\n\r\n', '\u0016\u0003\u0001\u0000\u0004\u0001\u0000\u0000\u0000', '\u0016'])(
    'ignores an invalid greeting: %j',
    async (text) => {
      const socket = connect({ host: loopback, port });
      socket.on('error', () => socket.destroy());
      socket.end(text);
      await new Promise((resolve) => socket.on('close', resolve).resume());
      expect((await ask(port, 'through.test', 'still there')).toString()).toBe('backend:still there');
    },
  );
});

describe('a Route', () => {
  const slice = (name: string, endpoint: object, ports: readonly object[]): object => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'app', labels: { 'kubernetes.io/service-name': name.split('.')[0] } },
    addressType: 'IPv4',
    endpoints: [endpoint],
    ports,
  });
  const address = '10.1.2.3';
  const ports = [
    { name: 'plain', port: 8080 },
    { name: 'tls', port: 8443 },
  ];
  const route = (name: string, spec: object): object => ({
    apiVersion: 'route.openshift.io/v1',
    kind: 'Route',
    metadata: { name, namespace: 'app' },
    spec: { host: `${name}.test`, to: { kind: 'Service', name: 'web' }, tls: { termination: 'passthrough' }, ...spec },
  });

  beforeAll(async () => {
    const objects = [
      slice('web.0', { addresses: ['10.1.2.2'], conditions: { ready: false } }, ports),
      slice('web.1', { addresses: [address], conditions: { ready: true } }, ports),
      slice('idle', { addresses: [address], conditions: { ready: false } }, ports),
      route('first', {}),
      route('by-name', { port: { targetPort: 'tls' } }),
      route('by-number', { port: { targetPort: 8080 } }),
      route('edge', { tls: { termination: 'edge' } }),
      route('no-port', { port: { targetPort: 'none' } }),
      route('no-pod', { to: { kind: 'Service', name: 'idle' } }),
      route('no-service', { to: { kind: 'Service', name: 'none' } }),
    ];
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    await environment.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
  });

  it.each([
    ['first', 8080],
    ['by-name', 8443],
    ['by-number', 8080],
  ])('of termination passthrough leads to a ready pod of its Service: %s', async (name, port) => {
    expect(await findPassthroughTarget(environment.kube, `${name}.test`)).toEqual({ address, port });
  });

  it.each(['edge', 'unknown'])('of another termination, or none, leads nowhere: %s', async (name) => {
    expect(await findPassthroughTarget(environment.kube, `${name}.test`)).toBeUndefined();
  });

  it.each(['no-port', 'no-pod', 'no-service'])('that leads to no pod is refused: %s', async (name) => {
    const finding = findPassthroughTarget(environment.kube, `${name}.test`);
    await expect(finding).rejects.toThrow(`routing ${name}.test: no ready pod`);
  });

  it('has its host from the oldest that asks for it', async () => {
    const later = route('later', { host: 'by-name.test', tls: { termination: 'edge' } });
    // Creation times are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await environment.kubectl(['create', '-f', '-'], JSON.stringify(later));
    expect(await findPassthroughTarget(environment.kube, 'by-name.test')).toEqual({ address, port: 8443 });
  });

  it('does not take away the registry’s own host', async () => {
    const { router } = environment.config;
    const text = await ask(
      router.port,
      publicHost,
      `GET /v2/ HTTP/1.1\r\nHost: ${publicHost}\r\nConnection: close\r\n\r\n`,
    );
    expect(text.toString()).toMatch(/^HTTP\/1\.1 401 [\s\S]*www-authenticate: /i);
  });
});

describe('an Ingress', () => {
  const passthrough = { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' };
  const ingress = (name: string, annotations: object): object => {
    const backend = { service: { name: 'ingressed', port: { number: 443 } } };
    const rules = [{ host: `${name}.test`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: 'app', annotations },
      spec: { rules },
    };
  };

  beforeAll(async () => {
    const endpoints = [{ addresses: ['10.1.2.9'], conditions: { ready: true } }];
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'ingressed', namespace: 'app', labels: { 'kubernetes.io/service-name': 'ingressed' } },
      addressType: 'IPv4',
      endpoints,
      ports: [
        { name: 'plain', port: 8080 },
        { name: 'tls', port: 8443 },
      ],
    };
    const ports = [
      { name: 'plain', port: 80, targetPort: 8080 },
      { name: 'tls', port: 443, targetPort: 8443 },
    ];
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ingressed', namespace: 'app' },
      spec: { ports },
    };
    const items = [service, slice, ingress('through', passthrough), ingress('opened', {})];
    const list = { apiVersion: 'v1', kind: 'List', items };
    await environment.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
  });

  it('that is to be handed through leads to a ready pod behind the port of its Service', async () => {
    expect(await findPassthroughTarget(environment.kube, 'through.test')).toEqual({ address: '10.1.2.9', port: 8443 });
  });

  it('that is to be opened leads nowhere', async () => {
    expect(await findPassthroughTarget(environment.kube, 'opened.test')).toBeUndefined();
  });

  it('learns in its status where the router is, only when it is to be handed through', async () => {
    const statusOf = async (name: string): Promise<string> =>
      environment.kubectl([
        'get',
        'ingress',
        name,
        '--namespace=app',
        '--output=jsonpath={.status.loadBalancer.ingress[0].hostname}',
      ]);
    await expect.poll(() => statusOf('through'), { timeout: 10_000 }).toMatch(/^router-default\./);
    expect(await statusOf('opened')).toBe('');
  });
});
