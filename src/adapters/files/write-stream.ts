import { createHash } from 'node:crypto';

import { TaskError } from '../../domain/core/errors.ts';
import { makeFolder } from './beneath.ts';
import { parentOf, pathOf, rootAt, type Place } from './place.ts';
import { removeUnfinished, replaceFile, writeError } from './write-file.ts';

/**
 * Writes a file whole or not at all, as writeFileAtomic does, from bytes as they come.
 * @param folder in which the path is, without links
 * @param expected SHA-256 that the bytes must have, hexadecimal; undefined: not checked
 * @throws TaskError `disk-full` or `io-broke`, `invalid-file` for a link or other bytes; what the bytes throw
 */
export async function writeStreamAtomic(
  folder: string,
  path: string,
  { bytes, expected }: { readonly bytes: AsyncIterable<Uint8Array>; readonly expected: string | undefined },
): Promise<{ readonly size: number; readonly sha256: string }> {
  const place: Place = { root: rootAt(folder, 'refused'), path };
  const hash = createHash('sha256');
  let size = 0;
  let sha256 = '';
  try {
    await makeFolder(parentOf(place).folder);
    await removeUnfinished(parentOf(place).folder);
    await replaceFile(place, async (file) => {
      for await (const piece of bytes) {
        hash.update(piece);
        size += piece.length;
        await file.writeFile(piece);
      }
      sha256 = hash.digest('hex');
      if (expected !== undefined && expected !== sha256) throw wrongContent(pathOf(place));
    });
    return { size, sha256 };
  } catch (error) {
    throw writeError(pathOf(place), size, error);
  }
}

function wrongContent(path: string): TaskError {
  return new TaskError('invalid-file', `writing ${path}: the content does not have the expected checksum`, {
    remedy: 'Upload the source again.',
  });
}
