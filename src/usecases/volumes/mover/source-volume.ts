import type { VolumeSurvey } from '../../../domain/volumes/copier/volume-survey.ts';
import type { MoverPlan } from '../../../domain/schemas/documents.ts';
import { formatBytes } from '../../../domain/core/format-bytes.ts';
import type { CopierRunner } from './run-copier.ts';

/** What the file system at the source reports. Bytes as it allots them: a sparse file counts for what it holds. */
export interface SourceFiles {
  /** Used on the whole file system, which may hold more than the volume. */
  readonly usedBytes: () => Promise<number>;
  /** A look at the files of the volume. */
  readonly survey: () => VolumeSurvey;
  /** Of one file, by its path in the volume; 0 when it is gone. */
  readonly bytesOf: (path: string) => number;
}

/** What is known of the volume that is moved. */
export class SourceVolume {
  readonly #files: SourceFiles;
  #survey: VolumeSurvey | undefined;
  #counted: number | undefined;

  constructor(files: SourceFiles) {
    this.#files = files;
  }

  /** Records how many files a copy reported, also where they are too many for the survey; 0: it reported nothing. */
  count(files: number): void {
    if (files > 0) this.#counted = files;
  }

  survey(): VolumeSurvey {
    this.#survey ??= this.#files.survey();
    return { ...this.#survey, files: this.#counted ?? this.#survey.files };
  }

  /** Files that are compared apart, without those that have gone since the survey. */
  largeFiles(): readonly string[] {
    return this.survey().large.filter((path) => this.#files.bytesOf(path) > 0);
  }
}

/**
 * Why a copy cannot fit at the destination; undefined when it may. Files that are there already are not counted, also
 * when they differ: they are replaced one by one. Only a certain shortage is returned, so what a copy would remove
 * first counts as unlimited free space.
 * @throws Stop
 */
export async function findShortage(
  { freeBytes }: MoverPlan,
  { files, survey }: { readonly files: SourceFiles; readonly survey: VolumeSurvey },
  runner: CopierRunner,
): Promise<string | undefined> {
  if (freeBytes === undefined || (await files.usedBytes()) <= freeBytes) return undefined;
  let [count, bytes, isFreed] = [0, 0, false];
  await runner.run({
    work: { kind: 'compare', survey, apart: [], checksum: false },
    onStart: () => {
      [count, bytes, isFreed] = [0, 0, false];
    },
    onFile: ({ change, isMissing, path }) => {
      if (change === 'deleted') isFreed = true;
      if (!isMissing) return;
      count += 1;
      bytes += files.bytesOf(path);
    },
  });
  // Files will be removed, and their size is unknown.
  if (isFreed || bytes <= freeBytes) return undefined;
  const wanted = `${String(count)} files of ${formatBytes(bytes)}`;
  return `${wanted} are missing at the destination, whose file system has ${formatBytes(freeBytes)} free`;
}
