import type { FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';
import { blockSize, isZero, paddingAfter, parsePaxRecords, parseTarHeader, type TarHeader } from './tar-header.ts';

/** Where the bytes of a regular file are in a tar. */
export interface TarMember {
  readonly offset: number;
  readonly size: number;
}

/** A tar that is open, and how messages name it. */
export interface TarSource {
  readonly handle: FileHandle;
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
}

/** Image archives have a few members for each layer. */
const mostMembers = 20_000;
/** Bytes of an extended header: it has names and no content. */
const largestExtension = 64 * 1024;
/** GNU tar fills up to its record size; more is another file behind the end. */
const longestTail = 1024 * 1024;
const deepestLinks = 4;

type Entry = TarMember | { readonly link: string } | 'folder';

/**
 * Lists the regular files of a tar by reading its headers only. Links to files of the archive are resolved.
 * @throws TaskError `invalid-file` for a tar that is cut short, and for what no image archive has: a name twice,
 *   absolute names, `..`, links out of the archive or to nothing, devices, sparse files
 */
export async function indexTar(source: TarSource): Promise<ReadonlyMap<string, TarMember>> {
  const entries = new Map<string, Entry>();
  let changes: Partial<TarHeader> = {};
  let offset = 0;
  for (;;) {
    const header = parseTarHeader(await readAt(source, offset, blockSize));
    if (header === 'broken')
      throw refused(source, `the header at byte ${String(offset)} is damaged, or the file is not a tar archive`);
    offset += blockSize;
    if (header === undefined) break;
    const { size = header.size } = changes;
    if (size > source.size - offset) throw refused(source, 'it is cut short, or a member has a false size');
    if (isExtension(header.type)) changes = { ...changes, ...(await readExtension(source, header, offset)) };
    else {
      addEntry(entries, { ...header, ...changes, size }, { source, offset });
      changes = {};
    }
    offset += size + paddingAfter(size);
    if (entries.size > mostMembers) throw refused(source, `it has more than ${String(mostMembers)} members`);
  }
  await checkEnd(source, offset);
  return resolveLinks(entries, source);
}

/**
 * Bytes of a file from an offset.
 * @throws TaskError `invalid-file` when it ends before
 */
export async function readAt(source: TarSource, offset: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await source.handle.read(buffer, done, size - done, offset + done);
    if (bytesRead === 0) throw refused(source, 'it is cut short');
    done += bytesRead;
  }
  return buffer;
}

/** An error that names the archive, and asks for another one. */
export function refused({ path }: Pick<TarSource, 'path'>, why: string): TaskError {
  return new TaskError('invalid-file', `reading the archive ${path}: ${why}`, {
    remedy:
      'Export the application again, or write the archive again with docker save, podman save or skopeo. Copy all of it.',
  });
}

function isExtension(type: string): boolean {
  return type === 'x' || type === 'g' || type === 'L' || type === 'K';
}

async function readExtension(source: TarSource, header: TarHeader, offset: number): Promise<Partial<TarHeader>> {
  if (header.size > largestExtension) throw refused(source, 'an extended header is longer than any name');
  const bytes = await readAt(source, offset, header.size);
  const end = bytes.indexOf(0);
  const text = bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  if (header.type === 'L') return { name: text };
  if (header.type === 'K') return { link: text };
  const changes = parsePaxRecords(bytes);
  if (changes === undefined) throw refused(source, 'an extended header is damaged, or a member is sparse');
  const { path, linkpath, size } = changes;
  if (header.type === 'g' && (path ?? linkpath ?? size) !== undefined)
    throw refused(source, 'a global header changes the names or sizes of all members');
  return {
    ...(path === undefined ? {} : { name: path }),
    ...(linkpath === undefined ? {} : { link: linkpath }),
    ...(size === undefined ? {} : { size }),
  };
}

function addEntry(
  entries: Map<string, Entry>,
  header: TarHeader,
  { source, offset }: { readonly source: TarSource; readonly offset: number },
): void {
  const name = normalize(header.name);
  if (name === undefined) throw refused(source, `the member name ${JSON.stringify(header.name)} is not allowed`);
  const entry = entryOf(header, name, offset);
  if (entry === undefined) throw refused(source, `${name} is a link out of the archive or no regular file`);
  if (name === '' && entry === 'folder') return;
  const present = entries.get(name);
  if (name === '' || (present !== undefined && !(present === 'folder' && entry === 'folder')))
    throw refused(source, `the member ${JSON.stringify(name)} is there twice`);
  entries.set(name, entry);
}

function entryOf({ type, size, link }: TarHeader, name: string, offset: number): Entry | undefined {
  if (type === '0') return { offset, size };
  if (size > 0) return undefined;
  if (type === '5') return 'folder';
  // A hard link names its target from the top of the archive, a symbolic link from its own folder.
  const target = type === '2' && !link.startsWith('/') ? posix.join(posix.dirname(name), link) : link;
  const normal = type === '1' || type === '2' ? normalize(target) : undefined;
  return normal === undefined || normal === '' ? undefined : { link: normal };
}

/** A name without `./` and a slash at its end; empty for the top folder, undefined for one that leads elsewhere. */
function normalize(name: string): string | undefined {
  if (name === '' || name.startsWith('/') || /[\0-\x1f\x7f\\]/.test(name)) return undefined;
  const steps = name.split('/').filter((step) => step !== '' && step !== '.');
  return steps.includes('..') ? undefined : steps.join('/');
}

async function checkEnd(source: TarSource, offset: number): Promise<void> {
  const rest = source.size - offset;
  if (rest < blockSize) throw refused(source, 'it is cut short: its end is missing');
  if (rest > longestTail || !isZero(await readAt(source, offset, rest)))
    throw refused(source, 'something follows after its end');
}

function resolveLinks(entries: ReadonlyMap<string, Entry>, source: TarSource): ReadonlyMap<string, TarMember> {
  const members = new Map<string, TarMember>();
  for (const [name, entry] of entries) {
    let found: Entry | undefined = entry;
    for (let depth = 0; depth < deepestLinks && typeof found === 'object' && 'link' in found; depth += 1)
      found = entries.get(found.link);
    if (found === undefined || (typeof found === 'object' && 'link' in found))
      throw refused(source, `the link ${name} leads to nothing`);
    if (found !== 'folder') members.set(name, found);
  }
  return members;
}
