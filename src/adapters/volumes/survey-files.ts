import { lstatSync, readdirSync, type Stats } from 'node:fs';

import type { VolumeSurvey } from '../../domain/volumes/volume-survey.ts';
import { blockBytes } from './volume-files.ts';

/** Smaller holes are no more than how a file system rounds. */
const smallestHole = 4096;

const slash = Buffer.from('/');

/**
 * Looks at all files of a folder, for at most so many milliseconds. What cannot be read is left out: the copy tells of
 * it. Synchronous, since that is three times as fast and nothing else is to be done meanwhile.
 */
export function surveyFiles(folder: string, mostMilliseconds: number): VolumeSurvey {
  const endAt = performance.now() + mostMilliseconds;
  const folders = [Buffer.from(folder)];
  let files = 1;
  let hasHoles = false;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const name of namesIn(next)) {
      const path = Buffer.concat([next, slash, name]);
      const status = statusOf(path);
      files += 1;
      if (status?.isDirectory() === true) folders.push(path);
      if (status?.isFile() === true) hasHoles ||= status.size - status.blocks * blockBytes >= smallestHole;
      if (performance.now() > endAt) return { files: undefined, hasHoles: hasHoles ? true : undefined };
    }
  }
  return { files, hasHoles };
}

function namesIn(folder: Buffer): readonly Buffer[] {
  try {
    return readdirSync(folder, { encoding: 'buffer' });
  } catch {
    return [];
  }
}

function statusOf(path: Buffer): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
