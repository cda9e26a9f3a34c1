import { constants } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { messageOf, TaskError } from '../../domain/errors.ts';
import type { KustomizationFiles } from '../../usecases/apply/check-kustomization.ts';
import type { PrivateFolder } from '../programs/private-folder.ts';

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
  for (const [path, text] of files) {
    const content = text ?? (await readRegularFile(join(source, path)));
    const file = target.folder.pathOf(join(target.name, path));
    await makePrivateFolder(dirname(file));
    await writeFile(file, content, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
      throw writeError(file, error);
    });
  }
}

/**
 * Makes a folder that only this user can read, and those above it.
 * @throws TaskError `disk-full` or `io-broke`
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw writeError(path, error);
  });
}

async function readRegularFile(path: string): Promise<Buffer> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (found.isFile() && found.size <= largestFile) return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw invalidFile(path, messageOf(error), error);
  }
  throw invalidFile(path, `expected a regular file of at most ${String(largestFile / mebibyte)} MiB`);
}

function invalidFile(path: string, why: string, cause?: unknown): TaskError {
  return new TaskError('invalid-file', `copying ${path}: ${why}`, {
    remedy: 'Replace it with a readable file, then run again.',
    cause,
  });
}

function writeError(path: string, error: unknown): TaskError {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return new TaskError(isFull ? 'disk-full' : 'io-broke', `writing ${path}: ${messageOf(error)}`, {
    remedy: 'Let TMPDIR name a folder that is writable for this user and has room for the manifests.',
    cause: error,
  });
}
