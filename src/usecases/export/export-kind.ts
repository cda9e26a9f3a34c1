import type { KindExport, ExportedKind } from './kind-export.ts';
import { apiVersionOf, type ApiKind } from '../../domain/kube/discovery.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { expectedOf, itemOfUnexpected } from '../../domain/kube/expected-object.ts';
import type { ExportedFile } from '../../domain/schemas/documents.ts';
import { makeFileRecords, noFiles, type FileRecords, type WrittenFiles } from './written-files.ts';
import { failurePath, resourcePath } from '../../domain/export/export-paths.ts';
import { keyOf, type Resource, describeResource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { completeTags, isImageTagKind } from './complete-tags.ts';
import {
  asFailedObject,
  asKindError,
  allowedReasonOf,
  reasonOf,
  recordOfKind,
  recordOfObjects,
  type FailedObject,
  type FailureRecord,
} from './failures.ts';
import { isForbidden } from '../../domain/kube/status-error.ts';
import { listObjects, type Listing, collectObjects } from '../cluster/list-objects.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

const writesAtATime = 16;

/**
 * Writes all objects of a kind in a namespace into staging. A kind that cannot be read becomes a failed item and a
 * failure file, or a skipped item when it may be missing; objects that were read before that are kept.
 */
export async function exportKind(kind: ApiKind, run: KindExport): Promise<ExportedKind> {
  let records = makeFileRecords(run.makeList);
  const outdated: WrittenFiles[] = [];
  const failedObjects: FailedObject[] = [];
  if (run.secrets.mode === 'skip' && isSecretKind(kind)) return { items: await skipSecrets(kind, run), files: noFiles };
  try {
    const listing = await listObjects(
      { ...run, kind },
      {
        take: async (objects) => {
          const complete = isImageTagKind(kind)
            ? await completeTags(objects, { ...run, kind, failedObjects })
            : objects;
          return writeObjects(complete, run, records);
        },
        refuse: (object) => failedObjects.push(asFailedObject(expectedOf(kind, run.namespace), object)),
        restart: () => {
          outdated.push(records.files);
          records = makeFileRecords(run.makeList);
          failedObjects.length = 0;
        },
      },
    );
    if (records.files.size > 0) run.related?.noteKind(kind);
    for (const path of outdated.flatMap(({ paths }) => [...paths])) {
      if (!records.has(path)) await run.staging.remove(path);
    }
    const failed = failuresOf(failedObjects);
    if (failed.length > 0) await putFailure(kind, recordOfObjects(kind, failed, run.cluster.redactor), run);
    const item = itemOfListing(kind, { objects: records.files.size, listing, evidence: evidenceOf(kind, run) });
    return { items: [item, ...failedObjects.map((object) => object.item)], files: records.files };
  } catch (error) {
    return {
      items: [await recordFailure(kind, error, { run, failedObjects }), ...failedObjects.map((object) => object.item)],
      files: records.files,
    };
  }
}

function evidenceOf(kind: ApiKind, { secrets }: KindExport): Readonly<Record<string, string>> {
  return isSecretKind(kind) ? secrets.evidence : {};
}

async function writeObjects(objects: readonly Resource[], run: KindExport, records: FileRecords): Promise<number> {
  const { namespace, staging, yaml, sha256, secrets } = run;
  let characters = 0;
  await mapConcurrently(objects, writesAtATime, async (object) => {
    const path = resourcePath(namespace, keyOf(object), sha256);
    const text = yaml.format(await secrets.keep(object, path));
    characters += text.length;
    run.related?.note(object);
    records.add(fileOf(object, path, sha256(text)));
    await staging.put(path, text);
  });
  return characters;
}

function fileOf(object: Resource, path: string, digest: string): ExportedFile {
  const { apiVersion, kind, metadata } = object;
  const resourceVersion = stringAt(metadata, 'resourceVersion') ?? '';
  const { name, namespace = '' } = metadata;
  return { path, apiVersion, kind, namespace, name, resourceVersion, digest };
}

interface Listed {
  readonly objects: number;
  readonly listing: Listing;
  readonly evidence: Readonly<Record<string, string>>;
}

function itemOfListing(kind: ApiKind, { objects, listing, evidence }: Listed): Item<'export'> {
  const { resourceVersion, expirations } = listing;
  const flagged = expirations > 0;
  return {
    id: `${apiVersionOf(kind)} ${kind.kind}`,
    outcome: 'done',
    reason: flagged ? 'exported-over-time' : 'exported',
    ...(flagged
      ? { message: 'the list expired on its way: objects changed meanwhile may be missing or show different moments' }
      : {}),
    evidence: {
      objects,
      ...evidence,
      ...(resourceVersion === '' ? {} : { resourceVersion }),
      ...(flagged ? { expirations } : {}),
    },
  };
}

async function recordFailure(
  kind: ApiKind,
  cause: unknown,
  { run, failedObjects }: { run: KindExport; failedObjects: readonly FailedObject[] },
): Promise<Item<'export'>> {
  const { gaps } = run;
  const error = asKindError(cause);
  const id = `${apiVersionOf(kind)} ${kind.kind}`;
  const allowed = gaps.allowsGroup(kind.group) || (isForbidden(error) && gaps.allowsForbidden(kind));
  const objects = failuresOf(failedObjects);
  await putFailure(kind, recordOfKind(kind, { error, objects }, run.cluster.redactor), run);
  if (allowed) return { id, outcome: 'skipped', reason: allowedReasonOf(error), message: error.message };
  return { id, outcome: 'failed', reason: reasonOf(error), message: error.message };
}

/** An object that was deleted meanwhile does not fail the export. */
function failuresOf(objects: readonly FailedObject[]): readonly FailedObject[] {
  return objects.filter(({ item }) => item.outcome === 'failed');
}

async function putFailure(kind: ApiKind, record: FailureRecord, run: KindExport): Promise<void> {
  const { namespace, staging, yaml, sha256 } = run;
  const path = failurePath(namespace, { name: kind.plural, group: kind.group, version: kind.version }, sha256);
  await staging.put(path, yaml.format(record));
}

/** Lists names without what they stand for, so that what is not wanted never comes here. */
const namesOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Whether a kind is the Secret of the core group. */
function isSecretKind({ group, kind }: ApiKind): boolean {
  return group === '' && kind === 'Secret';
}

/** Items for the Secrets of a namespace, of which nothing is written. */
async function skipSecrets(
  kind: ApiKind,
  run: { readonly cluster: Cluster; readonly namespace: string; readonly labelSelector: string | undefined },
): Promise<readonly Item<'export'>[]> {
  const unexpected: Item<'export'>[] = [];
  try {
    const secrets = await collectObjects({ ...run, kind, accept: namesOnly }, (object) =>
      unexpected.push(itemOfUnexpected(expectedOf(kind, run.namespace), object)),
    );
    return [...secrets.map(({ metadata }) => itemOf(metadata.name, run.namespace)), ...unexpected];
  } catch (cause) {
    const { message } = asKindError(cause);
    return [{ id: `${apiVersionOf(kind)} ${kind.kind}`, outcome: 'skipped', reason: 'secrets-left-out', message }];
  }
}

function itemOf(name: string, namespace: string): Item<'export'> {
  const id = describeResource({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
  const message = 'left out, as asked for: make it at the destination by other means';
  return { id, outcome: 'skipped', reason: 'secrets-left-out', message };
}
