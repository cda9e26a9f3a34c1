import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { connectCluster } from '../../src/adapters/kube/connect.ts';
import { stringAt } from '../../src/domain/core/json-object.ts';
import type { Cluster } from '../../src/domain/kube/cluster.ts';
import type { Log } from '../../src/domain/core/ports.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { takeApiServer, type TakenApiServer } from './take-api-server.ts';

/** A real kube-apiserver with the means to fill it and to make accounts in it. */
export interface TestCluster {
  /** As administrator. */
  readonly cluster: Cluster;
  readonly server: TakenApiServer;
  readonly ca: string;
  /** A folder that goes away with the cluster. */
  readonly scratch: string;
  create(path: string, body: unknown): Promise<unknown>;
  /** A token of a service account that has the given rules in its namespace. */
  makeAccount(namespace: string, name: string, rules: readonly Rule[]): Promise<string>;
  /** Writes a kubeconfig with one context, `source`, and returns its path. */
  writeKubeconfig(
    name: string,
    user: Readonly<Record<string, unknown>>,
    cluster?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  stop(): Promise<void>;
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export const silentLog: Log = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};

const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces';

/** Takes a real API server that holds nothing but what it makes itself, and that no other test uses until `stop`. */
export async function startTestCluster(): Promise<TestCluster> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'crane-tasks-api-'));
  const server = await takeApiServer();
  const cluster = await connectCluster({
    kubeconfig: server.kubeconfigPath,
    context: undefined,
    environment: {},
    log: silentLog,
  });
  const ca = await readFile(server.caPath, 'utf8');
  const create = (at: string, body: unknown): Promise<unknown> => cluster.request({ method: 'POST', path: at, body });
  return {
    cluster,
    server,
    ca,
    scratch,
    create,
    makeAccount: (namespace, name, rules) => makeAccount(create, { namespace, name, rules }),
    writeKubeconfig: async (name, user, entry = {}) => {
      const folder = path.join(scratch, name);
      await mkdir(folder, { recursive: true });
      const file = path.join(folder, 'kubeconfig');
      const authority = { server: server.url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
      await writeFile(file, JSON.stringify(kubeconfigOf(user, { ...authority, ...entry })), { mode: 0o600 });
      return file;
    },
    stop: async () => {
      await cluster.close();
      await server.giveBack();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

interface Account {
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly Rule[];
}

async function makeAccount(create: TestCluster['create'], { namespace, name, rules }: Account): Promise<string> {
  const core = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await create(core, { metadata: { name } });
  await create(`${rbac}/${namespace}/roles`, { metadata: { name }, rules });
  await create(`${rbac}/${namespace}/rolebindings`, {
    metadata: { name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
  });
  const answer = await create(`${core}/${name}/token`, { spec: { expirationSeconds: 3600 } });
  return stringAt(answer, 'status', 'token') ?? '';
}

function kubeconfigOf(user: unknown, cluster: unknown): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'source',
    contexts: [{ name: 'source', context: { cluster: 'source', user: 'source' } }],
    clusters: [{ name: 'source', cluster }],
    users: [{ name: 'source', user }],
  };
}
