import { arrayAt, stringAt } from '../core/json-object.ts';
import { keyOf, type Resource } from './resource.ts';

/** Lists of a ServiceAccount that its cluster adds to, and that server-side apply takes as one value. */
const sharedLists = ['secrets', 'imagePullSecrets'] as const;

/** Whether this is a ServiceAccount of the core API. */
export function isServiceAccount(resource: Resource): boolean {
  const { group, kind } = keyOf(resource);
  return group === '' && kind === 'ServiceAccount';
}

/**
 * `secrets` and `imagePullSecrets` as they must be: what the cluster put there, and what the account to apply adds.
 * OpenShift adds a pull secret to each account; applying the lists as exported would remove it, or be refused as a conflict.
 */
export function mergeSecretLists(account: Resource, present: unknown): Readonly<Record<string, readonly unknown[]>> {
  const lists = sharedLists.map((list) => [list, union(arrayAt(present, list), arrayAt(account, list))] as const);
  return Object.fromEntries(lists.filter(([, entries]) => entries.length > 0));
}

/** Whether OpenShift's pull secret for the internal registry is on the account. */
export function hasGeneratedPullSecret(account: unknown): boolean {
  const prefix = `${stringAt(account, 'metadata', 'name') ?? ''}-dockercfg-`;
  return arrayAt(account, 'imagePullSecrets').some((entry) => stringAt(entry, 'name')?.startsWith(prefix) === true);
}

function union(present: readonly unknown[], wanted: readonly unknown[]): readonly unknown[] {
  const names = new Set(present.map((entry) => stringAt(entry, 'name')));
  return [...present, ...wanted.filter((entry) => !names.has(stringAt(entry, 'name')))];
}
