import type { Sha256 } from '../../domain/core/ports.ts';
import { noteOf } from '../../domain/apply/apply-notes.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { ApplyGroup } from '../../domain/reports/reasons.ts';
import { describeResource, isResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { reportedDigest } from '../cluster/content-digest.ts';
import type { Applied } from './apply-object.ts';

/**
 * The item of an applied object. Its evidence identifies the object and its content, so that a rollback deletes it only
 * when nothing changed since.
 */
export function describeApplied(resource: Resource, { verdict, live }: Applied, sha256: Sha256): Item<ApplyGroup> {
  const note = noteOf(resource, live);
  const evidence = {
    ...appliedIdentity(resource),
    uid: stringAt(live, 'metadata', 'uid') ?? '',
    resourceVersion: stringAt(live, 'metadata', 'resourceVersion') ?? '',
    // Where it could not be seen before, and where it took the place of another, it is not ours to remove.
    operation: verdict === 'applied' || verdict === 'recreated' ? 'changed' : verdict,
    ...(isResource(live) ? { contentDigest: reportedDigest(live, sha256) } : {}),
  };
  const item: Item<ApplyGroup> = { id: describeResource(resource), outcome: 'done', reason: verdict, evidence };
  return note === undefined ? item : { ...item, message: note };
}

/** Which object it is, apart from its UID. */
export function appliedIdentity(
  resource: Resource,
): Readonly<Record<'apiVersion' | 'kind' | 'namespace' | 'name', string>> {
  const { kind, namespace, name } = keyOf(resource);
  return { apiVersion: resource.apiVersion, kind, namespace, name };
}
