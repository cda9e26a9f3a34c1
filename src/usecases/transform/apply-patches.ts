import type { ExportedFile } from '../../domain/schemas/documents.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { nameFailures, type Item, type LongOutcome } from '../../domain/reports/outcome.ts';
import { exportIndexParts, formatExportedFile, indexPath } from '../../domain/export/export-index.ts';
import { parseJsonExactly } from '../../domain/kube/exact-integers.ts';
import { applyPatch, parsePatch, PatchError } from '../../domain/kube/json-patch.ts';
import { describeResource, isResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { patchPathOf } from '../../domain/transform/transform-layout.ts';
import { takeConcurrently } from '../map-concurrently.ts';
import type { Folder, Log, MakeList, YamlCodec, StageFolders, Staging, Sha256 } from '../../domain/core/ports.ts';
import { makeSortedList } from '../../domain/core/sorted-list.ts';
import { itemOfUnread, openExport, type ExportEntry, type IndexHead } from '../export/read-export.ts';
import { openTransform, type TransformFiles } from './read-transform.ts';

export interface ApplyPatchesInput {
  readonly exportFolder: Folder;
  readonly transformFolder: Folder;
  readonly outputFolder: Folder;
  /** `sha256:<hex>` that the export's index must have; undefined: not checked. */
  readonly indexDigest: string | undefined;
  /** `sha256:<hex>` that the index of the transform folder must have; undefined: its files may have been edited. */
  readonly transformDigest: string | undefined;
}

export type ApplyPatchesResult = 'written-count' | 'skipped-count' | 'index-digest';

export interface ApplyPatchesPorts {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  /** Stages folders of the output folder. */
  readonly stage: StageFolders;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** For what is kept of each resource. */
  readonly makeList: MakeList;
}

type RenderOutcome = LongOutcome<ApplyPatchesResult, 'manifests' | 'render'>;

interface Rendered {
  readonly item: Item<'manifests' | 'render'>;
  readonly file: ExportedFile | undefined;
}

interface Work extends ApplyPatchesInput, ApplyPatchesPorts {
  readonly staging: Staging;
  readonly transform: TransformFiles;
}

const filesAtOnce = 8;

/** Files elsewhere, in an export of another layout, are written one by one. */
const stagedFolder = 'resources';

/**
 * Renders exported resources with their patches into final manifests, as crane apply does: removing a member that is
 * not there is overlooked, missing parents of an addition are made, a resource without a patch file is written as it is.
 * Manifests of an earlier run are replaced all at once, and only by a run that came to its end.
 * @throws TaskError `invalid-file` when the export or the transform folder is not what its index says, `interrupted`
 */
export async function applyPatches(input: ApplyPatchesInput, ports: ApplyPatchesPorts): Promise<RenderOutcome> {
  assertApart(input);
  const { index, total, entries } = await openExport(
    { folder: input.exportFolder, indexDigest: input.indexDigest },
    ports,
  );
  const transform = await openTransform({ folder: input.transformFolder, digest: input.transformDigest }, ports.sha256);
  const staging = await ports.stage([stagedFolder]);
  try {
    const work = { ...input, ...ports, staging, transform };
    const items = ports.makeList<Rendered['item']>();
    const files = makeSortedList<ExportedFile>(ports.makeList, ({ path }) => path);
    let done = 0;
    const run = async (entry: ExportEntry): Promise<Rendered> => {
      if (ports.signal.aborted) throw interrupted();
      const result = await renderEntry(entry, work);
      done += 1;
      ports.log.progress(done, total, entry.path);
      return result;
    };
    const take = ({ item, file }: Rendered): void => {
      items.push(item);
      if (file !== undefined) files.push(file);
    };
    await takeConcurrently(entries, { limit: filesAtOnce, run, take });
    // The old index must not vouch for new files.
    await input.outputFolder.remove(indexPath);
    await staging.publish();
    const digest = await input.outputFolder.writeParts(indexPath, indexParts(files, index));
    return toOutcome(items, digest);
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

async function renderEntry(entry: ExportEntry, work: Work): Promise<Rendered> {
  if (entry.kind !== 'resource') return { item: itemOfUnread(entry), file: undefined };
  const { path, resource } = entry;
  const id = describeResource(resource);
  const evidence = { file: path };
  try {
    const found = await work.transform.find(path);
    if (found.kind === 'whiteout') {
      return { item: { id, outcome: 'skipped', reason: 'whiteout', evidence }, file: undefined };
    }
    const patched = found.kind === 'patch' ? patchResource(resource, found.text) : resource;
    const text = work.yaml.format(patched);
    await (path.startsWith(`${stagedFolder}/`) ? work.staging.put(path, text) : work.outputFolder.write(path, text));
    const reason = found.kind === 'patch' ? 'written' : 'untransformed';
    return { item: { id, outcome: 'done', reason, evidence }, file: fileOf(patched, path, work.sha256(text)) };
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    const message = `applying ${patchPathOf(path)}: ${messageOf(error)}`;
    return { item: { id, outcome: 'failed', reason: 'patch-failed', message, evidence }, file: undefined };
  }
}

function fileOf(resource: Resource, path: string, digest: string): ExportedFile {
  const { namespace, name } = keyOf(resource);
  return { path, apiVersion: resource.apiVersion, kind: resource.kind, namespace, name, resourceVersion: '', digest };
}

/** The manifests keep an index like an export's, so that who deploys them can see that they are whole. */
function indexParts(files: Iterable<ExportedFile>, source: IndexHead | undefined): Iterable<string> {
  const { cluster = { context: '', uid: '' }, namespace = '' } = source ?? {};
  return exportIndexParts({ schemaVersion: 1, cluster, namespace }, Iterator.from(files).map(formatExportedFile));
}

function assertApart({ exportFolder, transformFolder, outputFolder }: ApplyPatchesInput): void {
  if (![exportFolder.path, transformFolder.path].includes(outputFolder.path)) return;
  throw new TaskError('invalid-param', `rendering manifests: ${outputFolder.path} is a folder that is read from`, {
    remedy: 'Give the manifests a folder of their own.',
  });
}

function patchResource(resource: Resource, text: string): Resource {
  const patched = applyPatch(resource, parsePatch(parseJson(text)), 'crane');
  if (!isResource(patched))
    throw new PatchError('the result is not a Kubernetes object: apiVersion, kind or name is missing');
  return patched;
}

function parseJson(text: string): unknown {
  try {
    return parseJsonExactly(text);
  } catch (error) {
    // The parser's message would quote the file, which may hold a secret.
    throw new PatchError(text === '' ? 'the file is empty' : 'the file is not JSON', { cause: error });
  }
}

function toOutcome(items: Iterable<Rendered['item']>, indexDigest: string): RenderOutcome {
  let written = 0;
  let skipped = 0;
  for (const { outcome, reason } of items) {
    if (outcome === 'done') written += 1;
    if (reason === 'whiteout') skipped += 1;
  }
  return {
    items,
    results: { 'written-count': String(written), 'skipped-count': String(skipped), 'index-digest': indexDigest },
    summary: `${String(written)} manifests written, ${String(skipped)} resources left out, ${nameFailures(items)}`,
    remedy: 'Transform again, or fix the patch files that the report names, then run again.',
  };
}

function interrupted(): TaskError {
  return new TaskError('interrupted', 'rendering manifests: stopped by a signal', {
    remedy: 'Run again: it starts over in seconds.',
  });
}
