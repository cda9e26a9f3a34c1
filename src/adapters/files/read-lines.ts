import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

import type { LongText } from '../../domain/core/ports.ts';
import { openBeneath } from './beneath.ts';
import { pathOf, type Place } from './place.ts';
import { checkText } from './text-size.ts';

/** Bytes that are read at once. */
const portion = 64 * 1024;

/**
 * Opens a text file that is read line by line, so that it is never in memory as a whole.
 * @throws TaskError `invalid-file` for a link, for anything but a regular file, and for one above `largestFile`; the
 *   system's error
 */
export async function openLines(place: Place): Promise<LongText> {
  const handle = await openBeneath(place, constants.O_RDONLY);
  try {
    checkText(await handle.stat(), pathOf(place));
  } catch (error) {
    await handle.close();
    throw error;
  }
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  return {
    lines: linesOf(handle, (bytes) => hash.update(bytes)),
    digest: () => `sha256:${hash.digest('hex')}`,
  };
}

async function* linesOf(handle: FileHandle, note: (bytes: Uint8Array) => void): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const bytes = Buffer.allocUnsafe(portion);
  let rest = '';
  try {
    for (;;) {
      const { bytesRead } = await handle.read(bytes, 0, portion, null);
      if (bytesRead === 0) break;
      const piece = bytes.subarray(0, bytesRead);
      note(piece);
      const lines = (rest + decoder.write(piece)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    yield rest + decoder.end();
  } finally {
    await handle.close();
  }
}
