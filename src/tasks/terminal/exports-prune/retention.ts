import { parseDuration } from '../../../domain/core/duration.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { Retention } from '../../../domain/exports/choose-old-exports.ts';

interface RetentionValues {
  readonly 'older-than': string | undefined;
  readonly keep: number;
}

/** The rules of a prune. @throws TaskError `invalid-param` when there is none */
export function parseRetention({ 'older-than': olderThan, keep }: RetentionValues): Retention {
  if (olderThan === undefined && keep === 0)
    throw new TaskError('invalid-param', 'choosing exports: expected --older-than or --keep, got none', {
      remedy: 'Give an age such as --older-than=30d, a number such as --keep=3, or both.',
    });
  return { age: olderThan === undefined ? undefined : parseAge(olderThan), count: keep === 0 ? undefined : keep };
}

/** Milliseconds of an age, which may be in days. @throws TaskError `invalid-param` */
function parseAge(text: string): number {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  return days === undefined ? parseDuration(text, 'older-than') : Number(days) * 24 * 3_600_000;
}
