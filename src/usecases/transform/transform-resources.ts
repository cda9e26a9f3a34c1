import { TaskError } from '../../domain/core/errors.ts';
import { nameFailures, type Item, type Outcome } from '../../domain/reports/outcome.ts';
import type { Sha256, Folder, Log, YamlCodec, StageFolders, Staging } from '../../domain/core/ports.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import { collectReferences, type ReferenceGraph } from '../../domain/references/reference-graph.ts';
import { mergeVerdicts, type MergedVerdict } from '../../domain/transform/merge-verdicts.ts';
import type { Plugin } from '../../domain/transform/plugin.ts';
import {
  formatPatches,
  ignoredFileOf,
  patchPathOf,
  whiteoutPathOf,
  isIgnoredFile,
  isTransformFile,
  formatTransformIndex,
  type TextFile,
} from '../../domain/transform/transform-layout.ts';
import { patchedResource } from './patched-resource.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { itemOfUnread, openExport, type ExportEntry } from '../export/read-export.ts';
import { indexPath } from '../../domain/export/export-index.ts';

interface TransformInput {
  readonly exportFolder: Folder;
  readonly transformFolder: Folder;
  /** Where losing patches go; undefined: they are only counted and reported. */
  readonly ignoredFolder: Folder | undefined;
  /** In order of priority. */
  readonly plugins: readonly Plugin[];
  /** `sha256:<hex>` that the export's index must have; empty: not checked. */
  readonly indexDigest: string | undefined;
}

interface TransformPorts {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  /** Stages folders of the transform folder. */
  readonly stage: StageFolders;
  readonly log: Log;
  readonly signal: AbortSignal;
}

type TransformResult = 'resource-count' | 'patched-count' | 'whiteout-count' | 'ignored-count' | 'transform-digest';

type TransformItem = Item<'manifests' | 'transform'>;
type TransformOutcome = Outcome<TransformResult, 'manifests' | 'transform'>;

interface Transformed {
  readonly item: TransformItem;
  readonly file?: OutputFile;
  readonly ignored?: TextFile;
}

/** What is kept of all decisions: the patches of 100,000 resources take half a gigabyte. */
interface DecisionCounts {
  decisions: number;
  whiteouts: number;
  patched: number;
  ignored: number;
}

const filesAtOnce = 8;

/**
 * Writes for each exported resource what crane writes: a patch file or a whiteout marker, and the patches that lost;
 * and an index over them. What an earlier run left is replaced all at once, and only by a run that came to its end: a
 * plugin that breaks leaves it as it was. Files outside this layout are kept. The export itself is not changed.
 * @throws TaskError `invalid-file` when the export is not what its index says, `interrupted`, and what plugins throw
 */
export async function transformResources(input: TransformInput, ports: TransformPorts): Promise<TransformOutcome> {
  const { exportFolder: folder, indexDigest, plugins } = input;
  const asking = plugins.filter((plugin) => plugin.prepare !== undefined);
  const { total, entries } = await openExport({ folder, indexDigest, isReadTwice: asking.length > 0 }, ports);
  if (asking.length > 0) await preparePlugins(asking, entries, ports.signal);
  const graph = collectReferences();
  const counts: DecisionCounts = { decisions: 0, whiteouts: 0, patched: 0, ignored: 0 };
  const staging = await ports.stage([stagedFolder]);
  try {
    let done = 0;
    const transformed = await mapConcurrently(entries, filesAtOnce, async (entry) => {
      if (ports.signal.aborted) throw interrupted();
      const { decision, ...result } = await transformEntry(entry, input, ports.sha256);
      if (entry.kind === 'resource' && decision !== undefined) {
        addTo(graph, entry.resource, decision);
        count(counts, decision);
      }
      const staged = result.file !== undefined && isStaged(result.file.path) ? result.file : undefined;
      if (staged !== undefined) await staging.put(staged.path, staged.text);
      done += 1;
      ports.log.progress(done, total, entry.path);
      return staged === undefined ? result : { ...result, file: { ...staged, text: '' } };
    });
    const output = {
      files: transformed.flatMap(({ file }) => file ?? []),
      ignored: transformed.flatMap(({ ignored }) => ignored ?? []),
    };
    const digest = await publishTransform({ ...output, ...input }, { ...ports, staging });
    const further = input.plugins.flatMap((plugin) => plugin.conclude?.() ?? []);
    return toOutcome([...withLooseEnds(transformed, graph), ...further], counts, digest);
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

async function preparePlugins(
  asking: readonly Plugin[],
  entries: AsyncIterable<ExportEntry>,
  signal: AbortSignal,
): Promise<void> {
  for await (const entry of entries) {
    if (signal.aborted) throw interrupted();
    if (entry.kind === 'resource') for (const plugin of asking) plugin.prepare?.(entry.resource);
  }
}

async function transformEntry(
  entry: ExportEntry,
  input: TransformInput,
  sha256: Sha256,
): Promise<Transformed & { readonly decision?: MergedVerdict }> {
  if (entry.kind !== 'resource') return { item: itemOfUnread(entry) };
  const { path, resource } = entry;
  const fileOf = (place: string, text: string): OutputFile => ({ path: place, text, digest: sha256(text) });
  const decision = await decide(resource, input.plugins);
  const item = itemOf(resource, path, decision);
  if (decision.kind === 'whiteout') return { item, decision, file: fileOf(whiteoutPathOf(path), '') };
  const file = fileOf(patchPathOf(path), formatPatches(decision.patches));
  if (decision.ignored.length === 0) return { item, decision, file };
  return { item, decision, file, ignored: ignoredFileOf(path, decision.ignored) };
}

async function decide(resource: Resource, plugins: readonly Plugin[]): Promise<MergedVerdict> {
  const verdicts = await Promise.all(
    plugins.map(async (plugin) => ({ plugin: plugin.name, verdict: await plugin.run(resource) })),
  );
  return mergeVerdicts(verdicts);
}

function itemOf(resource: Resource, path: string, decision: MergedVerdict): TransformItem {
  const id = describeResource(resource);
  if (decision.kind === 'whiteout') {
    const { plugin, reason } = decision;
    const message = `left out by ${plugin}: ${reason}`;
    return { id, outcome: 'skipped', reason: 'whiteout', message, evidence: { file: path, plugin } };
  }
  const { patches, ignored, notes, problems } = decision;
  if (problems.length > 0) {
    return { id, outcome: 'failed', reason: 'claim-names', message: problems.join('; '), evidence: { file: path } };
  }
  const evidence = { file: path, patches: patches.length, ignored: ignored.length };
  const lost = ignored.map(({ plugin, operation }) => `${plugin} ${operation.op} ${operation.path}`).join(', ');
  const reason = patches.length > 0 ? 'patched' : 'unchanged';
  const message = [...notes, ...(lost === '' ? [] : [`ignored: ${lost}`])].join('; ');
  return { id, outcome: 'done', reason, ...(message === '' ? {} : { message }), evidence };
}

function addTo(graph: ReferenceGraph, resource: Resource, decision: MergedVerdict): void {
  if (decision.kind === 'whiteout') graph.addLeftOut(resource);
  else graph.addTravelling(patchedResource(resource, decision.patches), resource);
}

function count(counts: DecisionCounts, decision: MergedVerdict): void {
  counts.decisions += 1;
  if (decision.kind === 'whiteout') {
    counts.whiteouts += 1;
    return;
  }
  if (decision.patches.length > 0) counts.patched += 1;
  counts.ignored += decision.ignored.length;
}

/** The items, with a note for each name that leads nowhere. */
function withLooseEnds(transformed: readonly Transformed[], graph: ReferenceGraph): readonly TransformItem[] {
  const looseEnds = graph.looseEnds();
  return transformed.map(({ item }) => {
    const notes = item.outcome === 'done' ? (looseEnds.get(item.id) ?? []) : [];
    if (notes.length === 0) return item;
    return { ...item, message: [...(item.message === undefined ? [] : [item.message]), ...notes].join('; ') };
  });
}

function toOutcome(
  items: readonly TransformItem[],
  { decisions, whiteouts, patched, ignored }: DecisionCounts,
  digest: string,
): TransformOutcome {
  return {
    items,
    results: {
      'resource-count': String(decisions),
      'patched-count': String(patched),
      'whiteout-count': String(whiteouts),
      'ignored-count': String(ignored),
      'transform-digest': digest,
    },
    summary: `${String(decisions)} resources: ${String(patched)} patched, ${String(whiteouts)} left out, ${String(ignored)} patches ignored, ${nameFailures(items)}`,
    remedy: 'Export again, or fix or remove the files that the report names, then run again.',
  };
}

function interrupted(): TaskError {
  return new TaskError('interrupted', 'transforming resources: stopped by a signal', {
    remedy: 'Run again: it starts over in seconds.',
  });
}

/** The folder of all files of crane-export's layout; those of other layouts are written one by one. */
const stagedFolder = 'resources';

/** A file to write, or one that is staged already and whose text need not be kept. */
interface OutputFile extends TextFile {
  readonly digest: string;
}

interface PublishInput {
  /** Patch files and whiteout markers. */
  readonly files: readonly OutputFile[];
  /** Files of ignored patches. */
  readonly ignored: readonly TextFile[];
  readonly transformFolder: Folder;
  readonly ignoredFolder: Folder | undefined;
}

function isStaged(path: string): boolean {
  return path.startsWith(`${stagedFolder}/`);
}

/** Replaces the files of an earlier run, and keeps those outside the layout. Gives the digest of their index. */
async function publishTransform(
  { files, ignored, transformFolder, ignoredFolder }: PublishInput,
  { staging, sha256, log }: { readonly staging: Staging; readonly sha256: Sha256; readonly log: Log },
): Promise<string> {
  for (const path of await transformFolder.list()) {
    if (isStaged(path) && !isTransformFile(path)) await staging.keep(path);
  }
  // Without an index nothing is taken for whole: the old one must not vouch for new files.
  await transformFolder.remove(indexPath);
  await staging.publish();
  const others = files.filter(({ path }) => !isStaged(path));
  const isOurs = (path: string): boolean => isTransformFile(path) && !isStaged(path);
  await replaceFiles({ folder: transformFolder, files: others, isOurs }, log);
  if (ignoredFolder !== undefined) {
    await replaceFiles({ folder: ignoredFolder, files: ignored, isOurs: isIgnoredFile }, log);
  }
  const index = formatTransformIndex(files);
  await transformFolder.write(indexPath, index);
  return sha256(index);
}

interface Replacement {
  readonly folder: Folder;
  readonly files: readonly TextFile[];
  /** Whether a file is of the layout, and is deleted when the run did not write it. */
  readonly isOurs: (path: string) => boolean;
}

async function replaceFiles({ folder, files, isOurs }: Replacement, log: Log): Promise<void> {
  await mapConcurrently(files, filesAtOnce, ({ path, text }) => folder.write(path, text));
  const current = new Set(files.map(({ path }) => path));
  for (const path of await folder.list()) {
    if (!isOurs(path) || current.has(path)) continue;
    await folder.remove(path);
    log.debug(`removed ${path}: of an earlier run`);
  }
}
