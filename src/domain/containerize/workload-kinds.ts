import { TaskError } from '../core/errors.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import type { ApiKind } from '../kube/discovery.ts';
import { knownKinds } from '../kube/known-kinds.ts';
import type { Resource } from '../kube/resource.ts';

export interface WorkloadKind {
  readonly kind: ApiKind;
  /** Further names, as kubectl takes them. */
  readonly names: readonly string[];
}

/** Kinds whose pods can become an image, in the order in which a bare name is looked for. */
export const workloadKinds: readonly WorkloadKind[] = [
  { kind: knownKinds.deployments, names: ['deployment', 'deployments', 'deploy'] },
  { kind: knownKinds.statefulsets, names: ['statefulset', 'statefulsets', 'sts'] },
  { kind: knownKinds.deploymentconfigs, names: ['deploymentconfig', 'deploymentconfigs', 'dc'] },
  { kind: knownKinds.daemonsets, names: ['daemonset', 'daemonsets', 'ds'] },
  { kind: knownKinds.replicasets, names: ['replicaset', 'replicasets', 'rs'] },
  { kind: knownKinds.replicationcontrollers, names: ['replicationcontroller', 'replicationcontrollers', 'rc'] },
  { kind: knownKinds.pods, names: ['pod', 'pods', 'po'] },
];

export interface WorkloadName {
  /** Kinds to look for. */
  readonly kinds: readonly WorkloadKind[];
  readonly name: string;
}

/**
 * Reads `kind/name`, as kubectl takes it, or a bare name, which can be of each kind.
 * @throws TaskError `invalid-param`
 */
export function parseWorkload(text: string): WorkloadName {
  const slash = text.indexOf('/');
  const [kind, name] = [text.slice(0, Math.max(0, slash)).toLowerCase(), text.slice(slash + 1)];
  const kinds =
    slash < 0 ? workloadKinds : workloadKinds.filter(({ names }) => names.includes(String(kind.split('.', 1)[0])));
  const isName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);
  if (kinds.length > 0 && isName) return { kinds, name };
  throw new TaskError('invalid-param', `reading the workload: expected kind/name, got ${JSON.stringify(text)}`, {
    remedy: `Give a name, or one of the kinds ${workloadKinds.map(({ names }) => names[0]).join(', ')} with a name.`,
  });
}

export interface Owner {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** The workload that controls an object; undefined for an object of its own, and for a controller of another kind. */
export function ownerOf(object: Resource): Owner | undefined {
  const owner = arrayAt(object, 'metadata', 'ownerReferences').find((each) => valueAt(each, 'controller') === true);
  const kind = workloadKinds.find((each) => each.kind.kind === stringAt(owner, 'kind'));
  const name = stringAt(owner, 'name');
  const isGroup = stringAt(owner, 'apiVersion') === apiVersionOf(kind?.kind);
  return kind === undefined || name === undefined || !isGroup ? undefined : { kind, name };
}

function apiVersionOf(kind: ApiKind | undefined): string | undefined {
  if (kind === undefined) return undefined;
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
