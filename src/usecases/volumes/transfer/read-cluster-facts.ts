import { TaskError } from '../../../domain/core/errors.ts';
import { chooseEndpoint } from '../../../domain/volumes/endpoint.ts';
import type { EndpointType } from '../../../domain/volumes/helper-objects.ts';
import {
  assignsUsers,
  claimsOf,
  identityOf,
  withoutRoot,
  type Consumer,
  type PodIdentity,
} from '../../../domain/volumes/pod-identity.ts';
import { assertClusterUid, readClusterUid } from '../../cluster/cluster-uid.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';
import { findDocument, findNamespace } from '../../cluster/find-object.ts';
import { collectObjects, listPods } from '../../cluster/list-objects.ts';
import type { BothClusters } from './ports.ts';
import { arrayAt, stringAt, valueAt } from '../../../domain/core/json-object.ts';
import { transferLabel } from '../../../domain/volumes/transfer.ts';
import type { Resource } from '../../../domain/kube/resource.ts';

export interface TransferPlace {
  readonly sourceNamespace: string;
  readonly destinationNamespace: string;
  readonly endpointType: string | undefined;
  readonly subdomain: string | undefined;
  readonly endpointAddress: string | undefined;
  /** Identity that the destination must have; undefined when it is not known. */
  readonly clusterUid: string | undefined;
}

/** What holds for all claims of a run. */
export interface ClusterFacts {
  readonly sourceUid: string | undefined;
  readonly destinationUid: string | undefined;
  readonly sameCluster: boolean;
  readonly sourceAssignsUsers: boolean;
  readonly destinationAssignsUsers: boolean;
  readonly endpointType: EndpointType;
  readonly nodes: readonly unknown[];
  readonly sourceConsumers: Consumers;
  readonly destinationConsumers: Consumers;
}

/** Reads once what transfers share. @throws TaskError `wrong-cluster`, `namespace-not-found`; ClusterStatusError */
export async function readClusterFacts(
  place: TransferPlace,
  { source, destination }: BothClusters,
): Promise<ClusterFacts> {
  const { sourceNamespace, destinationNamespace } = place;
  await assertClusterUid(destination, { expected: place.clusterUid, ifUnreadable: 'refuse' });
  const [sourceUid, destinationUid, sourceHome, destinationHome] = await Promise.all([
    readClusterUid(source),
    readClusterUid(destination),
    readNamespace(source, sourceNamespace),
    readNamespace(destination, destinationNamespace),
  ]);
  const sameCluster = sourceUid === undefined ? source.server === destination.server : sourceUid === destinationUid;
  const [servesRoutes, nodes, sourceConsumers, destinationConsumers] = await Promise.all([
    findDocument(destination, '/apis/route.openshift.io/v1').then((found) => found !== undefined),
    place.endpointAddress === undefined
      ? collectObjects({ cluster: destination, kind: knownKinds.nodes, namespace: '' }).catch(onRefusal([403], []))
      : [],
    findConsumers(source, sourceNamespace),
    findConsumers(destination, destinationNamespace),
  ]);
  const facts = { wanted: place.endpointType, sameCluster, servesRoutes, subdomain: place.subdomain, nodes };
  return {
    sourceUid,
    destinationUid,
    sameCluster,
    sourceAssignsUsers: assignsUsers(sourceHome),
    destinationAssignsUsers: assignsUsers(destinationHome),
    endpointType: chooseEndpoint(facts),
    nodes,
    sourceConsumers,
    destinationConsumers,
  };
}

/** A namespace that may not be read counts as one without annotations: what cannot be done in it shows soon. */
async function readNamespace(cluster: Cluster, name: string): Promise<unknown> {
  const found = await findNamespace(cluster, name);
  if (found !== 'missing') return found;
  throw new TaskError('namespace-not-found', `looking for namespace ${name}: ${cluster.contextName} has none`, {
    remedy: 'Create the namespace, or give the name of another.',
  });
}

/** What uses the claims of a namespace: running pods, and workloads that would start some. */
export interface Consumers {
  readonly pods: readonly Consumer[];
  readonly templates: readonly TemplateConsumer[];
}

interface TemplateConsumer extends Consumer {
  /** Whether it uses a claim; those that a StatefulSet makes by itself are not in its pod spec. */
  readonly uses: (claim: string) => boolean;
}

/** Reads pods and workloads of a namespace, once for all of its claims. Workloads that may not be listed count as none. */
async function findConsumers(cluster: Cluster, namespace: string): Promise<Consumers> {
  const [pods, deployments, statefulSets] = await Promise.all([
    listPods(cluster, namespace),
    collectObjects({ cluster, kind: knownKinds.deployments, namespace }).catch(onRefusal([403, 404], [])),
    collectObjects({ cluster, kind: knownKinds.statefulsets, namespace }).catch(onRefusal([403, 404], [])),
  ]);
  const madeAt = (pod: Resource): string => stringAt(pod, 'metadata', 'creationTimestamp') ?? '';
  return {
    // The oldest first: later pods, such as a backup, have not written the files.
    pods: pods
      .filter(isActive)
      .toSorted((a, b) => madeAt(a).localeCompare(madeAt(b)))
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
  const consumer = podsOf(consumers, claim)[0] ?? consumers.templates.find(({ uses }) => uses(claim));
  return consumer === undefined ? {} : withoutRoot(identityOf(consumer, claim));
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
    uses: (claim) =>
      claimsOf(spec).includes(claim) ||
      made.some((prefix) => claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length))),
  };
}

/** Helper pods that an earlier run left do not count. */
function isActive(pod: unknown): boolean {
  if (stringAt(pod, 'metadata', 'labels', transferLabel) !== undefined) return false;
  return !['Succeeded', 'Failed'].includes(stringAt(pod, 'status', 'phase') ?? '');
}
