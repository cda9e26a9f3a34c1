import type { ExtendedAttributes } from '../../domain/containerize/file-entry.ts';
import { formatPaxRecords } from '../../domain/source/pax-records.ts';
import { formatTarHeader, paddingAfter } from './tar-header.ts';

/** An entry of a tar with all that pax(1) can say about it. */
export interface TarEntry {
  readonly name: string;
  /** `0` a file, `1` a hard link, `2` a symbolic link, `5` a folder, `6` a named pipe. */
  readonly type: '0' | '1' | '2' | '5' | '6';
  readonly size: number;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, with a fraction where it has one. */
  readonly modified: string;
  readonly attributes: ExtendedAttributes;
}

const nameSize = 100;
/** Seven octal digits. */
const largestId = 0o7777777;
/** Eleven octal digits. */
const latestTime = 0o77777777777;
const permissions = 0o7777;
/** The keyword that GNU tar, Go's archive/tar and libarchive use for extended attributes. */
const attributePrefix = 'SCHILY.xattr.';
/** Every extended header has this name: unpackers that do not know pax write a file of it. */
const extendedName = 'PaxHeaders.0/entry';
const extendedFields = { type: 'x', link: '', mode: 0o644, uid: 0, gid: 0, modified: 0 };
/** Labels of the node, and what its file system for containers notes: nothing of the files themselves. */
const ofTheNode = /^(?:security\.selinux$|security\.ima$|security\.evm$|trusted\.overlay\.)/;

/** The header of an entry, after an extended header (pax) if the header alone cannot say all. */
export function formatTarEntry(entry: TarEntry): Buffer {
  const records = recordsOf(entry);
  const header = formatTarHeader(cut(entry.name), entry.size, {
    type: entry.type,
    link: cut(entry.link),
    mode: entry.mode & permissions,
    uid: Math.min(entry.uid, largestId),
    gid: Math.min(entry.gid, largestId),
    modified: Math.min(Math.max(Math.floor(Number(entry.modified)), 0), latestTime),
  });
  if (records.length === 0) return header;
  const body = formatPaxRecords(records.map(([key, value]) => [key, Buffer.from(value)]));
  const extended = formatTarHeader(extendedName, body.length, extendedFields);
  return Buffer.concat([extended, body, Buffer.alloc(paddingAfter(body.length)), header]);
}

function recordsOf(entry: TarEntry): readonly (readonly [string, string | Uint8Array])[] {
  const { name, link, uid, gid } = entry;
  const texts: readonly (readonly [string, string, boolean])[] = [
    ['path', name, needsRecord(name)],
    ['linkpath', link, needsRecord(link)],
    ['uid', String(uid), uid > largestId],
    ['gid', String(gid), gid > largestId],
    ['mtime', withoutZeros(entry.modified), !/^\d{1,10}$/.test(withoutZeros(entry.modified))],
  ];
  const attributes = [...entry.attributes].filter(([key]) => !ofTheNode.test(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...texts.flatMap(([key, text, isNeeded]) => (isNeeded ? [[key, text] as const] : [])),
    ...attributes.map(([key, value]) => [`${attributePrefix}${key}`, value] as const),
  ];
}

/** Names in other characters than ASCII have no meaning in a plain header. */
function needsRecord(name: string): boolean {
  return Buffer.byteLength(name) > nameSize || /[^ -~]/.test(name);
}

function withoutZeros(time: string): string {
  let end = time.length;
  while (time.includes('.') && time[end - 1] === '0') end -= 1;
  return time.slice(0, time[end - 1] === '.' ? end - 1 : end);
}

/** As much as fits; the extended header has the whole. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= nameSize) return name;
  let text = name.slice(0, nameSize);
  while (Buffer.byteLength(text) > nameSize) text = text.slice(0, -1);
  return text;
}
