import {
  claimsOf,
  identityOf,
  withoutRoot,
  type Consumer,
  type PodIdentity,
} from '../../../domain/volumes/pod-identity.ts';
import { arrayAt, stringAt, valueAt } from '../../../domain/core/json-object.ts';
import { transferLabel } from '../../../domain/volumes/transfer.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { collectObjects, listPods } from '../../cluster/list-objects.ts';

/** What uses the claims of a namespace: running pods, and workloads that would start some. */
export interface Consumers {
  readonly pods: readonly Consumer[];
  readonly templates: readonly TemplateConsumer[];
}

interface TemplateConsumer extends Consumer {
  /** Names of the claims; those that a StatefulSet makes by itself are not in its pod spec. */
  readonly claims: (claim: string) => boolean;
}

/** Reads pods and workloads of a namespace, once for all of its claims. Workloads that may not be listed count as none. */
export async function findConsumers(cluster: Cluster, namespace: string): Promise<Consumers> {
  const [pods, deployments, statefulSets] = await Promise.all([
    listPods(cluster, namespace),
    collectObjects({ cluster, kind: knownKinds.deployments, namespace }).catch(onRefusal([403, 404], [])),
    collectObjects({ cluster, kind: knownKinds.statefulsets, namespace }).catch(onRefusal([403, 404], [])),
  ]);
  return {
    pods: pods
      .filter(isActive)
      .toSorted(byAge)
      .map((pod) => ({
        name: `Pod ${pod.metadata.name}`,
        spec: valueAt(pod, 'spec'),
        node: stringAt(pod, 'spec', 'nodeName') ?? '',
        status: valueAt(pod, 'status'),
      })),
    templates: [...deployments, ...statefulSets].map(templateOf),
  };
}

/** Running pods that mount a claim. */
export function podsOf({ pods }: Consumers, claim: string): readonly Consumer[] {
  return pods.filter(({ spec }) => claimsOf(spec).includes(claim));
}

/** Who reads a claim: as its running pods do, else as its workloads would; nothing is known without both. */
export function readerOf(consumers: Consumers, claim: string): PodIdentity {
  const running = podsOf(consumers, claim)[0];
  if (running !== undefined) return withoutRoot(identityOf(running, claim));
  const template = consumers.templates.find(({ claims }) => claims(claim));
  return template === undefined ? {} : withoutRoot(identityOf(template, claim));
}

function templateOf(workload: Resource): TemplateConsumer {
  const { name } = workload.metadata;
  const spec = valueAt(workload, 'spec', 'template', 'spec');
  const made = arrayAt(workload, 'spec', 'volumeClaimTemplates').map(
    (template) => `${stringAt(template, 'metadata', 'name') ?? ''}-${name}-`,
  );
  return {
    name,
    spec,
    node: '',
    claims: (claim) =>
      claimsOf(spec).includes(claim) ||
      made.some((prefix) => claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length))),
  };
}

/** The oldest first: later pods, such as a backup, have not written the files. */
function byAge(a: unknown, b: unknown): number {
  const ageOf = (pod: unknown): string => stringAt(pod, 'metadata', 'creationTimestamp') ?? '';
  return ageOf(a).localeCompare(ageOf(b));
}

/** Helper pods that an earlier run left do not count. */
function isActive(pod: unknown): boolean {
  if (stringAt(pod, 'metadata', 'labels', transferLabel) !== undefined) return false;
  return !['Succeeded', 'Failed'].includes(stringAt(pod, 'status', 'phase') ?? '');
}
