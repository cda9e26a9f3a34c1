import type { SyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Folder } from '../../domain/core/ports.ts';
import { indexPath, parseExportIndex } from '../../domain/export/export-index.ts';
import { parseSyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { readKustomization, readRendered, type PlannedPorts } from '../apply/read-manifests.ts';
import type { ExportedFile } from '../../domain/schemas/documents.ts';
import { readIndex, type TakeIndex } from '../read-index.ts';
import type { KeptIndex } from './check-source.ts';
import type { VerifyInput } from './verify-move.ts';

/** Folders of a move; undefined: not given, and what it plans is not verified. */
export interface MoveFolders {
  readonly kustomize: Folder | undefined;
  readonly apply: Folder | undefined;
  readonly export: Folder | undefined;
  readonly skopeo: Folder | undefined;
}

type PlannedMove = Pick<VerifyInput, 'manifests' | 'plan' | 'exported' | 'applyFolder'>;

/** Reads what was planned; a kustomization has precedence over plain manifests. @throws TaskError `invalid-file` */
export async function readPlannedMove(folders: MoveFolders, ports: PlannedPorts): Promise<PlannedMove> {
  const { kustomize, apply } = folders;
  const manifests = kustomize
    ? await readKustomization(kustomize, ports)
    : apply && (await readRendered(apply, undefined, ports));
  return {
    manifests,
    plan: await readPlan(folders.skopeo),
    exported: await readExportIndex(folders.export, ports),
    applyFolder: apply,
  };
}

async function readPlan(folder: Folder | undefined): Promise<SyncPlan | undefined> {
  const text = await folder?.read('plan.json');
  return folder === undefined || text === undefined ? undefined : parseSyncPlan(text, `${folder.path}/plan.json`);
}

async function readExportIndex(
  folder: Folder | undefined,
  { sha256, makeList }: PlannedPorts,
): Promise<VerifyInput['exported']> {
  if (folder === undefined) return undefined;
  const take: TakeIndex<KeptIndex> = async (documents) => {
    const files = makeList<ExportedFile>();
    let head: Omit<KeptIndex, 'files'> | undefined;
    for await (const text of documents) {
      const { files: part, ...rest } = parseExportIndex(text);
      head = rest;
      for (const file of part) files.push(file);
    }
    if (head === undefined) throw new TypeError('an index has at least one part');
    return { ...head, files };
  };
  const index = await readIndex({ folder, path: indexPath }, { check: () => undefined, take }, sha256);
  if (index !== undefined) return { index, folder };
  throw new TaskError('invalid-file', `reading the export in ${folder.path}: ${indexPath} is missing`, {
    remedy: 'Give the folder of the export, or leave the workspace export unbound.',
  });
}
