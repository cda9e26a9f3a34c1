import { createServer, type ServerResponse } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connectCluster } from '../../../../src/adapters/kube/connect.ts';
import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';
import { exitCodeOf } from '../../../../src/domain/core/errors.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { resolveKinds, discoverAllKinds } from '../../../../src/usecases/cluster/resolve-kinds.ts';
import { listVersions, listPods } from '../../../../src/usecases/cluster/list-objects.ts';
import { readClusterUid } from '../../../../src/usecases/cluster/cluster-uid.ts';
import { generateKubeconfig } from '../../../../src/usecases/kubeconfig/generate-kubeconfig.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import type { Folder } from '../../../../src/domain/core/ports.ts';
import { findRegistryInfo } from '../../../../src/usecases/images/plan/registry-info.ts';
import { captureSurface } from '../../../../src/usecases/validate/capture-surface.ts';
import { surveyPlanned } from '../../../../src/usecases/verify/survey-planned.ts';
import { checkObjects } from '../../../../src/usecases/verify/check-objects.ts';
import { aResource } from '../../../builders/transform.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const redactor = new Redactor();

type Answer = (response: ServerResponse, path: string) => void;

const silent = {
  redactor,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};

function json(body: unknown): Answer {
  return (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function byPath(answers: Readonly<Record<string, unknown>>): Answer {
  return (response, asked) => {
    const found = answers[asked];
    if (found !== undefined) json(found)(response, asked);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
  };
}

const html: Answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>');

/** What servers that are not the API of a cluster answer. */
const strangers: readonly [name: string, answer: Answer][] = [
  ['a page for people', html],
  ['an empty body', (response) => response.writeHead(200).end()],
  ['an empty JSON body', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end()],
  [
    'a redirect to a login page',
    (response, asked) => {
      if (asked === '/login') html(response, asked);
      else response.writeHead(302, { location: '/login' }).end();
    },
  ],
  [
    'a redirect with a JSON body',
    (response) =>
      response.writeHead(302, { location: '/login', 'content-type': 'application/json' }).end('{"kind":"APIVersions"}'),
  ],
  ['an empty object', json({})],
  ['an empty list', json([])],
  ['null', json(null)],
  ['a text', json('ok')],
  ['a list without a kind', json({ items: [] })],
  ['the health of something', json({ status: 'UP' })],
  ['no such page', (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<html>404</html>')],
];

let folder: string;
let kubeconfig: string;
let answer: Answer = json({});
const server = createServer((request, response) => {
  answer(response, new URL(request.url ?? '/', 'http://localhost').pathname);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(path.join(tmpdir(), 'not-kubernetes-'));
  kubeconfig = path.join(folder, 'kubeconfig');
  const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const config = {
    contexts: [{ name: 'source', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: address } }],
    users: [{ name: 'u', user: { token: 't' } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function connect(): Promise<Cluster> {
  return connectCluster({ kubeconfig, context: 'source', environment: {}, log: silent });
}

async function ask<T>(given: Answer, run: (cluster: Cluster) => Promise<T>): Promise<T> {
  answer = given;
  const cluster = await connect();
  try {
    return await run(cluster);
  } finally {
    await cluster.close();
  }
}

const unused = (): never => {
  throw new Error('must not be used');
};

function generate(cluster: Cluster): Promise<unknown> {
  const folderThatIsNotWritten: Folder = {
    path: '/nowhere',
    ...{ read: unused, write: unused, remove: unused, list: unused, folder: unused },
    ...{ readLines: unused, writeParts: unused, walk: unused },
  };
  const settings = { ca: undefined, insecureSkipTlsVerify: false, proxyUrl: undefined, tlsServerName: undefined };
  const secret = { url: cluster.server, token: redactor.secret('t'), ...settings };
  const request = { secret: { namespace: 'a', name: 'b' }, contextName: 'c', embedToken: false };
  return generateKubeconfig(
    { ...request, insecureSkipTlsVerify: false },
    {
      readSecret: () => Promise.resolve(secret),
      connect: () => Promise.resolve(cluster),
      folder: folderThatIsNotWritten,
      file: 'kubeconfig',
      ...{ whileLocked: unused, ensureRecipient: unused, digestOf: unused },
      yaml: { parse: unused, format: unused },
      log: silent,
    },
  );
}

function findRegistry(cluster: Cluster): Promise<unknown> {
  const input = { isNeeded: true, strict: false, given: {} };
  return findRegistryInfo(input, { connect: () => Promise.resolve(cluster), log: silent });
}

function verify(cluster: Cluster): Promise<unknown> {
  const yaml = { parse: unused, format: unused };
  const planned = [aResource('v1 ConfigMap', 'one')];
  return checkObjects(planned, surveyPlanned(planned), {
    cluster,
    yaml,
    sha256: unused,
    log: silent,
    makeList: () => [],
  });
}

const programs: readonly [name: string, run: (cluster: Cluster) => Promise<unknown>][] = [
  ['an export', discoverAllKinds],
  ['an apply', (cluster) => resolveKinds(cluster, ['v1', 'apps/v1'])],
  ['a verification', verify],
  ['a validation', (cluster) => captureSurface(cluster, 'shop')],
  ['the search for a registry', findRegistry],
  ['a proof of a login', generate],
];

describe('a server that is not the API of a cluster', () => {
  for (const [program, run] of programs) {
    it.each(strangers)(`ends ${program} when it answers with %s`, async (_name, given) => {
      const error = await thrownBy(() => ask(given, run));
      expect(exitCodeOf(error)).toBe(3);
      expect(['not-kubernetes', 'cluster-refused']).toContain(error.code);
      expect(error.message).toMatch(/(?:GET|POST) \/\S+ of http:\/\/127\.0\.0\.1:\d+/);
      expect(error.remedy).not.toBe('');
    });
  }

  it('is named as such, with what was asked and what came', async () => {
    const error = await thrownBy(() => ask(json({ items: [], secret: 'canary' }), discoverAllKinds));
    expect(error.code).toBe('not-kubernetes');
    expect(error.message).toContain('expected APIVersions, got an object with the keys items, secret');
    expect(error.message).not.toContain('canary');
    expect(error.remedy).toContain('server address');
  });

  it('is named with the place that it redirects to', async () => {
    const redirect: Answer = (response) =>
      response.writeHead(307, { location: 'https://sso.example/a?b=canary' }).end();
    const error = await thrownBy(() => ask(redirect, discoverAllKinds));
    expect(error.code).toBe('not-kubernetes');
    expect(error.message).toContain('redirects to https://sso.example');
    expect(error.message).not.toContain('canary');
  });
});

const core = { kind: 'APIVersions', versions: ['v1'] };
const pods = { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] };

describe('the discovery of a cluster', () => {
  it('takes null for an empty list, as Go writes it', async () => {
    const given = byPath({
      '/api': core,
      '/apis': { kind: 'APIGroupList', groups: null },
      '/api/v1': { kind: 'APIResourceList', resources: [pods] },
    });
    expect((await ask(given, discoverAllKinds)).kinds.map(({ plural }) => plural)).toEqual(['pods']);
  });

  it.each([
    ['without versions', { '/api': { kind: 'APIVersions', versions: null }, '/apis': { kind: 'APIGroupList' } }],
    [
      'without resources',
      {
        '/api': core,
        '/apis': { kind: 'APIGroupList', groups: [] },
        '/api/v1': { kind: 'APIResourceList', resources: null },
      },
    ],
    [
      'in the aggregated form without groups',
      { '/api': { kind: 'APIGroupDiscoveryList', items: null }, '/apis': { kind: 'APIGroupDiscoveryList', items: [] } },
    ],
    [
      'in the aggregated form with a list that is none',
      { '/api': { kind: 'APIGroupDiscoveryList', items: {} }, '/apis': { kind: 'APIGroupDiscoveryList', items: [] } },
    ],
  ])('ends when it is %s', async (_name, answers) => {
    const error = await thrownBy(() => ask(byPath(answers), discoverAllKinds));
    expect([error.code, exitCodeOf(error)]).toEqual(['not-kubernetes', 3]);
  });

  it('names a group version whose resources are not a list as unknown', async () => {
    const given = byPath({
      '/api': core,
      '/apis': { kind: 'APIGroupList', groups: [{ name: 'a.example', versions: [{ version: 'v1' }] }] },
      '/api/v1': { resources: [pods] },
      '/apis/a.example/v1': { status: 'UP' },
    });
    const { kinds, unknown } = await ask(given, discoverAllKinds);
    expect(kinds).toHaveLength(1);
    expect(unknown.map(({ group }) => group)).toEqual(['a.example']);
    expect(unknown[0]?.reason).toContain('expected APIResourceList, got an object with the keys status');
  });

  it('finds nothing of a group version that the cluster does not serve', async () => {
    const found = await ask(byPath({ '/api': core }), (cluster) => resolveKinds(cluster, ['a.example/v1']));
    expect(found.size).toBe(0);
  });

  it('believes a cluster that lets the account see nothing of its API', async () => {
    const given: Answer = (response, asked) => {
      if (asked === '/api') response.writeHead(403, { 'content-type': 'application/json' }).end('{"kind":"Status"}');
      else byPath({})(response, asked);
    };
    expect((await ask(given, (cluster) => resolveKinds(cluster, ['a.example/v1']))).size).toBe(0);
  });
});

describe('a list of a cluster', () => {
  const lists: readonly [name: string, run: (cluster: Cluster) => Promise<unknown>][] = [
    ['listPods', (cluster) => listPods(cluster, 'shop')],
    ['listVersions', (cluster) => listVersions({ cluster, kind: knownKinds.pods, namespace: 'shop' })],
  ];

  it.each(lists)('is refused by %s when it is none', async (_name, run) => {
    for (const body of [{}, [], { items: {} }, { kind: 'Pod' }, null]) {
      const error = await thrownBy(() => ask(json(body), run));
      expect(error.code).toBe('cluster-refused');
      expect(error.message).toContain('GET /api/v1/namespaces/shop/pods of http://127.0.0.1');
      expect(error.message).toContain('expected a list');
    }
  });

  it.each(lists)('may be null for %s, as Go writes an empty one', async (_name, run) => {
    await expect(ask(json({ kind: 'PodList', items: null }), run)).resolves.toBeDefined();
  });
});

describe('the UID of a cluster', () => {
  it('is not empty because the answer is not a namespace', async () => {
    const error = await thrownBy(() => ask(json({}), readClusterUid));
    expect(error.code).toBe('not-kubernetes');
    expect(error.message).toContain('expected a Namespace, got an object without keys');
  });
});
