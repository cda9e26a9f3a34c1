import { TaskError } from '../../../domain/core/errors.ts';
import { chooseEndpoint } from '../../../domain/volumes/endpoint.ts';
import type { EndpointType } from '../../../domain/volumes/helper-objects.ts';
import { assignsUsers } from '../../../domain/volumes/pod-identity.ts';
import { assertClusterUid, readClusterUid } from '../../cluster/cluster-uid.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';
import { findDocument, findNamespace } from '../../cluster/find-object.ts';
import { collectObjects } from '../../cluster/list-objects.ts';
import { findConsumers, type Consumers } from './find-consumers.ts';
import type { BothClusters } from './ports.ts';

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

/**
 * Reads once what the transfers of a run have in common.
 * @throws TaskError `wrong-cluster`, `namespace-not-found`, `invalid-param`; ClusterStatusError
 */
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
    place.endpointAddress === undefined ? listNodes(destination) : [],
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

function listNodes(cluster: Cluster): Promise<readonly unknown[]> {
  return collectObjects({ cluster, kind: knownKinds.nodes, namespace: '' }).catch(onRefusal([403], []));
}
