import { collectionPath, objectPath } from '../../domain/kube/api-paths.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { valueAt } from '../../domain/core/json-object.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import { isServiceAccount } from '../../domain/kube/service-account.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { ApplyGroup, Reason } from '../../domain/reports/reasons.ts';
import { kindKey, type ApiKinds } from '../cluster/resolve-kinds.ts';
import type { Versions } from '../cluster/list-objects.ts';
import { appliedIdentity, refOf } from './apply-object.ts';
import type { Recorded } from './creation-journal.ts';
import { describeUnserved, type Wanted } from './serve-version.ts';

/** An object that can be applied, and its kind. */
export interface Ready extends Wanted {
  readonly api: ApiKind;
}

export type ReadyRef = Pick<Ready, 'resource' | 'api'>;

// A name with these could leave the collection's path.
const unsafeName = /^\.{1,2}$|[/%]/;

/** Whether an object can be tried; else its item. */
export function checkObject(wanted: Wanted, kinds: ApiKinds): Ready | Item<ApplyGroup> {
  const { resource } = wanted;
  const api = kinds.get(kindKey(resource));
  if (api === undefined) return failed(resource, 'missing-kind', describeUnserved(resource));
  const { name, namespace = '' } = resource.metadata;
  if (unsafeName.test(name) || unsafeName.test(namespace))
    return failed(resource, 'invalid', 'this is not a name that Kubernetes allows');
  if (api.namespaced && namespace === '')
    return failed(resource, 'invalid', 'it has no namespace: give one with the param namespace');
  return { ...wanted, api };
}

/** The objects of a wave that can be tried. */
export function* readyOf(wave: Iterable<Wanted>, kinds: ApiKinds): Generator<Ready, void, undefined> {
  for (const wanted of wave) {
    const checked = checkObject(wanted, kinds);
    if ('api' in checked) yield checked;
  }
}

/** The objects that are about to be created, for the journal. */
export function* creationsOf(
  ready: Iterable<Ready>,
  before: ReadonlyMap<string, Versions>,
): Generator<Recorded, void, undefined> {
  for (const each of ready) {
    if (before.get(collectionOfReady(each))?.has(each.resource.metadata.name) !== false) continue;
    yield { path: pathOf(each), evidence: appliedIdentity(each.resource) };
  }
}

/** Whether what uses an object must not come before the cluster has done its part. */
export function needsTime(resource: Resource): boolean {
  return resource.kind === 'CustomResourceDefinition' || isServiceAccount(resource);
}

/** What identifies a resource and selects its pods. */
export function withoutContent({ apiVersion, kind, metadata, spec }: Resource): Resource {
  const { name, namespace } = metadata;
  const place = namespace === undefined ? { name } : { name, namespace };
  const selector = valueAt(spec, 'selector');
  return { apiVersion, kind, metadata: place, ...(selector === undefined ? {} : { spec: { selector } }) };
}

/** The path of an object in the API. */
export function pathOf(object: ReadyRef): string {
  return objectPath(refOf(object));
}

/** The path of the collection that an object is in. */
export function collectionOfReady({ resource, api }: Ready): string {
  return collectionPath(api, resource.metadata.namespace ?? '');
}

/** The item of an object that was not applied. */
export function failed(resource: Resource, reason: Reason<ApplyGroup>, message: string): Item<ApplyGroup> {
  return { id: describeResource(resource), outcome: 'failed', reason, message };
}
