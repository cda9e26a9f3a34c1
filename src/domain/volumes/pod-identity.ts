import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';

/** Under which user and groups a helper pod reads or writes a volume. Undefined: the cluster or the image decides. */
export interface PodIdentity {
  readonly user?: number;
  readonly group?: number;
  /** Group of the volume; a process of the pod is a member. */
  readonly volumeGroup?: number;
  readonly supplementalGroups?: readonly number[];
}

/** A pod template or pod that mounts a claim. */
export interface Consumer {
  /** For messages: `Pod web-0`. */
  readonly name: string;
  readonly spec: unknown;
  /** Node where it runs now; empty for a template or a pod without a node. */
  readonly node: string;
  /** Of a running pod: who its processes really are. */
  readonly status?: unknown;
}

/** On OpenShift, users and groups of pods follow from this annotation of the namespace, unless a pod names its own. */
const uidRange = 'openshift.io/sa.scc.uid-range';

/** Whether the cluster itself gives pods of a namespace their user and group. */
export function assignsUsers(namespace: unknown): boolean {
  return stringAt(namespace, 'metadata', 'annotations', uidRange) !== undefined;
}

/** Names of the claims that a pod spec mounts. */
export function claimsOf(spec: unknown): readonly string[] {
  return arrayAt(spec, 'volumes').flatMap((volume) => {
    const claim = stringAt(volume, 'persistentVolumeClaim', 'claimName');
    return claim === undefined ? [] : [claim];
  });
}

/** The user and groups of what uses a claim: files were written, and must be readable, as these. */
export function identityOf({ spec, status }: Consumer, claim: string): PodIdentity {
  const container = mountingContainer(spec, claim);
  const name = stringAt(container, 'name');
  const running = arrayAt(status, 'containerStatuses').find((each) => stringAt(each, 'name') === name);
  const idOf = (field: string, key: string): number | undefined =>
    numberAt(container, 'securityContext', field) ??
    numberAt(spec, 'securityContext', field) ??
    numberAt(running, 'user', 'linux', key);
  const [user, group] = [idOf('runAsUser', 'uid'), idOf('runAsGroup', 'gid')];
  const volumeGroup = numberAt(spec, 'securityContext', 'fsGroup');
  const supplementalGroups = arrayAt(spec, 'securityContext', 'supplementalGroups').filter(isNumber);
  return {
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    ...(volumeGroup === undefined ? {} : { volumeGroup }),
    ...(supplementalGroups.length === 0 ? {} : { supplementalGroups }),
  };
}

/** User of the image, as a group too: where nothing else is known, a fresh volume must be writable. */
const imageUser = 65_532;

/** As at the source, with a volume group in any case: the root folder of a fresh volume belongs to root. */
export function writerIdentity(reader: PodIdentity): PodIdentity {
  return { ...reader, volumeGroup: reader.volumeGroup ?? reader.group ?? reader.user ?? imageUser };
}

/** An application that runs as root is not followed there: without capabilities root is only another user. */
export function withoutRoot(identity: PodIdentity): PodIdentity {
  const { user, ...others } = identity;
  return user === 0 ? others : identity;
}

function mountingContainer(spec: unknown, claim: string): unknown {
  const volumes = arrayAt(spec, 'volumes').filter(
    (volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName') === claim,
  );
  const names = volumes.map((volume) => stringAt(volume, 'name'));
  const containers = arrayAt(spec, 'containers');
  const mounts = (container: unknown): boolean =>
    arrayAt(container, 'volumeMounts').some((mount) => names.includes(stringAt(mount, 'name')));
  return containers.find(mounts) ?? containers[0];
}

function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, ...path);
  return isNumber(found) ? found : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
