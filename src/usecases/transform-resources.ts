import { TaskError } from '../domain/errors.ts';
import type { Item, Outcome } from '../domain/outcome.ts';
import type { Sha256 } from '../domain/resources/export-layout.ts';
import { describeResource, type Resource } from '../domain/resources/resource.ts';
import { mergeVerdicts, type Decision, type IgnoredPatch } from '../domain/resources/transform/merge-verdicts.ts';
import type { Plugin } from '../domain/resources/transform/plugin.ts';
import {
  formatIgnored,
  formatPatches,
  ignoredPathOf,
  isIgnoredFile,
  isTransformFile,
  patchPathOf,
  whiteoutPathOf,
} from '../domain/resources/transform/transform-layout.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { nameFailures } from './name-failures.ts';
import type { Folder, Log, YamlCodec } from './ports.ts';
import { itemOfUnread, openExport, type ExportEntry } from './read-export.ts';

export interface TransformInput {
  readonly exportFolder: Folder;
  readonly transformFolder: Folder;
  /** Where losing patches go; undefined: they are only counted and reported. */
  readonly ignoredFolder: Folder | undefined;
  /** In order of priority. */
  readonly plugins: readonly Plugin[];
  /** `sha256:<hex>` that the export's index must have; empty: not checked. */
  readonly indexDigest: string;
}

export interface TransformPorts {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export type TransformResult = 'resource-count' | 'patched-count' | 'whiteout-count' | 'ignored-count';

interface Transformed {
  readonly item: Item;
  /** Files that the folders must hold for this resource. */
  readonly files: readonly string[];
  readonly decision: Decision | undefined;
}

const filesAtOnce = 8;

/**
 * Writes for each exported resource what crane writes: a patch file or a whiteout marker, and the patches that lost.
 * Files of earlier runs that nothing vouches for any more are removed. The export itself is not changed.
 * @throws TaskError `invalid-file` when the export is not what its index says, `interrupted`
 */
export async function transformResources(
  input: TransformInput,
  ports: TransformPorts,
): Promise<Outcome<TransformResult>> {
  await preparePlugins(input, ports);
  const { total, entries } = await openExport({ folder: input.exportFolder, indexDigest: input.indexDigest }, ports);
  let done = 0;
  const transformed = await mapConcurrently(entries, filesAtOnce, async (entry) => {
    if (ports.signal.aborted) throw interrupted();
    const result = await transformEntry(entry, input);
    done += 1;
    ports.log.progress(done, total, entry.path);
    return result;
  });
  await removeStale(transformed, input, ports.log);
  return toOutcome(transformed);
}

// Costs a reading of its own, and only when a plugin asks for it.
async function preparePlugins({ plugins, exportFolder, indexDigest }: TransformInput, ports: TransformPorts) {
  const asking = plugins.filter((plugin) => plugin.prepare !== undefined);
  if (asking.length === 0) return;
  const { entries } = await openExport({ folder: exportFolder, indexDigest }, ports);
  for await (const entry of entries) {
    if (ports.signal.aborted) throw interrupted();
    if (entry.kind === 'resource') for (const plugin of asking) plugin.prepare?.(entry.resource);
  }
}

async function transformEntry(entry: ExportEntry, input: TransformInput): Promise<Transformed> {
  if (entry.kind !== 'resource') return { item: itemOfUnread(entry), files: [], decision: undefined };
  const { path, resource } = entry;
  const decision = await decide(resource, input.plugins);
  if (decision.kind === 'whiteout') {
    await input.transformFolder.write(whiteoutPathOf(path), '');
    return { item: itemOf(resource, path, decision), files: [whiteoutPathOf(path)], decision };
  }
  await input.transformFolder.write(patchPathOf(path), formatPatches(decision.patches));
  const ignored = await writeIgnored(path, decision.ignored, input.ignoredFolder);
  return { item: itemOf(resource, path, decision), files: [patchPathOf(path), ...ignored], decision };
}

async function decide(resource: Resource, plugins: readonly Plugin[]): Promise<Decision> {
  const verdicts = await Promise.all(
    plugins.map(async (plugin) => ({ plugin: plugin.name, verdict: await plugin.run(resource) })),
  );
  return mergeVerdicts(verdicts);
}

async function writeIgnored(
  path: string,
  ignored: readonly IgnoredPatch[],
  folder: Folder | undefined,
): Promise<readonly string[]> {
  if (folder === undefined || ignored.length === 0) return [];
  await folder.write(ignoredPathOf(path), formatIgnored(ignored));
  return [ignoredPathOf(path)];
}

function itemOf(resource: Resource, path: string, decision: Decision): Item {
  const id = describeResource(resource);
  if (decision.kind === 'whiteout') {
    const { plugin, reason } = decision;
    return {
      id,
      outcome: 'skipped',
      reason: 'whiteout',
      message: `left out by ${plugin}: ${reason}`,
      evidence: { file: path, plugin },
    };
  }
  const { patches, ignored, notes } = decision;
  const evidence = { file: path, patches: patches.length, ignored: ignored.length };
  const lost = ignored.map(({ plugin, operation }) => `${plugin} ${operation.op} ${operation.path}`).join(', ');
  const reason = patches.length > 0 ? 'patched' : 'unchanged';
  const message = [...notes, ...(lost === '' ? [] : [`ignored: ${lost}`])].join('; ');
  return { id, outcome: 'done', reason, ...(message === '' ? {} : { message }), evidence };
}

async function removeStale(transformed: readonly Transformed[], input: TransformInput, log: Log): Promise<void> {
  const current = new Set(transformed.flatMap((result) => result.files));
  const folders = [{ folder: input.transformFolder, isOurs: isTransformFile }];
  if (input.ignoredFolder !== undefined) folders.push({ folder: input.ignoredFolder, isOurs: isIgnoredFile });
  for (const { folder, isOurs } of folders) {
    for (const path of (await folder.list()).filter((file) => isOurs(file) && !current.has(file))) {
      await folder.remove(path);
      log.debug(`removed ${path}: of an earlier run`);
    }
  }
}

function toOutcome(transformed: readonly Transformed[]): Outcome<TransformResult> {
  const decisions = transformed.flatMap(({ decision }) => decision ?? []);
  const kept = decisions.filter((decision) => decision.kind === 'patches');
  const patched = kept.filter((decision) => decision.patches.length > 0).length;
  const ignored = kept.reduce((sum, decision) => sum + decision.ignored.length, 0);
  const whiteouts = decisions.length - kept.length;
  const items = transformed.map((result) => result.item);
  return {
    items,
    results: {
      'resource-count': String(decisions.length),
      'patched-count': String(patched),
      'whiteout-count': String(whiteouts),
      'ignored-count': String(ignored),
    },
    summary: `${String(decisions.length)} resources: ${String(patched)} patched, ${String(whiteouts)} left out, ${String(ignored)} patches ignored, ${nameFailures(items)}`,
    remedy: 'Export again, or mend or remove the files that the report names, then run again.',
  };
}

function interrupted(): TaskError {
  return new TaskError('interrupted', 'transforming resources: stopped by a signal', {
    remedy: 'Run again: it starts over in seconds.',
  });
}
