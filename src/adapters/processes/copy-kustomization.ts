import { join } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { KustomizationFiles } from '../../domain/apply/kustomize/kustomization.ts';
import { pathOf, rootAt, type Place } from '../files/place.ts';
import { readPlace } from '../files/read-text.ts';
import type { PrivateFolder } from './private-folder.ts';

const mebibyte = 1024 * 1024;
const largestFile = 64 * mebibyte;

/**
 * Copies the files of a kustomization into a folder that other users of the volume cannot change. Only regular files are
 * copied: a link or a pipe could have taken the place of a file after the check.
 * @throws TaskError `invalid-file`, `disk-full` or `io-broke`
 */
export async function copyKustomization(
  { path: source, files }: { readonly path: string; readonly files: KustomizationFiles },
  target: { readonly folder: PrivateFolder; readonly name: string },
): Promise<void> {
  const root = rootAt(source, 'refused');
  for (const [path, text] of files) {
    const content = text ?? (await readRegularFile({ root, path }));
    await target.folder.write(join(target.name, path), content);
  }
}

async function readRegularFile(place: Place): Promise<Buffer> {
  const path = pathOf(place);
  const content = await readPlace(place).catch((error: unknown) => {
    throw error instanceof TaskError ? error : invalidFile(path, messageOf(error), error);
  });
  if (content.length <= largestFile) return content;
  throw invalidFile(path, `expected a regular file of at most ${String(largestFile / mebibyte)} MiB`);
}

function invalidFile(path: string, why: string, cause?: unknown): TaskError {
  return new TaskError('invalid-file', `copying ${path}: ${why}`, {
    remedy: 'Replace it with a readable file, then run again.',
    cause,
  });
}
