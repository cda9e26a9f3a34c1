import type { CopyTotals } from '../../../domain/schemas/documents.ts';
import { noTotals, type CopierDone } from '../../../domain/volumes/copier/volume-copier.ts';
import type { CopierRun, CopierRunner, RunPorts } from './run-copier.ts';

const progressInterval = 2000;

/** Runs the copies of one move, reports how far they are, and sums up what they did. */
export class FileCopier {
  readonly #runner: CopierRunner;
  readonly #ports: RunPorts;
  #totals: CopyTotals = noTotals;

  constructor(runner: CopierRunner, ports: RunPorts) {
    this.#runner = runner;
    this.#ports = ports;
  }

  /** Of all copies. */
  get totals(): CopyTotals {
    return this.#totals;
  }

  /** @throws Stop */
  async copy(run: CopierRun): Promise<CopierDone> {
    this.#runner.refusals.clear();
    let shownAt = -Infinity;
    let totals = noTotals;
    const end = await this.#runner.run({
      ...run,
      onTotal: (total) => {
        totals = { ...totals, ...total };
      },
      onProgress: (progress) => {
        if (this.#ports.now() - shownAt < progressInterval || progress.bytes === 0) return;
        shownAt = this.#ports.now();
        this.#ports.emit({ event: 'progress', ...progress });
      },
    });
    this.#add(totals);
    return end;
  }

  #add(last: CopyTotals): void {
    const { files, bytes, copiedFiles, copiedBytes, deletedFiles } = this.#totals;
    this.#totals = {
      // A copy may be of a part of them.
      files: Math.max(files, last.files),
      bytes: Math.max(bytes, last.bytes),
      copiedFiles: copiedFiles + last.copiedFiles,
      copiedBytes: copiedBytes + last.copiedBytes,
      deletedFiles: deletedFiles + last.deletedFiles,
    };
  }
}
