import { yamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import type { JsonObject } from '../../src/domain/core/json-object.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import type { Helm, ReleaseStatus, Revision } from '../../src/domain/helm/helm.ts';
import type { Cluster, ClusterRequest } from '../../src/domain/kube/cluster.ts';
import type { ReleasePorts } from '../../src/usecases/app/release-ports.ts';
import { refusal } from './memory-cluster.ts';

export const release = { namespace: 'shop', name: 'web' };
export const limits = { stallMilliseconds: 5000, patience: 1000, historyLimit: 5, wait: true };

export const deployments = '/apis/apps/v1/namespaces/shop/deployments';
export const leases = '/apis/coordination.k8s.io/v1/namespaces/shop/leases';
export const secrets = '/api/v1/namespaces/shop/secrets';

export const recordPath = (revision: number) => `${secrets}/sh.helm.release.v1.web.v${String(revision)}`;

/** The Secret of a revision by its path. */
export const record = (revision: number, status = 'pending-upgrade') => ({
  [recordPath(revision)]: {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `sh.helm.release.v1.web.v${String(revision)}`,
      namespace: 'shop',
      uid: `u${String(revision)}`,
      resourceVersion: '1',
      labels: { owner: 'helm', name: 'web', version: String(revision), status },
    },
  },
});

/** A Deployment as a cluster has it; `available` of one wanted Pod. */
export function liveDeployment(name: string, available = 1): JsonObject {
  const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: available };
  return { ...deployment(name), metadata: { name, namespace: 'shop', uid: name, generation: 1 }, status };
}

export function deployment(name: string): JsonObject {
  const spec = { replicas: 1, selector: { matchLabels: { app: name } } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
}

const served: Readonly<Record<string, unknown>> = {
  '/apis/apps/v1': { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }] },
};

/** A cluster with these objects by path, which follows writes, and knows the requests. */
export function memoryObjects(objects: Readonly<Record<string, JsonObject>>) {
  const all = new Map<string, unknown>(Object.entries({ ...served, ...objects }));
  const requests: string[] = [];
  const bodies: unknown[] = [];
  function answer({ method = 'GET', path, body }: ClusterRequest): unknown {
    requests.push(`${method} ${path}`);
    bodies.push(body);
    const sent = body as { readonly metadata?: { readonly name?: string } } | undefined;
    if (method === 'POST') return write(`${path}/${sent?.metadata?.name ?? ''}`, sent);
    const found = all.get(path);
    const isCollection = !/\/namespaces\/[^/]+\/[^/]+\/[^/]+$/.test(path);
    if (found === undefined && method === 'GET' && isCollection) return { items: itemsOf(path), metadata: {} };
    if (found === undefined) throw refusal(404, 'NotFound', 'not found');
    if (method === 'DELETE') all.delete(path);
    return method === 'PUT' ? write(path, sent) : found;
  }
  function write(path: string, sent: unknown): unknown {
    all.set(path, sent);
    return sent;
  }
  // A collection of all namespaces has no namespace in its path.
  function itemsOf(path: string): readonly unknown[] {
    const plural = path.slice(path.lastIndexOf('/') + 1);
    const start = path.includes('/namespaces/') ? path : path.replace(`/${plural}`, '');
    const isItem = (key: string): boolean => key.startsWith(`${start}/`) && key.split('/').at(-2) === plural;
    return [...all].filter(([key]) => isItem(key)).map(([, object]) => object);
  }
  const cluster: Cluster = {
    redactor: new Redactor(),
    contextName: 'destination',
    server: 'https://destination.test',
    request: (request) => Promise.resolve().then(() => answer(request)),
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  return { all, cluster, requests, bodies };
}

export function revisions(...statuses: readonly ReleaseStatus[]): readonly Revision[] {
  const common = { updated: '2026-01-01T00:00:00Z', chart: 'web-1.0.0', appVersion: '', description: '' };
  return statuses.map((status, index) => ({ ...common, revision: index + 1, status }));
}

interface Scene {
  readonly history?: readonly Revision[];
  readonly objects?: Readonly<Record<string, JsonObject>>;
  /** Objects of the chart; JSON is YAML. */
  readonly chart?: readonly JsonObject[];
  readonly helm?: Partial<Helm>;
}

/** A release in memory: helm that notes its calls, and a cluster whose time passes while a program waits. */
export function releaseScene({ history = [], objects = {}, chart = [], helm = {} }: Scene = {}) {
  const calls: string[] = [];
  const lines: string[] = [];
  const known = [...history];
  const manifest = chart.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
  const { all, cluster, requests, bodies } = memoryObjects(objects);
  let time = 0;
  const call = <T>(what: string, result: T): Promise<T> => {
    calls.push(what);
    return Promise.resolve(result);
  };
  const add = (): number => {
    const [added] = revisions('deployed');
    if (added !== undefined) known.push({ ...added, revision: known.length + 1 });
    return known.length;
  };
  const memoryHelm: Helm = {
    upgrade: () => call('upgrade', add()),
    dryRun: (_request, as) =>
      call(`dry run ${as}`, {
        chart: { metadata: { name: 'web', version: '1.0.0' } },
        manifest,
        hooks: [],
        config: {},
      }),
    rollback: ({ revision }) => call(`rollback ${String(revision)}`, add()).then(() => undefined),
    history: () => Promise.resolve([...known]),
    list: () => Promise.resolve([]),
    manifest: () => Promise.resolve(manifest),
    hooks: () => Promise.resolve(''),
    values: () => Promise.resolve({}),
    uninstall: () => call('uninstall', undefined),
    template: () => Promise.resolve(manifest),
    lint: () => Promise.resolve([]),
    ...helm,
  };
  const note = (line: string): void => void lines.push(line);
  const ports: ReleasePorts = {
    helm: memoryHelm,
    cluster,
    yaml: yamlCodec,
    log: {
      redactor: cluster.redactor,
      debug: note,
      info: note,
      warn: note,
      progress: () => undefined,
      item: () => undefined,
    },
    compress: (text) => new TextEncoder().encode(text),
    signal: new AbortController().signal,
    owner: 'this run',
    now: () => time,
    sleep: (milliseconds) => {
      time += milliseconds;
      return Promise.resolve();
    },
    every: () => () => undefined,
  };
  return { ports, calls, lines, requests, bodies, objects: all };
}
