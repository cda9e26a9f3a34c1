import type { RsyncDone } from '../../../domain/volumes/rsync/rsync-exit.ts';
import { noTotals, parseProgress, parseTotal, type CopyTotals } from '../../../domain/volumes/rsync/rsync-messages.ts';
import type { RsyncPorts, RsyncRun, RsyncRunner, RsyncStart } from './run-rsync.ts';

export type CopyRun = RsyncStart & Partial<Pick<RsyncRun, 'onStart' | 'onOutput'>>;

const progressInterval = 2000;

/** Runs the copies of one move, tells how far they are, and sums up what they did. */
export class FileCopier {
  readonly #rsync: RsyncRunner;
  readonly #ports: RsyncPorts;
  #totals: CopyTotals = noTotals;

  constructor(rsync: RsyncRunner, ports: RsyncPorts) {
    this.#rsync = rsync;
    this.#ports = ports;
  }

  /** Of all copies. */
  get totals(): CopyTotals {
    return this.#totals;
  }

  /** @throws Stop */
  async copy(run: CopyRun): Promise<RsyncDone> {
    this.#rsync.refusals.clear();
    let shownAt = -Infinity;
    const totals: Partial<CopyTotals>[] = [];
    const end = await this.#rsync.run({
      ...run,
      onStart: () => run.onStart?.(),
      onOutput: (line) => {
        run.onOutput?.(line);
        const total = parseTotal(line);
        if (total !== undefined) totals.push(total);
        if (this.#ports.now() - shownAt < progressInterval) return;
        const progress = parseProgress(line);
        if (progress === undefined || progress.bytes === 0) return;
        shownAt = this.#ports.now();
        this.#ports.emit({ event: 'progress', ...progress });
      },
      onError: () => undefined,
    });
    this.#add(totals.reduce<CopyTotals>((sum, total) => ({ ...sum, ...total }), noTotals));
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
