import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

import { TaskError } from '../../domain/core/errors.ts';
import { readInput } from './read-text.ts';
import { largestFile, tooLarge } from './text-size.ts';

/**
 * Reads the bytes of a file that the user names at a terminal, where `<(command)` is a FIFO. Its writer is awaited until
 * the run is stopped: a read in the thread pool would hold up the end of the process.
 * @throws TaskError `invalid-file` for a socket, a device or a folder and for more than `largestFile` bytes;
 *   `interrupted`; the system's error
 */
export async function readNamed(path: string, signal: AbortSignal): Promise<Buffer> {
  // Opened once: the end of a writer that came and left before a second time would not be seen.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (!fstatSync(fd).isFIFO()) {
    closeSync(fd);
    return readInput(path);
  }
  const stream = new Socket({ fd, readable: true, writable: false, signal }) as AsyncIterable<Buffer>;
  try {
    return await readAll(stream, path);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new TaskError('interrupted', `reading ${path}: stopped by a signal`, { remedy: 'Run again.', cause: error });
  }
}

async function readAll(stream: AsyncIterable<Buffer>, path: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    pieces.push(piece);
    size += piece.length;
    if (size > largestFile) throw tooLarge(path, 'more');
  }
  return Buffer.concat(pieces);
}
