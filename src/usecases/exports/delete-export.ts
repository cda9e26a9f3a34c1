import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import { deleteByHand } from '../../domain/exports/delete-by-hand.ts';
import { imageOf, type ExportImage, type StoredExport } from '../../domain/exports/export-record.ts';
import { stateOf } from '../../domain/exports/export-state.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { canAnyonePull } from './check-public.ts';
import { listExports, takeExport, writeExport, type ExportStore } from './export-store.ts';
import { findExportContent, findReferringDigests, type ExportContent } from './find-export-content.ts';

export interface DeleteExportPorts {
  readonly store: ExportStore;
  /** With the login of the account. */
  readonly registry: (host: string) => Registry;
  /** Without any login. */
  readonly anonymous: (host: string) => Registry;
  readonly log: Log;
  readonly sleep: Sleep;
}

export type ExportItem = Item<'exports' | 'registry'>;

const checks = 5;
const betweenChecks = 1000;

/**
 * Deletes the image of an export from its registry, with its lists of contents and signatures, and marks the record. The
 * record is `deleted` only after a GET of the tag and of the digest gave 404. It is safe to kill this at any point and to
 * run it again.
 * @param mayShare whether other tags of the same image may disappear too
 * @returns a failed item when the image is still there
 * @throws TaskError `interrupted` when another run changed the record; ClusterStatusError; SyncFailure `interrupted`
 */
export async function deleteExport(
  stored: StoredExport,
  mayShare: boolean,
  ports: DeleteExportPorts,
): Promise<ExportItem> {
  const { store, log } = ports;
  const { entry } = stored;
  const base = { id: `${store.namespace}/${entry.id}` };
  if (stateOf(entry, store.now()) === 'in-progress')
    return { ...base, outcome: 'failed', reason: 'in-progress', message: `${stored.owner} works on it` };
  const image = imageOf(entry);
  let current: StoredExport | undefined;
  try {
    const content = await findExportContent(entry, ports.registry(image.host), log);
    if (content.otherTags.length > 0 && !mayShare) return { ...base, ...sharedBy(content.otherTags) };
    if (!content.isThere && entry.state === 'deleted') return { ...base, outcome: 'skipped', reason: 'gone-already' };
    current = await markBegun(store, stored, content);
    await deleteContent(content, ports);
    await markDeleted(store, current);
    await markSiblings(content, ports);
    return { ...base, outcome: 'done', reason: 'deleted', evidence: { image: entry.image, digest: entry.digest } };
  } catch (error) {
    if (!(error instanceof SyncFailure) || error.kind === 'interrupted') throw error;
    const found = await describeFailure(error, stored, ports);
    // Before the deletion began, the image is as it was.
    if (current !== undefined) await writeExport(store, current, { state: 'delete-failed', message: found.message });
    return { ...base, outcome: 'failed', ...found };
  }
}

/**
 * Before anything is deleted: a run that dies from here on leaves an export that is neither ready nor in progress. The
 * digest of the tag is recorded, because the tag is gone with its manifest.
 */
async function markBegun(store: ExportStore, stored: StoredExport, { digests }: ExportContent): Promise<StoredExport> {
  const { entry } = stored;
  const marked = { ...entry, state: 'delete-failed' as const, message: 'The deletion did not end.' };
  const digest = entry.digest === '' ? (digests[0] ?? '') : entry.digest;
  return takeExport(store, { ...stored, entry: { ...marked, digest } });
}

function markDeleted(store: ExportStore, stored: StoredExport): Promise<StoredExport> {
  return writeExport(store, stored, { state: 'deleted', message: '' });
}

function sharedBy(tags: readonly string[]): Pick<ExportItem, 'outcome' | 'reason' | 'message'> {
  const message = `the tags ${tags.join(', ')} have the same image and would be deleted too`;
  return { outcome: 'failed', reason: 'shared-digest', message };
}

async function deleteContent({ image, digests }: ExportContent, ports: DeleteExportPorts): Promise<void> {
  const registry = ports.registry(image.host);
  for (const digest of digests) {
    await registry.delete(image.path, digest);
    await assertGone(image, digest, ports);
    // After the image: these only describe it. They are found by its digest, also when it is gone.
    for (const more of await findReferringDigests(image.path, digest, registry))
      await registry.delete(image.path, more);
  }
  await assertGone(image, image.tag, ports);
}

/** Some registries accept a deletion and keep the image, others take a moment. */
async function assertGone({ host, path }: ExportImage, reference: string, ports: DeleteExportPorts): Promise<void> {
  for (let tries = 1; (await ports.registry(host).read(path, reference)) !== undefined; tries += 1) {
    if (tries === checks)
      throw new SyncFailure(
        'refused',
        `deleting ${host}/${path}: the registry accepted it, and still has ${reference}`,
      );
    await ports.sleep(betweenChecks);
  }
}

async function describeFailure(
  error: SyncFailure,
  { entry }: StoredExport,
  ports: DeleteExportPorts,
): Promise<Pick<ExportItem, 'reason'> & { readonly message: string }> {
  const image = imageOf(entry);
  const reference = entry.digest === '' ? image.tag : entry.digest;
  const isPublic = await canAnyonePull({ path: image.path, digest: reference }, ports.anonymous(image.host));
  const state = isPublic === true ? 'still public' : 'still there, or not known to be gone';
  const message = `delete failed: ${state}: ${messageOf(error)}; ${deleteByHand(image)}`;
  return { reason: isPublic === true ? 'still-public' : 'still-there', message };
}

/** Other exports with the same manifest have lost it too. */
async function markSiblings({ image, digests }: ExportContent, { store, log }: DeleteExportPorts): Promise<void> {
  const { exports } = await listExports(store);
  const siblings = exports.filter(({ entry }) => {
    const { host, path } = imageOf(entry);
    const isSame = host === image.host && path === image.path && digests.includes(entry.digest);
    return isSame && (entry.state === 'ready' || entry.state === 'delete-failed');
  });
  for (const sibling of siblings) {
    try {
      await markDeleted(store, await takeExport(store, sibling));
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      log.warn(`export ${sibling.entry.id} had the same image: ${messageOf(error)}`);
    }
  }
}
