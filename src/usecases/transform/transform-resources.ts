import { TaskError } from '../../domain/core/errors.ts';
import { nameFailures, type Item, type LongOutcome } from '../../domain/reports/outcome.ts';
import type { Folder, KeptList, Log, MakeList, Sha256, StageFolders, YamlCodec } from '../../domain/core/ports.ts';
import { makeSortedList, type SortedList } from '../../domain/core/sorted-list.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import { collectReferences, type ReferenceGraph } from '../../domain/references/reference-graph.ts';
import { mergeVerdicts, type MergedVerdict } from '../../domain/transform/merge-verdicts.ts';
import type { Plugin } from '../../domain/transform/plugin.ts';
import {
  formatPatches,
  ignoredFileOf,
  patchPathOf,
  whiteoutPathOf,
  formatTransformFile,
  type TextFile,
} from '../../domain/transform/transform-layout.ts';
import { patchedResource } from './patched-resource.ts';
import { takeConcurrently } from '../map-concurrently.ts';
import { itemOfUnread, openExport, type ExportEntry } from '../export/read-export.ts';
import { isStaged, publishTransform, stagedFolder, stageFile, type OutputFile } from './publish-transform.ts';

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
  /** For what is kept of each resource. */
  readonly makeList: MakeList;
}

type TransformResult = 'resource-count' | 'patched-count' | 'whiteout-count' | 'ignored-count' | 'transform-digest';

type TransformItem = Item<'manifests' | 'transform'>;
type TransformOutcome = LongOutcome<TransformResult, 'manifests' | 'transform'>;

interface Transformed {
  readonly item: TransformItem;
  /** With its decision: only for a resource. */
  readonly decided?: { readonly resource: Resource; readonly decision: MergedVerdict };
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
  // The built-in plugins share what they learn.
  const asking = [...new Set(plugins.flatMap(({ prepare }) => prepare ?? []))];
  const { total, entries } = await openExport({ folder, indexDigest, isReadTwice: asking.length > 0 }, ports);
  if (asking.length > 0) await preparePlugins(asking, entries, ports.signal);
  const kept = makeRecords(ports.makeList);
  const staging = await ports.stage([stagedFolder]);
  try {
    let done = 0;
    const run = async (entry: ExportEntry): Promise<Transformed> => {
      if (ports.signal.aborted) throw interrupted();
      const { file, ...result } = await transformEntry(entry, input, ports.sha256);
      done += 1;
      ports.log.progress(done, total, entry.path);
      return file === undefined ? result : { ...result, file: await stageFile(file, staging) };
    };
    await takeConcurrently(entries, { limit: filesAtOnce, run, take: (result) => record(result, kept) });
    const further = input.plugins.flatMap((plugin) => plugin.conclude?.() ?? []);
    const digest = await publishTransform({ ...kept, ...input }, { ...ports, staging });
    return toOutcome({ ...kept, further }, digest);
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

/** What is kept of all resources, in their order. */
interface Records {
  readonly items: KeptList<TransformItem>;
  readonly graph: ReferenceGraph;
  readonly counts: DecisionCounts;
  /** Of the index over patch files and whiteout markers. */
  readonly lines: SortedList<string>;
  /** Files outside the staged folder. */
  readonly others: TextFile[];
  readonly ignored: KeptList<TextFile>;
}

function makeRecords(makeList: MakeList): Records {
  return {
    items: makeList(),
    graph: collectReferences(makeList()),
    counts: { decisions: 0, whiteouts: 0, patched: 0, ignored: 0 },
    lines: makeSortedList(makeList, (line) => line),
    others: [],
    ignored: makeList(),
  };
}

function record({ item, decided, file, ignored }: Transformed, kept: Records): void {
  kept.items.push(item);
  if (decided !== undefined) {
    addTo(kept.graph, decided.resource, decided.decision);
    count(kept.counts, decided.decision);
  }
  if (file !== undefined) {
    kept.lines.push(formatTransformFile(file));
    if (!isStaged(file.path)) kept.others.push(file);
  }
  if (ignored !== undefined) kept.ignored.push(ignored);
}

async function preparePlugins(
  asking: readonly ((resource: Resource) => void)[],
  entries: AsyncIterable<ExportEntry>,
  signal: AbortSignal,
): Promise<void> {
  for await (const entry of entries) {
    if (signal.aborted) throw interrupted();
    if (entry.kind === 'resource') for (const prepare of asking) prepare(entry.resource);
  }
}

async function transformEntry(entry: ExportEntry, input: TransformInput, sha256: Sha256): Promise<Transformed> {
  if (entry.kind !== 'resource') return { item: itemOfUnread(entry) };
  const { path, resource } = entry;
  const fileOf = (place: string, text: string): OutputFile => ({ path: place, text, digest: sha256(text) });
  const decision = await decide(resource, input.plugins);
  const done = { item: itemOf(resource, path, decision), decided: { resource, decision } };
  if (decision.kind === 'whiteout') return { ...done, file: fileOf(whiteoutPathOf(path), '') };
  const file = fileOf(patchPathOf(path), formatPatches(decision.patches));
  if (decision.ignored.length === 0) return { ...done, file };
  return { ...done, file, ignored: ignoredFileOf(path, decision.ignored) };
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

/** The items, with a note for each name that leads nowhere. Both are in the order of the resources. */
function* withLooseEnds(items: Iterable<TransformItem>, graph: ReferenceGraph): Generator<TransformItem> {
  const looseEnds = Iterator.from(graph.looseEnds());
  let next = looseEnds.next();
  for (const item of items) {
    const notes = next.value?.[0] === item.id ? next.value[1] : [];
    if (notes.length > 0) next = looseEnds.next();
    if (notes.length === 0 || item.outcome !== 'done') yield item;
    else yield { ...item, message: [...(item.message === undefined ? [] : [item.message]), ...notes].join('; ') };
  }
}

interface Concluded extends Pick<Records, 'items' | 'graph' | 'counts'> {
  /** Items that are about no resource. */
  readonly further: readonly TransformItem[];
}

function toOutcome({ items, graph, counts, further }: Concluded, digest: string): TransformOutcome {
  const { decisions, whiteouts, patched, ignored } = counts;
  const all = {
    *[Symbol.iterator]() {
      yield* withLooseEnds(items, graph);
      yield* further;
    },
  };
  return {
    items: all,
    results: {
      'resource-count': String(decisions),
      'patched-count': String(patched),
      'whiteout-count': String(whiteouts),
      'ignored-count': String(ignored),
      'transform-digest': digest,
    },
    summary: `${String(decisions)} resources: ${String(patched)} patched, ${String(whiteouts)} left out, ${String(ignored)} patches ignored, ${nameFailures(all)}`,
    remedy: 'Export again, or fix or remove the files that the report names, then run again.',
  };
}

function interrupted(): TaskError {
  return new TaskError('interrupted', 'transforming resources: stopped by a signal', {
    remedy: 'Run again: it starts over in seconds.',
  });
}
