import { constants } from 'node:fs';

import { TaskError } from '../../domain/core/errors.ts';
import { ArchiveDefect } from '../../domain/source/archive-defect.ts';
import { detectContent, detectedBytes, type ContentType } from '../../domain/source/content-type.ts';
import { createTarReader, type EntrySink } from '../../domain/source/tar-reader.ts';
import { createMeter, type UnpackLimits, type UnpackMeter } from '../../domain/source/unpack-limits.ts';
import { openBeneath } from '../files/beneath.ts';
import { errnoOf } from '../files/errno.ts';
import { pathOf, rootAt, type Place } from '../files/place.ts';
import type { ArchiveFile } from './archive-file.ts';
import { openContent, type Compression } from './open-content.ts';
import { openStagedTree } from './staged-tree.ts';
import { createEntryWriter, type UnpackedTree } from './unpack-entries.ts';
import { unpackZip } from './unpack-zip.ts';

export interface UnpackRequest {
  /** The folder that has the archive and gets the tree. */
  readonly folder: string;
  /** Path of the archive in it. */
  readonly archive: string;
  /** Path of the folder in it that has the tree afterwards, and nothing else. */
  readonly target: string;
  readonly limits: UnpackLimits;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface UnpackedArchive extends UnpackedTree {
  readonly type: 'zip' | 'tar' | 'tgz' | 'tbz' | 'txz';
}

const typeNames = { gzip: 'tgz', bzip2: 'tbz', xz: 'txz' } as const;

/**
 * Unpacks a zip or tar archive, detected by content, into a folder: completely, or not at all. Nothing that the
 * archive holds can lead out of the folder. A single folder at the top is left out, with its dotfiles lifted.
 * @throws TaskError `invalid-file` for another type, and for a hostile, damaged or cut archive
 */
export async function unpackArchive(request: UnpackRequest): Promise<UnpackedArchive> {
  const { folder, archive, target, limits } = request;
  const root = rootAt(folder, 'refused');
  const place: Place = { root, path: archive };
  await using handle = await openArchive(place);
  const file = { handle, size: (await handle.stat()).size };
  const meter = createMeter(limits, file.size);
  try {
    const type = await detectType(file);
    const tree = await openStagedTree(root);
    try {
      const { sink, finish } = createEntryWriter(tree, meter);
      await readEntries(file, { type, sink, meter, settle: tree.settle, ...request });
      const { unpacked, links } = finish();
      const { symbolic, hard } = links;
      await tree.publish(target, { symbolic, hard, top: unpacked.top });
      return { ...unpacked, type: type === 'zip' || type === 'tar' ? type : typeNames[type] };
    } catch (error) {
      await tree.discard();
      throw error;
    }
  } catch (error) {
    if (error instanceof ArchiveDefect) throw refused(pathOf(place), error);
    throw error;
  }
}

async function openArchive(place: Place): ReturnType<typeof openBeneath> {
  try {
    return await openBeneath(place, constants.O_RDONLY);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new TaskError('invalid-file', `unpacking ${pathOf(place)}: there is no such file`, {
      remedy: 'Download the source first, or name the archive with the param archive.',
    });
  }
}

async function detectType({ handle, size }: ArchiveFile): Promise<'zip' | 'tar' | Compression> {
  const head = Buffer.alloc(Math.min(detectedBytes, size));
  const { bytesRead } = await handle.read(head, 0, head.length, 0);
  const type = detectContent(head.subarray(0, bytesRead));
  if (isUnpackable(type)) return type;
  throw wrongType(type);
}

function isUnpackable(type: ContentType): type is 'zip' | 'tar' | Compression {
  return type === 'zip' || type === 'tar' || Object.hasOwn(typeNames, type);
}

interface ReadOptions extends Pick<UnpackRequest, 'environment' | 'signal'> {
  readonly type: 'zip' | 'tar' | Compression;
  readonly sink: EntrySink;
  readonly meter: UnpackMeter;
  /** Waits while much is not written yet. */
  readonly settle: () => Promise<void>;
}

async function readEntries(file: ArchiveFile, options: ReadOptions): Promise<void> {
  const { type, sink, meter, settle, signal } = options;
  if (type === 'zip') return unpackZip(file, { sink, meter, settle, signal });
  const tar = createTarReader(sink);
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const bytes of openContent(file, { ...options, type })) {
    signal.throwIfAborted();
    meter.inflated(bytes.length);
    await settle();
    if (head === undefined) tar.push(bytes);
    else {
      head = Buffer.concat([head, bytes]);
      if (head.length < detectedBytes) continue;
      checkInside(type, head);
      tar.push(head);
      head = undefined;
    }
  }
  if (head !== undefined) checkInside(type, head);
  tar.end();
}

function checkInside(type: 'tar' | Compression, head: Buffer): void {
  const inside = detectContent(head.subarray(0, detectedBytes));
  if (inside !== 'tar') throw wrongType(type === 'tar' ? inside : `${type} with ${inside} inside`);
}

function wrongType(type: string): ArchiveDefect {
  return new ArchiveDefect(`expected zip, tar, tgz, tbz or txz, got ${type}`);
}

function refused(path: string, { message }: ArchiveDefect): TaskError {
  return new TaskError('invalid-file', `unpacking ${path}: ${message}`, {
    remedy: 'Nothing was unpacked. Make the archive again from the source, or raise the limit that the message names.',
  });
}
