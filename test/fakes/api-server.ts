import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** A request that reached the server. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly authorization: string;
  /** How many requests with this method and path came before. */
  readonly before: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What happens to a request in place of the plain answer. */
export type ApiFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  /** The plain answer breaks off in the middle; its length says that more should come. */
  | { readonly kind: 'cut' }
  /** The plain answer is packed, and breaks off in the middle; its length fits what comes. */
  | { readonly kind: 'cut-gzip' }
  | { readonly kind: 'text'; readonly type: string; readonly text: string }
  /** JSON that is packed already. */
  | { readonly kind: 'packed'; readonly bytes: Uint8Array }
  | { readonly kind: 'reset' }
  | { readonly kind: 'delay'; readonly milliseconds: number };

export interface FakeKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly objects: readonly Readonly<Record<string, unknown>>[];
}

export interface FakeApiOptions {
  /** Served in namespace `shop`. */
  readonly kinds: readonly FakeKind[];
  /** Added to the aggregated discovery of groups. */
  readonly extraGroups?: readonly unknown[];
  /** Whether the server knows aggregated discovery. */
  readonly aggregated?: boolean;
  readonly decide?: (request: ApiRequest) => ApiFault | undefined;
}

export interface FakeApi {
  readonly url: string;
  readonly requests: readonly ApiRequest[];
  /** Writes a kubeconfig with the context `fake` and returns its path. */
  writeKubeconfig(folder: string): Promise<string>;
  stop(): Promise<void>;
}

const verbs = ['create', 'delete', 'get', 'list'];

/**
 * Starts an API server on loopback that does what a real one cannot be made to do on demand. It lists with limit and
 * continue, as far as an export needs.
 */
export async function startFakeApi(options: FakeApiOptions): Promise<FakeApi> {
  const requests: ApiRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const request = readRequest(incoming, requests);
    requests.push(request);
    const fault = options.decide?.(request);
    const answer = plainAnswer(request, options);
    if (fault === undefined) sendJson(outgoing, answer);
    else breakAnswer(outgoing, answer, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${String(port)}`;
  return {
    url,
    requests,
    writeKubeconfig: (folder) => writeKubeconfig(folder, url),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readRequest({ url, method = 'GET', headers }: IncomingMessage, earlier: readonly ApiRequest[]): ApiRequest {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://localhost');
  return {
    method,
    path: pathname,
    query: searchParams,
    accept: headers.accept ?? '',
    authorization: headers.authorization ?? '',
    before: earlier.filter((request) => request.method === method && request.path === pathname).length,
    at: Date.now(),
  };
}

interface Plain {
  readonly status: number;
  readonly body: unknown;
}

function plainAnswer(request: ApiRequest, options: FakeApiOptions): Plain {
  const found = answerOf(request, options);
  if (found !== undefined) return { status: 200, body: found };
  const body = {
    kind: 'Status',
    status: 'Failure',
    reason: 'NotFound',
    message: `${request.path} not found`,
    code: 404,
  };
  return { status: 404, body };
}

function answerOf(request: ApiRequest, options: FakeApiOptions): unknown {
  const { path: asked } = request;
  const wantsAggregated = request.accept.includes('APIGroupDiscoveryList') && options.aggregated !== false;
  if (asked === '/version') return { gitVersion: 'v1.34.0' };
  if (asked === '/api/v1/namespaces/shop') return { metadata: { name: 'shop' } };
  if (asked === '/api/v1/namespaces/kube-system') return { metadata: { name: 'kube-system', uid: 'uid-of-fake' } };
  if (asked === '/api')
    return wantsAggregated ? aggregatedOf(options, true) : { kind: 'APIVersions', versions: ['v1'] };
  if (asked === '/apis') return wantsAggregated ? aggregatedOf(options, false) : groupList(options);
  return resourceList(asked, options) ?? collectionOrObject(request, options);
}

function aggregatedOf({ kinds, extraGroups }: FakeApiOptions, core: boolean): unknown {
  const chosen = kinds.filter((kind) => (kind.group === '') === core);
  const groups = [...new Set(chosen.map((kind) => kind.group))].map((group) => ({
    metadata: { name: group },
    versions: [...new Set(chosen.filter((kind) => kind.group === group).map((kind) => kind.version))].map(
      (version) => ({
        version,
        freshness: 'Current',
        resources: chosen
          .filter((kind) => kind.group === group && kind.version === version)
          .map(({ plural, kind }) => ({ resource: plural, responseKind: { kind }, scope: 'Namespaced', verbs })),
      }),
    ),
  }));
  return { kind: 'APIGroupDiscoveryList', items: [...groups, ...(core ? [] : (extraGroups ?? []))] };
}

function groupList({ kinds }: FakeApiOptions): unknown {
  const groups = [...new Set(kinds.map((kind) => kind.group).filter((group) => group !== ''))];
  return {
    kind: 'APIGroupList',
    groups: groups.map((name) => {
      const versions = [...new Set(kinds.filter((kind) => kind.group === name).map((kind) => kind.version))];
      return { name, versions: versions.map((version) => ({ version })), preferredVersion: { version: versions[0] } };
    }),
  };
}

function rootOf({ group, version }: FakeKind): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

function resourceList(asked: string, { kinds }: FakeApiOptions): unknown {
  const here = kinds.filter((kind) => rootOf(kind) === asked);
  if (here.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    resources: here.map(({ plural, kind }) => ({ name: plural, kind, namespaced: true, verbs })),
  };
}

function collectionOrObject({ path: asked, query }: ApiRequest, { kinds }: FakeApiOptions): unknown {
  for (const kind of kinds) {
    const collection = `${rootOf(kind)}/namespaces/shop/${kind.plural}`;
    if (asked === collection) return listOf(kind, query);
    if (asked.startsWith(`${collection}/`))
      return objectOf(kind, decodeURIComponent(asked.slice(collection.length + 1)));
  }
  return undefined;
}

function listOf({ kind, objects }: FakeKind, query: URLSearchParams): unknown {
  const from = Number(query.get('continue') ?? '0');
  const limit = Number(query.get('limit') ?? '500');
  const next = from + limit;
  const metadata = { resourceVersion: '7', ...(next < objects.length ? { continue: String(next) } : {}) };
  return { kind: `${kind}List`, apiVersion: 'v1', metadata, items: objects.slice(from, next) };
}

function objectOf({ group, version, kind, objects }: FakeKind, name: string): unknown {
  const found = objects.find((object) => JSON.stringify(object['metadata']).includes(`"name":${JSON.stringify(name)}`));
  return found === undefined ? undefined : { apiVersion: `${group}/${version}`, kind, whole: true, ...found };
}

function sendJson(outgoing: ServerResponse, { status, body }: Plain, headers: Record<string, string> = {}): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
  outgoing.end(JSON.stringify(body));
}

function breakAnswer(outgoing: ServerResponse, answer: Plain, fault: ApiFault): void {
  const text = JSON.stringify(answer.body);
  const half = text.slice(0, text.length / 2);
  switch (fault.kind) {
    case 'status':
      sendJson(
        outgoing,
        { status: fault.status, body: fault.body ?? { kind: 'Status', message: 'told to' } },
        fault.headers,
      );
      return;
    case 'cut':
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      outgoing.write(half, () => outgoing.destroy());
      return;
    case 'cut-gzip': {
      const packed = gzipSync(text);
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      outgoing.end(packed.subarray(0, packed.length / 2));
      return;
    }
    case 'text':
      outgoing.writeHead(200, { 'content-type': fault.type });
      outgoing.end(fault.text);
      return;
    case 'packed':
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      outgoing.end(fault.bytes);
      return;
    case 'reset':
      outgoing.destroy();
      return;
    case 'delay':
      setTimeout(() => sendJson(outgoing, answer), fault.milliseconds);
  }
}

async function writeKubeconfig(folder: string, server: string): Promise<string> {
  const file = path.join(folder, 'kubeconfig');
  const config = {
    'current-context': 'fake',
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
    clusters: [{ name: 'fake', cluster: { server } }],
    users: [{ name: 'fake', user: { token: 'canary-token-of-fake' } }],
  };
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(config));
  return file;
}
