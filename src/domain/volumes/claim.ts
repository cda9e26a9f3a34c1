import { TaskError } from '../core/errors.ts';
import { parseQuantity } from '../kube/quantity.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/** Says whose data a claim was made for, so that the next run knows it as its own. */
const sourceClaimAnnotation = 'crane-tasks.dev/source-claim';

export interface Claim {
  readonly name: string;
  readonly namespace: string;
  readonly accessModes: readonly string[];
  /** Empty: the default class of the cluster. */
  readonly storageClass: string;
  /** Quantity as written, for example `10Gi`. */
  readonly size: string;
  /** Of its volume, as written; undefined until it has one. Larger than the size where the volume was expanded. */
  readonly capacity: string | undefined;
  readonly block: boolean;
  readonly phase: string;
  /** What the annotation says; empty when it is absent. */
  readonly madeFor: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly terminating: boolean;
}

/** @throws TaskError `cluster-refused` when the answer is not a claim */
export function parseClaim(value: unknown): Claim {
  const name = stringAt(value, 'metadata', 'name');
  const size = stringAt(value, 'spec', 'resources', 'requests', 'storage');
  if (name === undefined || size === undefined) {
    throw new TaskError('cluster-refused', 'reading a PersistentVolumeClaim: the answer has no name or no size', {
      remedy: 'Look at the API server, then run again.',
    });
  }
  const labels = valueAt(value, 'metadata', 'labels');
  const texts = Object.entries(isObject(labels) ? labels : {}).filter(
    (label): label is [string, string] => typeof label[1] === 'string',
  );
  return {
    name,
    namespace: stringAt(value, 'metadata', 'namespace') ?? '',
    accessModes: arrayAt(value, 'spec', 'accessModes').filter((mode) => typeof mode === 'string'),
    storageClass: stringAt(value, 'spec', 'storageClassName') ?? '',
    size,
    capacity: stringAt(value, 'status', 'capacity', 'storage'),
    block: stringAt(value, 'spec', 'volumeMode') === 'Block',
    phase: stringAt(value, 'status', 'phase') ?? '',
    madeFor: stringAt(value, 'metadata', 'annotations', sourceClaimAnnotation) ?? '',
    labels: Object.fromEntries(texts),
    terminating: stringAt(value, 'metadata', 'deletionTimestamp') !== undefined,
  };
}

export interface ClaimSpec {
  readonly name: string;
  readonly namespace: string;
  /** Empty: as the source. */
  readonly storageClass: string;
  readonly size: string;
  readonly accessModes: readonly string[];
  /** Value of the annotation. */
  readonly madeFor: string;
}

/** What the user asks for; an unknown size is that of the source. */
export type ClaimWish = Omit<ClaimSpec, 'size'> & { readonly size: string | undefined };

/** What to ask for at the destination, with the blanks of the wish filled in from the source. */
export function fillClaimSpec(source: Claim, wish: ClaimWish): ClaimSpec {
  return {
    ...wish,
    size: wish.size ?? source.size,
    accessModes: wish.accessModes.length === 0 ? source.accessModes : wish.accessModes,
  };
}

/** The claim to create, without volume name, data source and selector: they bind it to the source's storage. */
export function claimObject(source: Claim, wish: ClaimSpec): Resource {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: wish.name,
      namespace: wish.namespace,
      labels: source.labels,
      annotations: { [sourceClaimAnnotation]: wish.madeFor },
    },
    spec: {
      accessModes: wish.accessModes,
      volumeMode: 'Filesystem',
      resources: { requests: { storage: wish.size } },
      ...(wish.storageClass === '' ? {} : { storageClassName: wish.storageClass }),
    },
  };
}

/** Whether no pod may write to a claim with these access modes. */
export function isReadOnly(accessModes: readonly string[]): boolean {
  return accessModes.length > 0 && accessModes.every((mode) => mode === 'ReadOnlyMany');
}

/** What a volume allows that pods of several nodes may write to. */
const belowMany: readonly string[] = ['ReadWriteOnce', 'ReadOnlyMany'];

function allows({ accessModes }: Claim, mode: string): boolean {
  return accessModes.includes(mode) || (accessModes.includes('ReadWriteMany') && belowMany.includes(mode));
}

/** Why an existing claim cannot take the data, a clause each; empty when it can. */
export function compareClaim(existing: Claim, wish: ClaimSpec): readonly string[] {
  const problems: string[] = [];
  if (existing.block) problems.push('it is a block device');
  if (existing.terminating) problems.push('it is being deleted');
  if (existing.phase === 'Lost') problems.push('its volume is lost');
  if (existing.madeFor !== '' && existing.madeFor !== wish.madeFor) {
    problems.push(`it was made for ${existing.madeFor}`);
  }
  if (wish.storageClass !== '' && existing.storageClass !== wish.storageClass) {
    problems.push(`its storage class is ${existing.storageClass || 'unset'}, not ${wish.storageClass}`);
  }
  const sizes = [existing.size, existing.capacity ?? existing.size].map(parseQuantity);
  if (sizes.every((size) => size < parseQuantity(wish.size))) {
    problems.push(`it asks for ${existing.size}, less than ${wish.size}`);
  }
  const missing = wish.accessModes.filter((mode) => !allows(existing, mode));
  if (missing.length > 0) problems.push(`it lacks access mode ${missing.join(', ')}`);
  return problems;
}
