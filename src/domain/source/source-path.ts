import { TaskError } from '../core/errors.ts';

/** Bytes of a name and of a path, as file systems of Linux have it. */
const longestStep = 255;
const longestPath = 4096;

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A path of a param in the workspace with the source, normalized. @throws TaskError `invalid-param` */
export function checkSourcePath(path: string, param: string): string {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  const isLong = steps.some((step) => bytesOf(step) > longestStep) || bytesOf(path) > longestPath;
  const isBad = path.startsWith('/') || steps.length === 0 || steps.includes('..') || /\p{Cc}/u.test(path) || isLong;
  const clean = steps.join('/');
  if (!isBad && !/^(?:reports(?:\/|$)|\.tmp-)/.test(clean)) return clean;
  throw new TaskError('invalid-param', `reading ${param}: invalid path ${JSON.stringify(path)}`, {
    remedy: 'Give a relative path in the workspace with the source, without "..".',
  });
}
