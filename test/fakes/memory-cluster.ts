import { silentLog } from './silent-log.ts';
import { ClusterStatusError } from '../../src/domain/kube/status-error.ts';
import type { Resource } from '../../src/domain/kube/resource.ts';
import { applyToCluster, type ApplyToClusterInput } from '../../src/usecases/apply/apply-to-cluster.ts';
import type { CreationJournal } from '../../src/usecases/apply/creation-journal.ts';
import type { Cluster, ClusterRequest } from '../../src/domain/kube/cluster.ts';
import { Redactor } from '../../src/domain/core/secret.ts';

/** What the cluster answers; undefined: as an empty cluster with namespace `shop` would. */
export type Answer = (request: ClusterRequest) => unknown;

const silent = silentLog();

const served = {
  '/api/v1': [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'configmaps/status', kind: 'ConfigMap', namespaced: true },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
  ],
  '/apis/apiextensions.k8s.io/v1': [
    { name: 'customresourcedefinitions', kind: 'CustomResourceDefinition', namespaced: false },
  ],
};

/** A cluster in memory: answers by what a test gives, else as an empty cluster with namespace `shop` would. */
function aCluster(answer: Answer): { cluster: Cluster; requests: string[] } {
  const requests: string[] = [];
  const request = (asked: ClusterRequest): Promise<unknown> => {
    requests.push(`${asked.method ?? 'GET'} ${asked.path}`);
    return Promise.resolve()
      .then(() => answer(asked))
      .then((given) => given ?? standard(asked));
  };
  const cluster: Cluster = {
    redactor: new Redactor(),
    contextName: 'destination',
    server: 'https://destination.test',
    request,
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  return { cluster, requests };
}

function standard({ method, path }: ClusterRequest): unknown {
  const found = Object.entries(served).find(([base]) => base === path);
  if (found !== undefined) return { resources: found[1] };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/api/v1/namespaces/shop') return { metadata: { name: 'shop' }, status: { phase: 'Active' } };
  if (method === 'PATCH') return { metadata: { resourceVersion: '7' } };
  if (/namespaces\/\w+\/\w+$|definitions$|namespaces$/.test(path)) return { items: [], metadata: {} };
  throw refusal(404, 'NotFound', 'not found');
}

export function refusal(status: number, reason: string, message: string): ClusterStatusError {
  return new ClusterStatusError('asking', { status, reason, message });
}

interface ApplySettings extends Partial<ApplyToClusterInput> {
  readonly journal?: CreationJournal;
}

/** Applies resources to a cluster in memory and tells what it was asked. */
export async function apply(resources: readonly Resource[], answer: Answer, { journal, ...more }: ApplySettings = {}) {
  const { cluster, requests } = aCluster(answer);
  let slept = 0;
  const sleep = (milliseconds: number): Promise<void> => {
    slept += milliseconds;
    return Promise.resolve();
  };
  const unasked = { takeOwnership: false, dryRun: false, recreate: new Set<string>(), waitSeconds: 0 };
  const input = { resources, unread: [], namespace: '', clusterUid: undefined, ...unasked, ...more };
  const sha256 = (text: string): string => `digest of ${text}`;
  const outcome = await applyToCluster(input, { cluster, log: silent, sleep, sha256, journal, makeList: () => [] });
  return { outcome: { ...outcome, items: [...outcome.items] }, requests, slept: () => slept };
}
