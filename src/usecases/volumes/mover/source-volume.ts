import type { VolumeSurvey } from '../../../domain/volumes/copier/volume-survey.ts';

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
  #told: number | undefined;

  constructor(files: SourceFiles) {
    this.#files = files;
  }

  /** Records how many files a copy reported, also where they are too many for the survey; 0: it reported nothing. */
  count(files: number): void {
    if (files > 0) this.#told = files;
  }

  survey(): VolumeSurvey {
    this.#survey ??= this.#files.survey();
    return { ...this.#survey, files: this.#told ?? this.#survey.files };
  }

  /** Files that are compared apart, without those that have gone since the survey. */
  largeFiles(): readonly string[] {
    return this.survey().large.filter((path) => this.#files.bytesOf(path) > 0);
  }
}
