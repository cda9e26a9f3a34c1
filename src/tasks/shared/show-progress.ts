import { formatBytes } from '../../domain/core/format-bytes.ts';
import type { Log } from '../../domain/core/ports.ts';

/** Shows how many bytes of all are done. */
export function showProgress(log: Log): (done: number, total: number) => void {
  return (done, total) => {
    const message = `${formatBytes(done)} of ${formatBytes(total)}`;
    log.progress(done, total, { message, bytes: done, totalBytes: total });
  };
}
