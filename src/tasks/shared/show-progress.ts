import { formatBytes } from '../../domain/core/format-bytes.ts';
import type { Log } from '../../domain/core/ports.ts';

/** Shows how many bytes of all are done. */
export function showProgress(log: Log): (done: number, total: number) => void {
  return (done, total) => log.progress(done, total, `${formatBytes(done)} of ${formatBytes(total)}`);
}
