import type { MoverPlan } from '../../../domain/schemas/documents.ts';
import { formatBytes } from '../../../domain/core/format-bytes.ts';
import type { VolumeSurvey } from '../../../domain/volumes/copier/volume-survey.ts';
import type { CopierRunner } from './run-copier.ts';
import type { SourceFiles } from './source-volume.ts';

export interface ShortagePorts {
  readonly runner: CopierRunner;
  readonly files: SourceFiles;
}

interface Missing {
  readonly files: number;
  readonly bytes: number;
  /** Files will be removed, and their size is unknown. */
  readonly isFreed: boolean;
}

const nothing: Missing = { files: 0, bytes: 0, isFreed: false };

/**
 * Why a copy cannot fit at the destination; undefined when it may. Files that are there already are not counted, also
 * when they differ: they are replaced one by one. Only a certain shortage is returned, so what a copy would remove
 * first counts as unlimited free space.
 * @throws Stop
 */
export async function findShortage(
  plan: MoverPlan,
  source: VolumeSurvey,
  { runner, files }: ShortagePorts,
): Promise<string | undefined> {
  const { freeBytes } = plan;
  if (freeBytes === undefined || (await files.usedBytes()) <= freeBytes) return undefined;
  let missing = nothing;
  await runner.run({
    work: { kind: 'compare', survey: source, apart: [], checksum: false },
    onStart: () => {
      missing = nothing;
    },
    onFile: ({ change, isMissing, path }) => {
      if (change === 'deleted') missing = { ...missing, isFreed: true };
      if (!isMissing) return;
      missing = { ...missing, files: missing.files + 1, bytes: missing.bytes + files.bytesOf(path) };
    },
  });
  if (missing.isFreed || missing.bytes <= freeBytes) return undefined;
  const wanted = `${String(missing.files)} files of ${formatBytes(missing.bytes)}`;
  return `${wanted} are missing at the destination, whose file system has ${formatBytes(freeBytes)} free`;
}
