import { TaskError } from '../../domain/errors.ts';
import type { Item } from '../../domain/outcome.ts';
import { arrayAt, stringAt } from '../../domain/resources/resource.ts';
import { parseAppliedReport, type AppliedObject } from '../../domain/rollback/applied-object.ts';
import type { Folder } from '../ports.ts';

export interface AppliedRun {
  /** Each object once. */
  readonly objects: readonly AppliedObject[];
  /** UID of the cluster that it was applied to; empty when no report tells. */
  readonly clusterUid: string;
  /** Images that were copied, which stay. */
  readonly images: readonly Item[];
}

const applyReport = /(?:^|\/)reports\/kubectl-apply-[a-z-]+\.json$/;
const imageReport = /(?:^|\/)reports\/crane-(?:skopeo|image)-sync\.json$/;

/**
 * Reads what a run applied from the reports below a folder.
 * @throws TaskError `invalid-file` when there is none, or they are about several clusters
 */
export async function readApplied(folder: Folder): Promise<AppliedRun> {
  const paths = await folder.list();
  const reports = (
    await Promise.all(paths.filter((path) => applyReport.test(path)).map((path) => readJson(folder, path)))
  ).flatMap((value) => parseAppliedReport(value) ?? []);
  const real = reports.filter(({ dryRun }) => !dryRun);
  if (real.length === 0) throw invalid(folder, 'there is no report of a run that applied something');
  const clusters = new Set(real.map(({ clusterUid }) => clusterUid).filter((uid) => uid !== ''));
  if (clusters.size > 1) throw invalid(folder, `its reports are about several clusters: ${[...clusters].join(', ')}`);
  const images = await Promise.all(
    paths.filter((path) => imageReport.test(path)).map((path) => readJson(folder, path)),
  );
  return {
    objects: joinReports(real.flatMap(({ objects }) => objects)),
    clusterUid: [...clusters].join(''),
    images: images.flatMap(copiedImages),
  };
}

/**
 * Of several reports about one object the one that created it tells the most. The version may be another one in each;
 * kind and name belong to the identity, since an ImageStreamTag shows the UID of its stream.
 */
function joinReports(objects: readonly AppliedObject[]): readonly AppliedObject[] {
  const joined = new Map<string, AppliedObject>();
  for (const object of objects) {
    const key = [object.uid, object.kind, object.name].join(' ');
    if (!joined.has(key) || object.operation === 'created') joined.set(key, object);
  }
  return [...joined.values()];
}

function copiedImages(report: unknown): readonly Item[] {
  return arrayAt(report, 'items').flatMap((item): readonly Item[] => {
    const id = stringAt(item, 'id');
    if (id === undefined || stringAt(item, 'reason') !== 'copied') return [];
    return [{ id, outcome: 'skipped', reason: 'image-kept', message: 'images stay in the registry' }];
  });
}

async function readJson(folder: Folder, path: string): Promise<unknown> {
  try {
    return JSON.parse((await folder.read(path)) ?? '');
  } catch (error) {
    throw invalid(folder, `${path} is no JSON`, error);
  }
}

function invalid(folder: Folder, why: string, cause?: unknown): TaskError {
  return new TaskError('invalid-file', `reading what was applied from ${folder.path}: ${why}`, {
    remedy: 'Give the folder in which kubectl-apply-kustomize or kubectl-apply-files left reports/, or one above it.',
    cause,
  });
}
