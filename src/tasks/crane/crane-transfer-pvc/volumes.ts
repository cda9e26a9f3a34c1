import { randomBytes } from 'node:crypto';

import { connectCluster, connectStreams } from '../../../adapters/kube/connect.ts';
import type { ClusterStreams } from '../../../adapters/kube/cluster-streams.ts';
import { sha256Of } from '../../../adapters/files/digest.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import {
  assertNamespace,
  parseAccessModes,
  parsePairs,
  parseSecretNames,
  parseUnixId,
} from '../../../domain/volumes/transfer-values.ts';
import { parseClaimSettings } from '../../../domain/volumes/claim-settings.ts';
import { parseQuantity } from '../../../domain/kube/quantity.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { DeleteMode } from '../../../usecases/volumes/transfer/move-claim.ts';
import type { PodRelay, RelayEnds } from '../../../usecases/volumes/transfer/ports.ts';
import type { TransferResult } from '../../../usecases/volumes/transfer/transfer-outcome.ts';
import { transferVolumes, type TransferVolumesInput } from '../../../usecases/volumes/transfer/transfer-volumes.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import type { transferParams } from './params.ts';

type Params = ValuesOf<typeof transferParams>;

/** Connects both clusters, twice: a stopped run still has to remove what it made. */
export async function runTransfer(
  params: Params,
  kubeconfig: string | undefined,
  context: TaskContext,
): Promise<Outcome<TransferResult>> {
  const input = toInput(params);
  const kubeconfigDigest = params['kubeconfig-digest'];
  const { log, signal, environment } = context;
  const opened: { close(): Promise<void> }[] = [];
  const connect = async (name: string, stops: boolean): Promise<Cluster> => {
    const stop = stops ? { signal } : {};
    const cluster = await connectCluster({ kubeconfig, context: name, kubeconfigDigest, environment, log, ...stop });
    opened.push(cluster);
    return cluster;
  };
  const both = async (stops: boolean) => ({
    source: await connect(params['source-context'], stops),
    destination: await connect(params['dest-context'], stops),
  });
  const sleep = sleepUntil(signal, 'moving volumes');
  const streamsOf = async (name: string): Promise<ClusterStreams> => {
    const streams = await connectStreams({ kubeconfig, context: name, kubeconfigDigest, environment, log, signal });
    opened.push(streams);
    return streams;
  };
  const openRelay = async ({ source, destination }: RelayEnds): Promise<PodRelay> => {
    const { relayPods } = await import('../../../adapters/kube/pod-relay.ts');
    const ends = {
      source: { ...source, streams: await streamsOf(params['source-context']) },
      destination: { ...destination, streams: await streamsOf(params['dest-context']) },
    };
    return relayPods(ends, { log, sleep });
  };
  try {
    const ports = { ...(await both(true)), cleanUp: await both(false), log };
    return await transferVolumes(input, {
      ...ports,
      relay: openRelay,
      now: () => performance.now(),
      sleep,
      makeIdentity: async (name) =>
        (await import('../../../adapters/certificates/make-identity.ts')).makeIdentity(name, log.redactor),
      randomName: () => randomBytes(5).toString('hex'),
      sha256: sha256Of,
    });
  } finally {
    await Promise.all(opened.map((each) => each.close()));
  }
}

function toInput(params: Params): TransferVolumesInput {
  const size = params['dest-storage-requests'];
  if (size !== undefined) parseQuantity(size);
  const destinationNamespace = params['dest-namespace'];
  assertNamespace('source-namespace', params['source-namespace']);
  if (destinationNamespace !== undefined) assertNamespace('dest-namespace', destinationNamespace);
  return {
    claims: params['source-pvc-name'],
    sourceNamespace: params['source-namespace'],
    destinationNamespace: destinationNamespace ?? params['source-namespace'],
    destinationName: params['dest-pvc-name'],
    claimSettings: parseClaimSettings(params['claim-settings']),
    storageClass: params['dest-storage-class-name'],
    classMap: parsePairs('storage-class-map', params['storage-class-map']),
    size,
    accessModes: parseAccessModes('access-modes', params['access-modes']),
    endpointType: params['endpoint-type'],
    endpointAddress: params['endpoint-address'],
    subdomain: params.subdomain,
    ingressClass: params['ingress-class'],
    verify: params.verify,
    live: params.live,
    checkOnly: params['check-only'],
    delete: parseDelete(params.delete),
    attributes: params.attributes,
    checkSpace: params['check-space'],
    user: parseUnixId('run-as-user', params['run-as-user']),
    volumeGroup: parseUnixId('fs-group', params['fs-group']),
    image: params['transfer-image'],
    pullSecrets: parseSecretNames('image-pull-secrets', params['image-pull-secrets']),
    clusterUid: params['destination-cluster-uid'],
    parallel: params.parallel,
    startSeconds: params['start-timeout'],
    endpointSeconds: params['endpoint-timeout'],
    patienceSeconds: params['connect-timeout'],
  };
}

function parseDelete(text: string): DeleteMode {
  return text === 'true' || text === 'false' ? text : 'own';
}
