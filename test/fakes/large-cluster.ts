import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An API server that takes no time to fill: it makes up what it lists. */
export interface LargeCluster {
  readonly url: string;
  /** Queries of the lists of namespaces. */
  readonly namespaceLists: URLSearchParams[];
  stop(): Promise<void>;
}

export interface LargeClusterOptions {
  readonly namespaces?: number;
  readonly runs?: number;
  /** Milliseconds until an answer. */
  readonly delay?: number;
}

const runsOfMigration = 10;
const tasksOfRun = 12;

/** Accepts every token. A watch is opened and never reports anything. */
export async function startLargeCluster({
  namespaces = 0,
  runs = 0,
  delay = 0,
}: LargeClusterOptions): Promise<LargeCluster> {
  const namespaceLists: URLSearchParams[] = [];
  const namespaceList = Array.from({ length: namespaces }, (_, index) =>
    aNamespace(`team-${String(index).padStart(5, '0')}`),
  );
  const runList = Array.from({ length: runs }, (_, index) => aRun(index));
  const migrationList = Array.from({ length: Math.ceil(runs / runsOfMigration) }, (_, index) => aMigration(index));
  const answers: Readonly<Record<string, (query: URLSearchParams) => object>> = {
    '/api/v1/namespaces': (query) => pageOf('Namespace', namespaceList, query),
    '/apis/tekton.dev/v1/namespaces/migrations/pipelineruns': (query) => {
      const name = /metadata\.name=(.*)/.exec(query.get('fieldSelector') ?? '')?.[1];
      const found = name === undefined ? runList : runList.filter(({ metadata }) => metadata.name === name);
      return pageOf('PipelineRun', found, query);
    },
    '/api/v1/namespaces/kube-system': () => ({ kind: 'Namespace', metadata: { name: 'kube-system', uid: 'large' } }),
    '/version': () => ({ gitVersion: 'v1.36.0' }),
    '/api/v1/namespaces/migrations/configmaps': (query) => pageOf('ConfigMap', migrationList, query),
  };
  // What is measured is the client: no answer is made twice.
  const texts = new Map<string, string>();
  const server: Server = createServer((request, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    response.setHeader('content-type', 'application/json');
    if (searchParams.get('watch') === 'true') {
      response.flushHeaders();
      return;
    }
    const nothing = {
      status: { userInfo: { username: 'jane' }, allowed: true },
      items: [],
      metadata: { resourceVersion: '1' },
    };
    if (pathname === '/api/v1/namespaces') namespaceLists.push(searchParams);
    const key = `${pathname}?${searchParams.toString()}`;
    const text = texts.get(key) ?? JSON.stringify(answers[pathname]?.(searchParams) ?? nothing);
    texts.set(key, text);
    void sleep(delay).then(() => response.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    namespaceLists,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A page of a list, as `limit` and `continue` ask for it. */
function pageOf(kind: string, all: readonly object[], query: URLSearchParams): object {
  const start = Number(query.get('continue') ?? 0);
  const end = start + Number(query.get('limit') ?? all.length);
  const more = end < all.length ? { continue: String(end) } : {};
  return { kind: `${kind}List`, items: all.slice(start, end), metadata: { resourceVersion: '1', ...more } };
}

function aNamespace(name: string): object {
  return { metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } };
}

function labelsOf(index: number): object {
  return { 'crane-tasks.dev/migration': `move-${String(index)}`, 'crane-tasks.dev/action': 'stage' };
}

/** As large as Tekton makes it: with the Pipeline in its status. */
function aRun(index: number) {
  const tasks = Array.from({ length: tasksOfRun }, (_, task) => ({
    name: `task-${String(task)}`,
    taskRef: { kind: 'Task', name: `crane-task-${String(task)}` },
    params: Array.from({ length: 8 }, (_unused, param) => ({
      name: `param-${String(param)}`,
      value: `$(params.param-${String(param)})`,
    })),
  }));
  const name = `move-${String(Math.floor(index / runsOfMigration))}-stage-${String(index)}`;
  const startTime = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name,
      namespace: 'migrations',
      creationTimestamp: startTime,
      resourceVersion: '1',
      labels: labelsOf(Math.floor(index / runsOfMigration)),
    },
    spec: { pipelineRef: { name: 'crane-stage' } },
    status: {
      startTime,
      completionTime: startTime,
      conditions: [{ type: 'Succeeded', status: 'True', reason: 'Succeeded', message: 'Tasks Completed: 12' }],
      pipelineSpec: { tasks },
    },
  };
}

function aMigration(index: number): object {
  const answers = `schemaVersion: 1\nname: move-${String(index)}\nsource:\n  namespace: shop\ndestination:\n  namespace: shop\n`;
  const plan = {
    schemaVersion: 1,
    claims: [],
    runs: [{ action: 'stage', pipeline: 'crane-stage', params: { 'source-namespace': 'shop' } }],
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `migration-move-${String(index)}`,
      namespace: 'migrations',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: labelsOf(index),
      uid: `uid-${String(index)}`,
    },
    data: { 'answers.yaml': answers, 'plan.json': JSON.stringify(plan) },
  };
}
