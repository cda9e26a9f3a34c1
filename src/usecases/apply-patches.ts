import { messageOf, TaskError } from '../domain/errors.ts';
import type { Item, Outcome } from '../domain/outcome.ts';
import {
  formatExportIndex,
  indexPath,
  type ExportedFile,
  type ExportIndex,
  type Sha256,
} from '../domain/resources/export-layout.ts';
import { PatchError } from '../domain/resources/json-document.ts';
import { applyPatch, parsePatch } from '../domain/resources/json-patch.ts';
import { describeResource, isResource, keyOf, type Resource } from '../domain/resources/resource.ts';
import { patchPathOf, whiteoutPathOf } from '../domain/resources/transform/transform-layout.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { nameFailures } from './name-failures.ts';
import type { Folder, Log, ResourceFile, YamlCodec } from './ports.ts';
import { itemOfUnread, openExport, type ExportEntry } from './read-export.ts';

export interface ApplyPatchesInput {
  readonly exportFolder: Folder;
  readonly transformFolder: Folder;
  readonly outputFolder: Folder;
  /** `sha256:<hex>` that the export's index must have; empty: not checked. */
  readonly indexDigest: string;
}

export type ApplyPatchesResult = 'written-count' | 'skipped-count' | 'index-digest';

export interface ApplyPatchesPorts {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface Rendered {
  readonly item: Item;
  readonly file: ExportedFile | undefined;
}

interface Work extends ApplyPatchesInput {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  /** Files that the transform folder holds. */
  readonly transformed: ReadonlySet<string>;
}

const filesAtOnce = 8;

/**
 * Renders exported resources with their patches into final manifests, as crane apply does: removing a member that is
 * not there is overlooked, missing parents of an addition are made, a resource without a patch file is written as it is.
 * Manifests of earlier runs that are not rendered any more are removed.
 * @throws TaskError `invalid-file` when the export is not what its index says, `interrupted`
 */
export async function applyPatches(
  input: ApplyPatchesInput,
  ports: ApplyPatchesPorts,
): Promise<Outcome<ApplyPatchesResult>> {
  assertApart(input);
  const { index, total, entries } = await openExport(
    { folder: input.exportFolder, indexDigest: input.indexDigest },
    ports,
  );
  const work = {
    ...input,
    yaml: ports.yaml,
    sha256: ports.sha256,
    transformed: new Set(await input.transformFolder.list()),
  };
  let done = 0;
  const rendered = await mapConcurrently(entries, filesAtOnce, async (entry) => {
    if (ports.signal.aborted) throw interrupted();
    const result = await renderEntry(entry, work);
    done += 1;
    ports.log.progress(done, total, entry.path);
    return result;
  });
  const files = rendered.flatMap(({ file }) => file ?? []).sort((a, b) => (a.path < b.path ? -1 : 1));
  await removeStale(files, input.outputFolder, ports.log);
  const text = formatExportIndex(indexOf(files, index));
  await input.outputFolder.write(indexPath, text);
  return toOutcome(rendered, ports.sha256(text));
}

async function renderEntry(entry: ExportEntry, work: Work): Promise<Rendered> {
  if (entry.kind !== 'resource') return { item: itemOfUnread(entry), file: undefined };
  const { path, resource } = entry;
  const id = describeResource(resource);
  if (work.transformed.has(whiteoutPathOf(path))) {
    return { item: { id, outcome: 'skipped', reason: 'whiteout', evidence: { file: path } }, file: undefined };
  }
  try {
    const patched = await patchResource({ path, resource }, work);
    const text = work.yaml.format(patched);
    await work.outputFolder.write(path, text);
    const reason = work.transformed.has(patchPathOf(path)) ? 'written' : 'untransformed';
    const item: Item = { id, outcome: 'done', reason, evidence: { file: path } };
    return { item, file: fileOf(patched, path, work.sha256(text)) };
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    const message = `applying ${patchPathOf(path)}: ${messageOf(error)}`;
    return {
      item: { id, outcome: 'failed', reason: 'patch-failed', message, evidence: { file: path } },
      file: undefined,
    };
  }
}

function fileOf(resource: Resource, path: string, digest: string): ExportedFile {
  const { namespace, name } = keyOf(resource);
  return { path, apiVersion: resource.apiVersion, kind: resource.kind, namespace, name, resourceVersion: '', digest };
}

/** The manifests keep an index like an export's, so that who deploys them can see that they are whole. */
function indexOf(files: readonly ExportedFile[], source: ExportIndex | undefined): ExportIndex {
  const { cluster = { context: '', uid: '' }, namespace = '' } = source ?? {};
  return { schemaVersion: 1, cluster, namespace, files };
}

function assertApart({ exportFolder, transformFolder, outputFolder }: ApplyPatchesInput): void {
  if (![exportFolder.path, transformFolder.path].includes(outputFolder.path)) return;
  throw new TaskError('invalid-param', `rendering manifests: ${outputFolder.path} is a folder that is read from`, {
    remedy: 'Give the manifests a folder of their own.',
  });
}

async function patchResource({ path, resource }: ResourceFile, work: Work): Promise<Resource> {
  const patchPath = patchPathOf(path);
  if (!work.transformed.has(patchPath)) return resource;
  const patches = parsePatch(parseJson((await work.transformFolder.read(patchPath)) ?? ''));
  const patched = applyPatch(resource, patches, 'crane');
  if (!isResource(patched))
    throw new PatchError('the result is no Kubernetes object: apiVersion, kind or name is gone');
  return patched;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message would quote the file, which may hold a secret.
    throw new PatchError(text === '' ? 'the file is empty' : 'the file is not JSON', { cause: error });
  }
}

async function removeStale(files: readonly ExportedFile[], folder: Folder, log: Log): Promise<void> {
  const current = new Set(files.map((file) => file.path));
  for (const path of await folder.list()) {
    if (!path.startsWith('resources/') || current.has(path)) continue;
    await folder.remove(path);
    log.debug(`removed ${path}: of an earlier run`);
  }
}

function toOutcome(rendered: readonly Rendered[], indexDigest: string): Outcome<ApplyPatchesResult> {
  const items = rendered.map((result) => result.item);
  const written = items.filter((item) => item.outcome === 'done').length;
  const skipped = items.filter((item) => item.reason === 'whiteout').length;
  return {
    items,
    results: { 'written-count': String(written), 'skipped-count': String(skipped), 'index-digest': indexDigest },
    summary: `${String(written)} manifests written, ${String(skipped)} resources left out, ${nameFailures(items)}`,
    remedy: 'Run crane-transform again, or mend the patch files that the report names, then run again.',
  };
}

function interrupted(): TaskError {
  return new TaskError('interrupted', 'rendering manifests: stopped by a signal', {
    remedy: 'Run again: it starts over in seconds.',
  });
}
