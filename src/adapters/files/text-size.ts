import type { Stats } from 'node:fs';

import { TaskError } from '../../domain/core/errors.ts';
import { notRegular } from './place.ts';

const mebibyte = 1024 * 1024;

/**
 * Bytes. Manifests and indexes of some tens of MB are in use, and YAML is limited to 64 Mi characters. A larger file
 * would take the memory that a step has; images and volumes are streamed and never read here.
 */
export const largestFile = 128 * mebibyte;

/** @throws TaskError `invalid-file` for anything but a regular file and for a file above `largestFile` */
export function checkText(found: Stats, path: string): void {
  if (!found.isFile()) throw notRegular(path, describeType(found));
  if (found.size > largestFile) throw tooLarge(path, String(found.size));
}

function describeType(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a FIFO';
  return found.isSocket() ? 'a socket' : 'a device';
}

/** The error of a file above `largestFile`. */
export function tooLarge(path: string, size: string): TaskError {
  return new TaskError('invalid-file', `reading ${path}: expected at most ${String(largestFile)} bytes, got ${size}`, {
    remedy: 'Check who can write to this volume. Split or remove this file, then run again.',
  });
}
