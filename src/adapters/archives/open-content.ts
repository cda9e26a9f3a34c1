import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { ArchiveDefect } from '../../domain/source/archive-defect.ts';
import { errorOfEnd, startProgram } from '../processes/start-program.ts';
import type { ArchiveFile } from './archive-file.ts';

export type Compression = 'gzip' | 'bzip2' | 'xz';

export interface ContentOptions {
  readonly type: 'tar' | Compression;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Few enough files in a piece that writing them lets the rest of the program wait for milliseconds only. */
const pieceSize = 128 * 1024;
const mostSaid = 300;

// Node has neither. The limit is for the dictionary, which the archive chooses.
const programs = {
  bzip2: ['--decompress', '--stdout'],
  xz: ['--decompress', '--stdout', '--memlimit-decompress=256MiB', '--threads=1'],
} as const;

/**
 * The bytes of a file, decompressed.
 * @throws ArchiveDefect for damaged or cut content, TaskError `program-missing` …
 */
export function openContent(file: ArchiveFile, options: ContentOptions): AsyncIterable<Buffer> {
  const packed = file.handle.createReadStream({ start: 0, autoClose: false, highWaterMark: pieceSize });
  switch (options.type) {
    case 'tar':
      return packed as AsyncIterable<Buffer>;
    case 'gzip':
      return gunzip(packed);
    case 'bzip2':
    case 'xz':
      return runDecompressor(packed, { ...options, type: options.type });
  }
}

async function* gunzip(packed: Readable): AsyncGenerator<Buffer, void, undefined> {
  const content = pipeline(packed, createGunzip({ chunkSize: pieceSize }), () => undefined);
  try {
    for await (const bytes of content as AsyncIterable<Buffer>) yield bytes;
  } catch (error) {
    throw new ArchiveDefect(`it cannot be decompressed: ${messageOf(error)}`);
  }
}

async function* runDecompressor(
  packed: Readable,
  { type, environment, signal }: ContentOptions & { readonly type: 'bzip2' | 'xz' },
): AsyncGenerator<Buffer, void, undefined> {
  const { PATH } = environment;
  const started = startProgram({
    program: type,
    args: programs[type],
    environment: { PATH },
    hasInput: true,
    signal,
    killDelay: 0,
  });
  let said = '';
  started.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(0, mostSaid);
  });
  // A program that ends before it has read everything says why at its end.
  if (started.stdin !== null) pipeline(packed, started.stdin, () => undefined);
  try {
    for await (const bytes of started.stdout as AsyncIterable<Buffer>) yield bytes;
    const end = await started.ended;
    if (end.exitCode === undefined) throw errorOfEnd(type, end, 'it took longer than allowed');
    if (end.exitCode !== 0) throw new ArchiveDefect(`it cannot be decompressed: ${said.trim().replaceAll('\n', '; ')}`);
  } catch (error) {
    if (error instanceof ArchiveDefect || error instanceof TaskError) throw error;
    throw new ArchiveDefect(`it cannot be decompressed: ${messageOf(error)}`);
  } finally {
    started.kill();
  }
}
