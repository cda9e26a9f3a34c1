import type { SyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isDigest, parseImageReference } from '../../domain/oci/image-location.ts';
import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { platformsOf } from './check-images.ts';
import { agree, disagree, type Finding } from './finding.ts';

export interface CheckPodsInput {
  readonly plan: SyncPlan;
  /** Namespaces of the application at the destination. */
  readonly namespaces: readonly string[];
}

export interface CheckPodsPorts {
  readonly cluster: Cluster;
  readonly registry: Registry;
}

interface Running {
  readonly id: string;
  readonly path: string;
  /** What the pod asks for: a tag or a digest. */
  readonly reference: string;
  /** What the node pulled. */
  readonly digest: string;
}

const containerLists = [
  ['containers', 'containerStatuses'],
  ['initContainers', 'initContainerStatuses'],
] as const;

/**
 * Whether the containers that run images of the plan run exactly the planned digests. Nodes that note the platform of an
 * image instead of its index are understood. Containers that have not started yet are left to the check of readiness.
 */
export async function checkPods(
  { plan, namespaces }: CheckPodsInput,
  { cluster, registry }: CheckPodsPorts,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const expected = expectedDigests(plan);
  const { registry: outside, internalRegistry: inside = outside } = plan.destination;
  const hosts = [outside, inside];
  for (const namespace of namespaces) {
    try {
      const { running: listed, unexpected } = await listRunning(cluster, namespace, hosts);
      findings.push(...unexpected);
      for (const running of listed) {
        const digests = expected.get(running.path);
        if (digests !== undefined) findings.push(await checkContainer(running, digests, registry));
      }
    } catch (error) {
      if (!isRefusalOfRequest(error)) throw error;
      findings.push(disagree({ id: `pods of namespace ${namespace}`, reason: 'unreadable', message: error.message }));
    }
  }
  return findings;
}

/** Digests by repository path, then by tag; each digest also by itself. */
function expectedDigests(plan: SyncPlan): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const expected = new Map<string, Map<string, string>>();
  for (const { destination, digest, tags } of plan.images) {
    const digests = expected.get(destination.path) ?? new Map<string, string>();
    for (const reference of [...tags, digest]) digests.set(reference, digest);
    expected.set(destination.path, digests);
  }
  return expected;
}

async function listRunning(
  cluster: Cluster,
  namespace: string,
  hosts: readonly string[],
): Promise<{ running: readonly Running[]; unexpected: readonly Finding[] }> {
  const unexpected: Finding[] = [];
  const pods = await collectObjects({ cluster, kind: knownKinds.pods, namespace }, ({ name, why }) =>
    unexpected.push(disagree({ id: `v1 Pod ${namespace}/${name}`, reason: 'unexpected-object', message: why })),
  );
  return { running: pods.flatMap((pod) => runningIn(pod, hosts)), unexpected };
}

function runningIn(pod: Resource, hosts: readonly string[]): readonly Running[] {
  return containerLists.flatMap(([containers, statuses]) =>
    arrayAt(pod, 'spec', containers).flatMap((container) => {
      const name = stringAt(container, 'name') ?? '';
      const status = arrayAt(pod, 'status', statuses).find((each) => stringAt(each, 'name') === name);
      const image = parseImageReference(stringAt(container, 'image') ?? '');
      const imageId = stringAt(status, 'imageID') ?? '';
      const digest = imageId.includes('@') ? imageId.slice(imageId.indexOf('@') + 1) : '';
      if (image?.host === undefined || !hosts.includes(image.host) || !isDigest(digest)) return [];
      const id = `container ${name} of v1 Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
      return [{ id, path: image.path, reference: image.digest ?? image.tag ?? 'latest', digest }];
    }),
  );
}

async function checkContainer(
  { id, path, reference, digest }: Running,
  digests: ReadonlyMap<string, string>,
  registry: Registry,
): Promise<Finding> {
  const wanted = digests.get(reference);
  if (wanted === digest) return agree(id, 'runs-planned-image', { digest });
  const isPlatform = wanted !== undefined && (await platformsOf(registry, path, wanted)).includes(digest);
  if (isPlatform) return agree(id, 'runs-planned-image', { digest: wanted, platform: digest });
  const message = wanted === undefined ? `runs ${reference}, which is not in the plan` : `runs ${digest}`;
  return disagree({ id, reason: 'runs-other-image', message, evidence: { digest: wanted ?? '', running: digest } });
}
