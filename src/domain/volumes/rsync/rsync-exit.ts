import type { CopierVerdict } from '../copier/volume-copier.ts';

export interface RsyncExit {
  readonly exitCode: number;
  /** The last lines on standard error. */
  readonly errors: readonly string[];
  readonly wasConnected: boolean;
}

/** 24: some files vanished meanwhile; the comparison shows what that means. */
const finished = [0, 24];
/** Some files could not be copied, or compared. */
const partial = 23;
/** 1: wrong options; 2: incompatible protocols; 4: unsupported. rsync(1), "EXIT VALUES". */
const hopeless = [1, 2, 4];

const diskFull = /No space left on device|Disk quota exceeded/;

/** Judges how rsync ended: whether to continue, to retry, or neither. */
export function judgeExit({ exitCode, errors, wasConnected }: RsyncExit): CopierVerdict {
  const full = errors.find((line) => diskFull.test(line));
  if (full !== undefined) return { kind: 'final', reason: 'disk-full', message: full };
  if (finished.includes(exitCode)) return { kind: 'done', complaint: '' };
  const message = describeExit(errors, exitCode);
  if (exitCode === partial) return { kind: 'done', complaint: message };
  return hopeless.includes(exitCode)
    ? { kind: 'final', reason: 'refused', message }
    : { kind: 'retry', message, wasConnected };
}

/** Time, level and thread before each line of stunnel, which prints some lines once for each thread. */
const tunnelPrefix = /^[\d.]+ [\d:]+ LOG\d\[\w+\]: /;

/** The first lines say the cause; the last one only what followed from it. */
function describeExit(errors: readonly string[], exitCode: number): string {
  const causes = errors
    .filter((line) => line.trim() !== '' && !line.startsWith('rsync error:'))
    .map((line) => line.replace(tunnelPrefix, ''));
  const reasons = [...new Set(causes)].slice(0, 3).join('; ');
  return `${reasons === '' ? 'rsync ended' : reasons} (exit code ${String(exitCode)})`;
}
