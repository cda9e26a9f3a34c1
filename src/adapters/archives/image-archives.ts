import { constants } from 'node:fs';
import { basename, dirname } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { ArchiveFiles, OpenArchive } from '../../domain/oci/image-archive/archive-files.ts';
import { openBeneath } from '../files/beneath.ts';
import { sha256Of } from '../files/digest.ts';
import { rootAt } from '../files/place.ts';
import { inspectLayer, isGzip } from './inspect-layer.ts';
import { packLayer, unpackWhole } from './packed-files.ts';
import { indexTar, readAt, refused, type TarMember, type TarSource } from './tar-index.ts';
import { writeTar } from './write-tar.ts';

/** Bytes that are in memory at a time for each stream: a chunk of an upload. */
const chunkSize = 5 * 1024 * 1024;

export interface ImageArchiveOptions {
  /** Folder for what has to be unpacked or compressed. Files there have no name and end with the process. */
  readonly temporaryFolder: string;
  readonly signal: AbortSignal;
}

/** Image archives in tar files. */
export function createImageArchives(options: ImageArchiveOptions): ArchiveFiles {
  return { write: writeTar, open: (path) => openArchive(path, options) };
}

async function openArchive(path: string, options: ImageArchiveOptions): Promise<OpenArchive> {
  let source = await openSource(path);
  try {
    if (source.size > 1 && isGzip(await readAt(source, 0, 2))) {
      const unpacked = await unpackWhole(source, options);
      await source.handle.close();
      source = unpacked;
    }
    return readingFrom(source, await indexTar(source), options);
  } catch (error) {
    await source.handle.close();
    throw error;
  }
}

async function openSource(path: string): Promise<TarSource> {
  const place = { root: rootAt(dirname(path), 'within'), path: basename(path) };
  try {
    const handle = await openBeneath(place, constants.O_RDONLY);
    const found = await handle.stat();
    if (found.isFile()) return { handle, path, size: found.size };
    await handle.close();
  } catch (error) {
    if (error instanceof TaskError) throw error;
    throw refused({ path }, messageOf(error));
  }
  throw refused({ path }, 'expected a file');
}

function readingFrom(
  source: TarSource,
  members: ReadonlyMap<string, TarMember>,
  options: ImageArchiveOptions,
): OpenArchive {
  function find(name: string): TarMember {
    const member = members.get(name);
    if (member === undefined) throw refused(source, `it has no ${name}`);
    return member;
  }

  async function* stream(name: string): AsyncGenerator<Uint8Array, void, undefined> {
    const { offset, size } = find(name);
    for (let done = 0; done < size; done += chunkSize) {
      options.signal.throwIfAborted();
      yield await readAt(source, offset + done, Math.min(chunkSize, size - done));
    }
  }

  return {
    sizes: new Map([...members].map(([name, { size }]) => [name, size])),
    async read(name, mostBytes) {
      const { offset, size } = find(name);
      if (size > mostBytes)
        throw refused(source, `${name} has ${String(size)} bytes, at most ${String(mostBytes)} fit`);
      return readAt(source, offset, size);
    },
    stream,
    inspect: (name, wanted) =>
      inspectLayer({ source, member: find(name), name }, { ...wanted, signal: options.signal }),
    pack: (name) => packLayer({ source, name, content: stream(name) }, options),
    digestOf: sha256Of,
    close: () => source.handle.close(),
  };
}
