import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pLimit from 'p-limit';

import { connectCluster } from '../src/adapters/kube/connect.ts';
import { messageOf } from '../src/domain/core/errors.ts';
import type { Cluster } from '../src/domain/kube/cluster.ts';
import { startApiServer } from '../testbed/clusters/api-server.ts';
import { programPath } from '../testbed/clusters/programs.ts';
import { measure, middleOf, type Measurement } from './measure.ts';
import { Redactor } from '../src/domain/core/secret.ts';

const namespace = 'bench';

export interface ExportSize {
  readonly objects: number;
  readonly runs: number;
}

const usual: ExportSize = { objects: 20_000, runs: 5 };

export interface ExportFigures {
  readonly objects: number;
  readonly kubectl: Measurement;
  readonly ours: Measurement;
}

/** Exports objects of eight kinds from a real kube-apiserver, side by side with `kubectl get -o yaml`. */
export async function benchExport({ objects, runs }: ExportSize = usual): Promise<ExportFigures> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-export-'));
  // In memory: removing and writing 20,000 files keeps the journal of a disk busy for longer than an export takes.
  const memory = await mkdtemp('/dev/shm/bench-export-');
  const server = await startApiServer({ dir });
  try {
    await fill(server.kubeconfigPath, objects);
    const measured: { readonly kubectl: Measurement; readonly ours: Measurement }[] = [];
    for (let run = 0; run < runs; run += 1) {
      const kubectl = await checked(['kubectl', ...kubectlArgs(server.kubeconfigPath)]);
      measured.push({ kubectl, ours: await exportInto(join(memory, 'export'), server.kubeconfigPath, objects) });
    }
    return {
      objects,
      kubectl: middleOf(measured.map(({ kubectl }) => kubectl)),
      ours: middleOf(measured.map(({ ours }) => ours)),
    };
  } finally {
    await server.stop();
    await Promise.all([dir, memory].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** Exports into a folder that is not there before. */
async function exportInto(target: string, kubeconfig: string, objects: number): Promise<Measurement> {
  await rm(target, { recursive: true, force: true });
  const result = await checked(oursCommand(kubeconfig, target));
  const files = await readdir(join(target, 'resources', namespace));
  if (files.length < objects) throw new Error(`exported ${String(files.length)} files of ${String(objects)}`);
  return result;
}

function kubectlArgs(kubeconfig: string): readonly string[] {
  const kinds = Object.values(kindsToFill)
    .map(({ plural }) => plural)
    .join(',');
  return ['--kubeconfig', kubeconfig, 'get', kinds, '-n', namespace, '-o', 'yaml'];
}

function oursCommand(kubeconfig: string, target: string): [string, ...string[]] {
  return [
    'node',
    'dist/crane-tasks.mjs',
    'crane-export',
    '--context=local',
    `--namespace=${namespace}`,
    `--kubeconfig=${kubeconfig}`,
    `--export-dir=${target}`,
  ];
}

async function checked(command: readonly [string, ...string[]]): Promise<Measurement> {
  const [program, ...args] = command;
  const result = await measure([program === 'kubectl' ? programPath('kubectl') : program, ...args]);
  if (result.exitCode !== 0) throw new Error(`${program} ended with ${String(result.exitCode)}`);
  return result;
}

const data = { 'settings.properties': 'color=blue\nsize=medium\n'.repeat(20), mode: 'production' };
const podTemplate = (name: string): object => ({
  metadata: { labels: { app: name } },
  spec: {
    containers: [{ name: 'main', image: 'registry.example.com/shop/web:1.0', env: [{ name: 'A', value: 'b' }] }],
  },
});
const selector = (name: string): object => ({ matchLabels: { app: name } });

const kindsToFill = {
  ConfigMap: { plural: 'configmaps', api: '/api/v1', body: () => ({ data }) },
  Secret: { plural: 'secrets', api: '/api/v1', body: () => ({ stringData: data }) },
  Service: {
    plural: 'services',
    api: '/api/v1',
    body: (name: string) => ({ spec: { clusterIP: 'None', selector: { app: name } } }),
  },
  ServiceAccount: { plural: 'serviceaccounts', api: '/api/v1', body: () => ({}) },
  Deployment: {
    plural: 'deployments.apps',
    api: '/apis/apps/v1',
    body: (name: string) => ({ spec: { selector: selector(name), template: podTemplate(name) } }),
  },
  StatefulSet: {
    plural: 'statefulsets.apps',
    api: '/apis/apps/v1',
    body: (name: string) => ({ spec: { serviceName: name, selector: selector(name), template: podTemplate(name) } }),
  },
  CronJob: {
    plural: 'cronjobs.batch',
    api: '/apis/batch/v1',
    body: (name: string) => ({
      spec: {
        schedule: '0 3 * * *',
        jobTemplate: {
          spec: {
            template: {
              ...podTemplate(name),
              spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b' }] },
            },
          },
        },
      },
    }),
  },
  NetworkPolicy: {
    plural: 'networkpolicies.networking.k8s.io',
    api: '/apis/networking.k8s.io/v1',
    body: (name: string) => ({ spec: { podSelector: selector(name) } }),
  },
} as const;

async function fill(kubeconfig: string, objects: number): Promise<void> {
  const cluster = await connectCluster({ kubeconfig, context: 'local', environment: process.env, log: silent });
  const limit = pLimit(32);
  await cluster.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  });
  const kinds = Object.entries(kindsToFill);
  const each = objects / kinds.length;
  await Promise.all(
    kinds.flatMap(([kind, { plural, api, body }]) =>
      Array.from({ length: each }, (_, i) =>
        limit(() => create(cluster, { kind, api, plural, name: `${kind.toLowerCase()}-${String(i)}`, body })),
      ),
    ),
  );
  await cluster.close();
}

interface CreateInput {
  readonly kind: string;
  readonly api: string;
  readonly plural: string;
  readonly name: string;
  readonly body: (name: string) => object;
}

async function create(cluster: Cluster, { kind, api, plural, name, body }: CreateInput): Promise<void> {
  const apiVersion = api.replace(/^\/apis?\//, '');
  const path = `${api}/namespaces/${namespace}/${plural.split('.')[0] ?? plural}`;
  try {
    await cluster.request({
      method: 'POST',
      path,
      body: { apiVersion, kind, metadata: { name, namespace }, ...body(name) },
    });
  } catch (error) {
    throw new Error(`creating ${kind} ${name}: ${messageOf(error)}`, { cause: error });
  }
}

const silent = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};
