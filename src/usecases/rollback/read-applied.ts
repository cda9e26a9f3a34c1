import { TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import {
  joinObjects,
  keyOfObject,
  objectOfEntry,
  parseAppliedReport,
  parseJournalEntry,
  type AppliedObject,
  type AppliedReport,
} from '../../domain/apply/applied-object.ts';
import type { Folder, Sha256 } from '../../domain/core/ports.ts';
import { reportPath } from '../../domain/reports/report.ts';
import { journalPath } from '../apply/creation-journal.ts';

export interface AppliedRun {
  /** Each object once. */
  readonly objects: readonly AppliedObject[];
  /** Objects that were created by records that no digest proves; empty when no digest was given. */
  readonly unproven: readonly AppliedObject[];
  /** Namespaces that proven reports name; empty when no digest was given. */
  readonly namespaces: readonly string[];
  /** UID of the cluster that it was applied to; undefined when no report has it. */
  readonly clusterUid: string | undefined;
  /** Images that were copied, which remain. */
  readonly images: readonly Item<'rollback'>[];
}

/** Whose reports are read, and which of them count. */
export interface RecordQuery {
  /** Tasks that apply objects. */
  readonly appliers: readonly string[];
  /** Tasks that copy images. */
  readonly copiers: readonly string[];
  /** `sha256:<hex>` of the reports to trust; empty: all are. */
  readonly reportDigests: readonly string[];
}

const kustomization = 'kustomization.yaml';

type ReadReport = AppliedReport & { readonly digest: string };

/**
 * Reads what all runs on a folder applied, from their reports and journals.
 * @throws TaskError `invalid-file` when there is none, none has a given digest, or they are about several clusters
 */
export async function readApplied(folder: Folder, query: RecordQuery, sha256: Sha256): Promise<AppliedRun> {
  const paths = await folder.list();
  const { appliers, copiers, reportDigests: digests } = query;
  const filesOf = (tasks: readonly string[], toFile: (task: string) => string): readonly string[] => {
    const files = tasks.map(toFile);
    return paths.filter((path) => files.some((file) => path === file || path.endsWith(`/${file}`)));
  };
  const read = await Promise.all(filesOf(appliers, reportPath).map((path) => readReport(folder, path, sha256)));
  const reports = read.flatMap((report) => report ?? []).filter(({ dryRun }) => !dryRun);
  const entries = await Promise.all(filesOf(appliers, journalPath).map((path) => readJournal(folder, path)));
  const hasRecords = reports.length > 0 || entries.flat().length > 0;
  // A run may be killed before its first object. In a folder without manifests, something else is wrong.
  if (!hasRecords && !paths.some((path) => path === kustomization || path.endsWith(`/${kustomization}`)))
    throw invalid(folder, 'there is no report of a run that applied something');
  const missing = digests.filter((digest) => reports.every((report) => report.digest !== digest));
  if (missing.length > 0) throw invalid(folder, `no report of an apply has the digest ${missing.join(', ')}`);
  const clusters = new Set(reports.flatMap(({ clusterUid }) => clusterUid ?? []));
  if (clusters.size > 1) throw invalid(folder, `its reports are about several clusters: ${[...clusters].join(', ')}`);
  const images = await Promise.all(
    filesOf(copiers, reportPath).map(async (path) => parse(folder, path, (await folder.read(path)) ?? '')),
  );
  return {
    ...prove(reports, entries.flat(), digests),
    clusterUid: [...clusters][0],
    images: images.flatMap(keptImages),
  };
}

function prove(
  reports: readonly ReadReport[],
  entries: readonly AppliedObject[],
  digests: readonly string[],
): Pick<AppliedRun, 'objects' | 'unproven' | 'namespaces'> {
  const all = joinObjects([...entries, ...reports.flatMap(({ objects }) => objects)]);
  if (digests.length === 0) return { objects: all, unproven: [], namespaces: [] };
  const proven = reports.filter(({ digest }) => digests.includes(digest));
  const objects = joinObjects(proven.flatMap((report) => report.objects));
  const known = new Set(objects.map(keyOfObject));
  return {
    objects,
    unproven: all.filter((object) => object.operation === 'created' && !known.has(keyOfObject(object))),
    namespaces: proven.flatMap((report) =>
      report.namespace === '' ? report.objects.map(({ namespace }) => namespace) : [report.namespace],
    ),
  };
}

/** What of the images is at the destination: copied by the last run, or by one that it resumed. */
function keptImages(report: unknown): readonly Item<'rollback'>[] {
  return arrayAt(report, 'items').flatMap((item): readonly Item<'rollback'>[] => {
    const id = stringAt(item, 'id');
    const reason = stringAt(item, 'reason');
    if (id === undefined || !['copied', 'tagged', 'present'].includes(reason ?? '')) return [];
    const earlier = reason === 'present' ? '; an earlier run copied it, or it was there before' : '';
    const message = `images remain in the registry${earlier}`;
    return [{ id, outcome: 'skipped', reason: 'image-kept', message }];
  });
}

async function readReport(folder: Folder, path: string, sha256: Sha256): Promise<ReadReport | undefined> {
  const text = (await folder.read(path)) ?? '';
  const report = parseAppliedReport(parse(folder, path, text));
  return report === undefined ? undefined : { ...report, digest: sha256(text) };
}

async function readJournal(folder: Folder, path: string): Promise<readonly AppliedObject[]> {
  const lines = ((await folder.read(path)) ?? '').split('\n');
  return lines.flatMap((line) => parseJournalEntry(line) ?? []).flatMap((entry) => objectOfEntry(entry) ?? []);
}

function parse(folder: Folder, path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(folder, `${path} is not valid JSON`, error);
  }
}

function invalid(folder: Folder, why: string, cause?: unknown): TaskError {
  return new TaskError('invalid-file', `reading what was applied from ${folder.path}: ${why}`, {
    remedy: 'Give the folder that was applied, with its reports/, or a folder above it.',
    cause,
  });
}
