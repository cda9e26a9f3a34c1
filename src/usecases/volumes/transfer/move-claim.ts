import { TaskError } from '../../../domain/core/errors.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import { recoveryOfCutover } from '../../../domain/reports/recovery.ts';
import { arrayAt } from '../../../domain/core/json-object.ts';
import type { ClaimMove } from '../../../domain/volumes/claim-settings.ts';
import type { ClaimPair } from '../../../domain/volumes/transfer-values.ts';
import { parseClaim, type Claim } from '../../../domain/volumes/claim.ts';
import { writerIdentity, type PodIdentity } from '../../../domain/volumes/pod-identity.ts';
import { describeClaim, type ClaimPlace, type Transfer } from '../../../domain/volumes/transfer.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { findObject } from '../../cluster/find-object.ts';
import { chooseStorageClass, prepareClaim, type ClassOptions, type PreparedClaim } from './prepare-claim.ts';
import { podsOf, readerOf, type TransferPlace, type ClusterFacts } from './read-cluster-facts.ts';
import type { VolumePorts } from './ports.ts';
import { removeLeftovers } from './helper-jobs.ts';
import { transferClaim, type HelperSide } from './transfer-claim.ts';
import { toItems, type ClaimItems } from './transfer-outcome.ts';

/** Whether files that only the destination has are removed; `own`: in claims that were made for this transfer. */
export type DeleteMode = 'own' | 'true' | 'false';

export interface MoveOptions extends TransferPlace, ClassOptions {
  /** Quantity; empty: as the source. */
  readonly size: string | undefined;
  /** Empty: as the source. */
  readonly accessModes: readonly string[];
  readonly verify: boolean;
  readonly live: boolean;
  readonly checkOnly: boolean;
  readonly delete: DeleteMode;
  readonly attributes: boolean;
  readonly checkSpace: boolean;
  /** User of the helper pods; undefined to find out. 0 keeps owners. */
  readonly user: number | undefined;
  /** Group of the volume at the destination; undefined to find out. */
  readonly volumeGroup: number | undefined;
  readonly image: string;
  /** Names of Secrets with which the nodes pull the image; empty: those of the service account. */
  readonly pullSecrets: readonly string[];
  readonly ingressClass: string | undefined;
  readonly startSeconds: number;
  readonly endpointSeconds: number;
  readonly patienceSeconds: number;
}

interface MoveScene {
  readonly options: MoveOptions;
  readonly around: ClusterFacts;
}

/** Moves one claim and what is in it. @throws TaskError, ClusterStatusError when it could not be done */
export async function moveClaim(move: ClaimMove, scene: MoveScene, ports: VolumePorts): Promise<ClaimItems> {
  const { options, around } = scene;
  const transfer = nameTransfer(move, scene, ports);
  const claim = await readSource(transfer, ports);
  const sides = { client: sourceSide(claim, scene), server: destinationSide(claim, scene) };
  refuseUsed(transfer, scene);
  await removeLeftovers(transfer, ports);
  const prepared = await prepare(claim, transfer, { ...scene, setting: move.setting, ports });
  if (claim.phase === 'Pending') return { claim: neverBound(transfer, prepared), files: [] };
  const { attributes, checkOnly, live, patienceSeconds, image, pullSecrets, startSeconds } = options;
  const { subdomain, ingressClass, endpointAddress: address, endpointSeconds: timeoutSeconds } = options;
  const plan = {
    checksum: options.verify,
    delete: options.delete === 'true' || (options.delete === 'own' && prepared.own),
    owners: options.user === 0,
    attributes,
    checkOnly,
    live,
    hasCopy: !prepared.created,
    patienceSeconds,
  };
  const { endpointType: type, nodes } = around;
  const endpoint = { type, subdomain, ingressClass, address, timeoutSeconds, nodes };
  const checkSpace = options.checkSpace && !checkOnly;
  const work = { transfer, sides, image, pullSecrets, startSeconds, checkSpace, plan, endpoint };
  const result = await transferClaim(work, ports);
  return toItems(transfer, result, options);
}

function nameTransfer(pair: ClaimPair, { options, around }: MoveScene, ports: VolumePorts): Transfer {
  const source = { namespace: options.sourceNamespace, claim: pair.source };
  const destination = { namespace: options.destinationNamespace, claim: pair.destination };
  const ends = [around.sourceUid, describeClaim(source), around.destinationUid, describeClaim(destination)];
  return {
    name: `volume-${ports.randomName()}`,
    id: ports.sha256(ends.join('\n')).replace('sha256:', '').slice(0, 16),
    source,
    destination,
  };
}

async function readSource({ source }: Transfer, { source: cluster }: VolumePorts): Promise<Claim> {
  const { namespace, claim: name } = source;
  const found = await findObject(cluster, { kind: knownKinds.persistentvolumeclaims, namespace, name });
  if (found === undefined)
    throw refused(source, `there is no such claim at ${cluster.contextName}`, 'Give the name of a claim that exists.');
  const claim = parseClaim(found);
  if (claim.block) {
    const remedy = 'Copy it with the means of the storage; only volumes with a file system are moved here.';
    throw refused(source, 'it is a block device (volumeMode Block), which has no files', remedy);
  }
  if (claim.phase === 'Lost') throw refused(source, 'its volume is lost', 'Restore the volume first.');
  return claim;
}

/** A volume that one pod alone may mount cannot be read beside it; another one only on the node where it is. */
function sourceSide(claim: Claim, { options, around }: MoveScene): HelperSide {
  const [pod] = podsOf(around.sourceConsumers, claim.name);
  if (pod !== undefined && claim.accessModes.includes('ReadWriteOncePod')) {
    const place = { namespace: claim.namespace, claim: claim.name };
    throw refused(place, `${pod.name} uses it and allows no second pod (ReadWriteOncePod)`, 'Stop that pod first.');
  }
  const isShared = claim.accessModes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
  return {
    identity: {
      ...(around.sourceAssignsUsers ? {} : readerOf(around.sourceConsumers, claim.name)),
      ...chosenUser(options),
    },
    node: isShared ? '' : (pod?.node ?? ''),
    tolerations: arrayAt(pod?.spec, 'tolerations'),
  };
}

function destinationSide(claim: Claim, { options, around }: MoveScene): HelperSide {
  const { volumeGroup } = options;
  const chosen = { ...chosenUser(options), ...(volumeGroup === undefined ? {} : { volumeGroup }) };
  const identity = around.destinationAssignsUsers
    ? chosen
    : writerIdentity({ ...readerOf(around.sourceConsumers, claim.name), ...chosen });
  return { identity, node: '', tolerations: [] };
}

function chosenUser({ user }: MoveOptions): PodIdentity {
  return user === undefined ? {} : { user };
}

/** What a pod has open must not change under it. */
function refuseUsed({ destination }: Transfer, { around, options }: MoveScene): void {
  if (options.checkOnly) return;
  const [pod] = podsOf(around.destinationConsumers, destination.claim);
  if (pod === undefined) return;
  const remedy = `Scale that workload down, or take back the run that applied it (${recoveryOfCutover}), then run again.`;
  throw refused(destination, `${pod.name} at the destination uses it`, remedy);
}

async function prepare(
  claim: Claim,
  { source, destination }: Transfer,
  { options, around, setting, ports }: MoveScene & Pick<ClaimMove, 'setting'> & { readonly ports: VolumePorts },
): Promise<PreparedClaim> {
  const { size, accessModes, storageClass: asked } = { ...options, ...setting };
  const { classMap } = options;
  const { name: storageClass, isAsked } = await chooseStorageClass(claim, { storageClass: asked, classMap }, ports);
  const madeFor = [around.sourceUid, source.namespace, source.claim].filter((part) => part !== undefined).join('/');
  const { namespace, claim: name } = destination;
  const wish = { name, namespace, storageClass, size, accessModes, madeFor };
  const isWritten = !options.checkOnly && claim.phase !== 'Pending';
  const prepared = await prepareClaim(ports.destination, claim, { wish, comparesClass: isAsked, isWritten });
  const at = ports.destination.contextName;
  if (prepared.created) ports.log.info(`created claim ${describeClaim(destination)} at ${at}`);
  return prepared;
}

/** No pod ever used it, so no volume was made for it yet: there is nothing to copy, and reading would make one. */
function neverBound({ source }: Transfer, { created }: PreparedClaim): Item<'volumes'> {
  return {
    id: `claim ${describeClaim(source)}`,
    outcome: 'done',
    reason: created ? 'created-empty' : 'empty',
    message: 'it is not bound to a volume, so it holds nothing',
  };
}

function refused(place: ClaimPlace, problem: string, remedy: string): TaskError {
  return new TaskError('incomplete', `moving claim ${describeClaim(place)}: ${problem}`, { remedy });
}
