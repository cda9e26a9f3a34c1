import { apiVersionOf, type ApiKind } from '../../domain/kube/discovery.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { expectedOf } from '../../domain/kube/expected-object.ts';
import type { ExportedFile } from '../../domain/schemas/documents.ts';
import { makeFileRecords, type FileRecords } from './written-files.ts';
import { clusterResourcePath, failurePath } from '../../domain/export/export-paths.ts';
import {
  admitsAccountsOf,
  bindsAccountsOf,
  definitionOf,
  isOfPlatform,
  relatedTo,
  type RelatedObject,
  type RelatedPlural,
} from '../../domain/export/related-objects.ts';
import { accountKinds, knownKinds } from '../../domain/kube/known-kinds.ts';
import { keyOf, type Resource } from '../../domain/kube/resource.ts';
import { stringAt, valueAt } from '../../domain/core/json-object.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { ExportedKind, KindExport, RelatedNotes } from './kind-export.ts';
import { isForbidden, isNotFound } from '../../domain/kube/status-error.ts';
import { findDocument, getObject } from '../cluster/find-object.ts';
import { groupVersionPath } from '../../domain/kube/api-paths.ts';
import {
  allowedReasonOf,
  asFailedObject,
  asKindError,
  reasonOf,
  recordOfObjects,
  type FailedObject,
} from './failures.ts';
import { collectObjects } from '../cluster/list-objects.ts';

const kinds: Readonly<Record<RelatedPlural, ApiKind>> = {
  customresourcedefinitions: knownKinds.customresourcedefinitions,
  clusterroles: accountKinds.ClusterRole,
  clusterrolebindings: accountKinds.ClusterRoleBinding,
  storageclasses: knownKinds.storageclasses,
  priorityclasses: knownKinds.priorityclasses,
  securitycontextconstraints: knownKinds.securitycontextconstraints,
};
const readsAtATime = 8;

/** Notes each related object once. */
export function takeNotes(): RelatedNotes {
  const found = new Map<string, RelatedObject>();
  const add = (object: RelatedObject): void => {
    const key = `${object.plural}/${object.name}`;
    if (!found.has(key)) found.set(key, object);
  };
  return {
    add,
    note: (resource) => relatedTo(resource).forEach(add),
    noteKind: (kind) => {
      const definition = definitionOf(kind);
      if (definition !== undefined) add(definition);
    },
    get objects() {
      return found.values();
    },
  };
}

/**
 * Writes the cluster-scoped objects that those of the namespace need into its folder `_cluster`. Objects of the
 * platform are left out. Each that cannot be read is reported by itself.
 */
export async function exportRelated(notes: RelatedNotes, run: KindExport): Promise<ExportedKind> {
  const written = makeFileRecords(run.makeList);
  const bindings = await readBindings({ notes, written }, run);
  const hasConstraints =
    (await findDocument(run.cluster, groupVersionPath(kinds.securitycontextconstraints))) !== undefined;
  const constraints = hasConstraints ? await readConstraints(notes, run) : [];
  const read: ReadOne[] = [];
  const known = new Set<RelatedObject>();
  const next = (): readonly RelatedObject[] =>
    [...notes.objects]
      .filter((object) => !known.has(object) && (hasConstraints || !isConstraint(object)))
      .sort(byPlace);
  // Roles that were read name more.
  for (let objects = next(); objects.length > 0; objects = next()) {
    for (const object of objects) known.add(object);
    const found = await mapConcurrently(objects, readsAtATime, (object) => readOne(object, run));
    read.push(...found);
    for (const { resource } of found) if (resource !== undefined) notes.note(resource);
  }
  const items = [...bindings.items, ...constraints];
  const unexpected = [...bindings.unexpected];
  for (const { object, item, resource } of read) {
    if (resource !== undefined) written.add(await write(resource, run));
    if (item === undefined) continue;
    items.push(item);
    if (item.reason === 'unexpected-object') unexpected.push({ ...object, item });
  }
  await recordUnexpected(unexpected, run);
  return { items, files: written.files, isRelated: true };
}

/** SecurityContextConstraints that name accounts of the namespace themselves; a gap when they cannot be listed. */
async function readConstraints(notes: RelatedNotes, run: KindExport): Promise<readonly Item<'export'>[]> {
  const kind = kinds.securitycontextconstraints;
  try {
    const listed = await collectObjects({ cluster: run.cluster, kind, namespace: '' });
    for (const { metadata } of listed.filter((each) => admitsAccountsOf(each, run.namespace)))
      notes.add({ plural: 'securitycontextconstraints', name: metadata.name });
    return [];
  } catch (cause) {
    return [gapOf(`${apiVersionOf(kind)} ${kind.kind}`, kind, { cause, run })];
  }
}

function isConstraint({ plural }: RelatedObject): boolean {
  return plural === 'securitycontextconstraints';
}

interface UnexpectedRelated extends RelatedObject, FailedObject {}

/** Bindings are found by their subjects, so all are listed; the roles that they give are noted. */
async function readBindings(
  { notes, written }: { readonly notes: RelatedNotes; readonly written: FileRecords },
  run: KindExport,
): Promise<Pick<ExportedKind, 'items'> & { readonly unexpected: readonly UnexpectedRelated[] }> {
  const kind = kinds.clusterrolebindings;
  const unexpected: UnexpectedRelated[] = [];
  let bindings: readonly Resource[];
  try {
    bindings = await collectObjects({ cluster: run.cluster, kind, namespace: '' }, (object) =>
      unexpected.push({ plural: 'clusterrolebindings', ...asFailedObject(expectedOf(kind, ''), object) }),
    );
  } catch (cause) {
    const gap = gapOf(`${apiVersionOf(kind)} ${kind.kind}`, kind, { cause, run });
    return { items: [gap, ...unexpected.map(({ item }) => item)], unexpected };
  }
  const own = bindings.filter(
    (binding) => bindsAccountsOf(binding, run.namespace) && !isOfPlatform(binding.metadata.name, binding),
  );
  for (const binding of own) {
    notes.note(binding);
    written.add(await write(binding, run));
  }
  return {
    items: [...own.map(itemOfBinding), ...unexpected.map(({ item }) => item)],
    unexpected,
  };
}

/** Rights in the whole cluster are more than a namespace has: the owner of the destination decides. */
function itemOfBinding(binding: Resource): Item<'export'> {
  const role = stringAt(binding, 'roleRef', 'name') ?? '';
  const message = `gives accounts of the namespace the rights of ${role} in the whole cluster`;
  return {
    id: idOf('clusterrolebindings', binding.metadata.name),
    outcome: 'done',
    reason: 'exported-cluster-rights',
    message,
  };
}

interface ReadOne {
  readonly object: RelatedObject;
  readonly item?: Item<'export'>;
  readonly resource?: Resource;
}

async function readOne(object: RelatedObject, run: KindExport): Promise<ReadOne> {
  const { plural, name } = object;
  const id = idOf(plural, name);
  if (isOfPlatform(name)) return { object };
  const kind = kinds[plural];
  try {
    const resource = await getObject(run.cluster, { kind, namespace: '', name });
    if (isOfPlatform(name, resource)) return { object };
    return { object, resource, item: { id, outcome: 'done', reason: 'exported' } };
  } catch (cause) {
    // A kind of an aggregated API has no definition.
    if (plural === 'customresourcedefinitions' && isNotFound(asKindError(cause))) return { object };
    return { object, item: gapOf(id, kind, { cause, run }) };
  }
}

function gapOf(id: string, kind: ApiKind, { cause, run }: { cause: unknown; run: KindExport }): Item<'export'> {
  const error = asKindError(cause);
  const { message } = error;
  if (isNotFound(error)) return { id, outcome: 'skipped', reason: 'not-found', message };
  const allowed = isForbidden(error) && run.gaps.allowsForbidden(kind);
  if (allowed) return { id, outcome: 'skipped', reason: allowedReasonOf(error), message };
  return { id, outcome: 'failed', reason: reasonOf(error), message };
}

/** One file for each kind of which the server answered other objects than it was asked for. */
async function recordUnexpected(unexpected: readonly UnexpectedRelated[], run: KindExport): Promise<void> {
  const { namespace, staging, yaml, sha256 } = run;
  for (const [plural, objects] of Map.groupBy(unexpected, (object) => object.plural)) {
    const kind = kinds[plural];
    const path = failurePath(namespace, { name: plural, group: kind.group, version: kind.version }, sha256);
    await staging.put(path, yaml.format(recordOfObjects(kind, objects, run.cluster.redactor)));
  }
}

async function write(resource: Resource, { namespace, staging, yaml, sha256 }: KindExport): Promise<ExportedFile> {
  const path = clusterResourcePath(namespace, keyOf(resource), sha256);
  const text = yaml.format(resource);
  await staging.put(path, text);
  const { apiVersion, kind, metadata } = resource;
  const resourceVersion = stringAt(valueAt(metadata), 'resourceVersion') ?? '';
  return { path, apiVersion, kind, namespace: '', name: metadata.name, resourceVersion, digest: sha256(text) };
}

function idOf(plural: RelatedPlural, name: string): string {
  return `${apiVersionOf(kinds[plural])} ${kinds[plural].kind} ${name}`;
}

function byPlace(one: RelatedObject, other: RelatedObject): number {
  return `${one.plural}/${one.name}` < `${other.plural}/${other.name}` ? -1 : 1;
}
