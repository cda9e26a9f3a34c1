import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connectCluster } from '../src/adapters/kube/connect.ts';
import { stringAt } from '../src/domain/core/json-object.ts';
import { startApiServer, type ApiServer } from '../testbed/clusters/api-server.ts';
import { programPath } from '../testbed/clusters/programs.ts';
import { startDelayProxy } from '../test/fakes/delay-proxy.ts';
import { measure, median, type Measurement } from './measure.ts';
import { Redactor } from '../src/domain/core/secret.ts';

const roundTrip = 20;

export interface ApplySize {
  readonly resources: number;
  readonly runs: number;
}

const usual: ApplySize = { resources: 1000, runs: 5 };

export interface ApplyFigures {
  readonly resources: number;
  readonly roundTripMilliseconds: number;
  readonly ours: Measurement;
  readonly kubectl: Measurement;
  /** Run again when nothing changed. */
  readonly oursAgain: Measurement;
  readonly kubectlAgain: Measurement;
}

/**
 * Applies resources to a real kube-apiserver behind a proxy that adds a round trip, side by side with
 * `kubectl apply --server-side`. Each run gets a namespace of its own; afterwards each must hold all of them.
 */
export async function benchApply({ resources, runs }: ApplySize = usual): Promise<ApplyFigures> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-apply-'));
  const server = await startApiServer({ dir: join(dir, 'server') });
  const proxy = await startDelayProxy(new URL(server.url).host, roundTrip);
  try {
    const kubeconfig = await behindProxy(server, proxy.host, dir);
    await writeManifests(join(dir, 'manifests'), resources);
    const contenders = { ours: oursCommand, kubectl: kubectlCommand };
    const bench = { server, kubeconfig, manifests: join(dir, 'manifests') };
    const first = { ours: [] as Measurement[], kubectl: [] as Measurement[] };
    const again = { ours: [] as Measurement[], kubectl: [] as Measurement[] };
    // The contenders take turns, so that a slow minute of the computer hits both.
    for (let run = 0; run < runs; run += 1) {
      for (const name of ['kubectl', 'ours'] as const) {
        const namespace = `${name}-${String(run)}`;
        await makeNamespace(server, namespace);
        const command = contenders[name]({ ...bench, namespace });
        first[name].push(await checked(command));
        await checkCount(server, namespace, resources);
        again[name].push(await checked(command));
      }
    }
    const middle = (all: readonly Measurement[]): Promise<Measurement> => {
      const left = [...all];
      return median(all.length, () => Promise.resolve(left.pop() ?? fail()));
    };
    return {
      resources,
      roundTripMilliseconds: roundTrip,
      ours: await middle(first.ours),
      kubectl: await middle(first.kubectl),
      oursAgain: await middle(again.ours),
      kubectlAgain: await middle(again.kubectl),
    };
  } finally {
    await proxy.stop();
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Contest {
  readonly kubeconfig: string;
  readonly manifests: string;
  readonly namespace: string;
}

function oursCommand({ kubeconfig, manifests, namespace }: Contest): [string, ...string[]] {
  const args = [`--kubeconfig=${kubeconfig}`, `--namespace=${namespace}`, `--output-dir=${manifests}`];
  return ['node', 'dist/crane-tasks.mjs', 'kubectl-apply-files', ...args];
}

function kubectlCommand({ kubeconfig, manifests, namespace }: Contest): [string, ...string[]] {
  const args = ['apply', '--server-side', '--recursive', '-f', join(manifests, 'resources')];
  return [programPath('kubectl'), `--kubeconfig=${kubeconfig}`, `--namespace=${namespace}`, ...args];
}

async function checked(command: readonly [string, ...string[]]): Promise<Measurement> {
  const result = await measure(command);
  if (result.exitCode !== 0) throw new Error(`${command[0]} ended with ${String(result.exitCode)}`);
  return result;
}

/** As a migration has it: the address of the proxy, and the token of a service account. */
async function behindProxy(server: ApiServer, host: string, dir: string): Promise<string> {
  const config: unknown = JSON.parse(
    (await readFile(server.kubeconfigPath, 'utf8')).replaceAll(server.url, `https://${host}`),
  );
  const name = stringAt(config, 'users', 0, 'name');
  const users = [{ name, user: { token: await makeAccount(server) } }];
  const file = join(dir, 'kubeconfig');
  await writeFile(file, JSON.stringify({ ...Object(config), users }), { mode: 0o600 });
  return file;
}

/** Gives the token of a new account that may do everything. */
async function makeAccount(server: ApiServer): Promise<string> {
  const account = { kind: 'ServiceAccount', name: 'bench', namespace: 'default' };
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  const binding = {
    metadata: { name: 'bench' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [account],
  };
  return withCluster(server, async (request) => {
    await request({ method: 'POST', path: accounts, body: { metadata: { name: account.name } } });
    const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
    await request({ method: 'POST', path: bindings, body: binding });
    const answer = await request({ method: 'POST', path: `${accounts}/bench/token`, body: { spec: {} } });
    return stringAt(answer, 'status', 'token') ?? '';
  });
}

async function makeNamespace(server: ApiServer, namespace: string): Promise<void> {
  await withCluster(server, (request) =>
    request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } }),
  );
}

async function checkCount(server: ApiServer, namespace: string, resources: number): Promise<void> {
  const found = await withCluster(server, async (request) => {
    const lists = await Promise.all(
      Object.values(kinds).map(({ path }) => request({ path: path.replace('NAMESPACE', namespace) })),
    );
    return lists.reduce<number>((sum, list) => sum + itemsIn(list), 0);
  });
  if (found < resources) throw new Error(`${namespace} holds ${String(found)} of ${String(resources)} resources`);
}

function itemsIn(list: unknown): number {
  const items = typeof list === 'object' && list !== null && 'items' in list ? list.items : undefined;
  return Array.isArray(items) ? items.length : 0;
}

type Request = (request: { method?: 'POST'; path: string; body?: unknown }) => Promise<unknown>;

async function withCluster<T>(server: ApiServer, act: (request: Request) => Promise<T>): Promise<T> {
  const cluster = await connectCluster({
    kubeconfig: server.kubeconfigPath,
    context: '',
    environment: {},
    log: silent,
  });
  try {
    return await act((request) => cluster.request(request));
  } finally {
    await cluster.close();
  }
}

const data = { 'settings.properties': 'color=blue\nsize=medium\n'.repeat(20), mode: 'production' };

function workload(name: string): object {
  const labels = { app: name };
  const env = [{ name: 'MODE', value: 'production' }];
  const containers = [{ name: 'main', image: 'registry.example.com/shop/web:1.0', env }];
  return { spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } } };
}

const core = '/api/v1/namespaces/NAMESPACE';
/** A mix as applications have it; parts of the whole. */
const kinds = {
  ConfigMap: { apiVersion: 'v1', path: `${core}/configmaps`, share: 0.3, body: () => ({ data }) },
  Secret: { apiVersion: 'v1', path: `${core}/secrets`, share: 0.2, body: () => ({ stringData: data }) },
  Service: {
    apiVersion: 'v1',
    path: `${core}/services`,
    share: 0.2,
    body: (name: string) => ({ spec: { clusterIP: 'None', selector: { app: name } } }),
  },
  Deployment: {
    apiVersion: 'apps/v1',
    path: '/apis/apps/v1/namespaces/NAMESPACE/deployments',
    share: 0.2,
    body: workload,
  },
  NetworkPolicy: {
    apiVersion: 'networking.k8s.io/v1',
    path: '/apis/networking.k8s.io/v1/namespaces/NAMESPACE/networkpolicies',
    share: 0.1,
    body: (name: string) => ({ spec: { podSelector: { matchLabels: { app: name } } } }),
  },
} as const;

async function writeManifests(folder: string, resources: number): Promise<void> {
  await mkdir(join(folder, 'resources'), { recursive: true });
  for (const [kind, { apiVersion, share, body }] of Object.entries(kinds)) {
    for (let index = 0; index < resources * share; index += 1) {
      const name = `${kind.toLowerCase()}-${String(index)}`;
      const manifest = { apiVersion, kind, metadata: { name }, ...body(name) };
      await writeFile(join(folder, 'resources', `${name}.yaml`), JSON.stringify(manifest, undefined, 2));
    }
  }
}

function fail(): never {
  throw new Error('fewer measurements than runs');
}

const silent = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};
