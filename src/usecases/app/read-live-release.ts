import { arrayAt, stringAt, valueAt } from '../../domain/core/json-object.ts';
import type { YamlCodec } from '../../domain/core/ports.ts';
import { isIngress, urlsOf } from '../../domain/app/routes.ts';
import { resourcesOf } from '../../domain/helm/rendered-objects.ts';
import type { Helm, ReleaseId, Revision } from '../../domain/helm/helm.ts';
import { HelmError } from '../../domain/helm/helm-error.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { complaintsOf, selectorOf } from '../../domain/kube/pod-complaints.ts';
import { readinessOf } from '../../domain/kube/readiness.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { findObject } from '../cluster/find-object.ts';
import { listPods } from '../cluster/list-objects.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { awaitedOf } from './run-helm.ts';
import type { Awaited } from '../cluster/wait-until-ready.ts';

export interface ReadPorts {
  readonly helm: Helm;
  readonly cluster: Cluster;
  readonly yaml: YamlCodec;
}

export interface LiveWorkload {
  readonly ref: Awaited['ref'];
  /** Undefined: it does not exist. */
  readonly live: Resource | undefined;
  readonly pods: readonly Resource[];
}

/** A release as it is on the cluster. */
export interface LiveRelease {
  readonly last: Revision;
  readonly objects: readonly Resource[];
  readonly urls: readonly string[];
  readonly workloads: readonly LiveWorkload[];
}

const readsAtOnce = 8;

/** The history of a release. @throws HelmError when there is none */
export async function readHistory(release: ReleaseId, { helm }: Pick<ReadPorts, 'helm'>): Promise<readonly Revision[]> {
  const history = await helm.history(release);
  if (history.length > 0) return history;
  throw new HelmError('not-found', `reading release ${release.namespace}/${release.name}: it does not exist`);
}

/** The last revision of a release with its workloads and pods. @throws HelmError when there is none, ClusterStatusError */
export async function readLiveRelease(release: ReleaseId, ports: ReadPorts): Promise<LiveRelease> {
  const history = await readHistory(release, ports);
  const last = history.at(-1);
  if (last === undefined) throw new HelmError('not-found', `release ${release.name} was not found`);
  const objects = resourcesOf(await ports.helm.manifest(release), release.namespace, ports.yaml);
  const workloads = await mapConcurrently(awaitedOf(objects), readsAtOnce, (each) => readWorkload(each, ports));
  return { last, objects, urls: urlsOf(objects.filter(isIngress)), workloads };
}

async function readWorkload({ ref }: Awaited, { cluster }: ReadPorts): Promise<LiveWorkload> {
  const live = await findObject(cluster, ref).catch(onRefusal([403], undefined));
  const selector = live === undefined ? undefined : selectorOf(live);
  const pods = selector === undefined ? [] : await listPods(cluster, ref.namespace, selector);
  return { ref, live, pods };
}

/** A workload in one line. */
export interface WorkloadState {
  readonly kind: string;
  readonly name: string;
  readonly state: 'ready' | 'not ready' | 'missing';
  /** Why it is not ready, with the reasons of its pods; empty when it is. */
  readonly why: string;
  /** Instances that are wanted; undefined for a kind without them. */
  readonly wanted: number | undefined;
  readonly images: readonly string[];
}

export function stateOfWorkload({ ref, live, pods }: LiveWorkload): WorkloadState {
  const common = { kind: ref.kind.kind, name: ref.name };
  if (live === undefined) {
    return { ...common, state: 'missing', why: 'it does not exist', wanted: undefined, images: [] };
  }
  const readiness = readinessOf(live);
  const why =
    readiness === undefined || readiness.kind === 'ready' ? [] : [readiness.why, ...pods.flatMap(complaintsOf)];
  const wanted = valueAt(live, 'spec', 'replicas');
  const containers = arrayAt(live, 'spec', 'template', 'spec', 'containers');
  return {
    ...common,
    state: why.length === 0 ? 'ready' : 'not ready',
    why: [...new Set(why)].join('; '),
    wanted: typeof wanted === 'number' ? wanted : undefined,
    images: containers.flatMap((container) => stringAt(container, 'image') ?? []),
  };
}
