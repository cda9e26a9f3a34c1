import type { FileEntry } from './file-entry.ts';

/** Bytes of the header of a compiled file: magic number, flags, time and size of the source (PEP 552). */
export const compiledHeaderSize = 16;

const flagsAt = 4;
const timeAt = 8;
const sizeAt = 12;
const cacheFolder = '__pycache__';

/** The source that a compiled file is made from, where Python looks for it (PEP 3147); undefined without one. */
export function sourceOfCompiled(entry: FileEntry, files: ReadonlyMap<string, FileEntry>): FileEntry | undefined {
  const slash = entry.path.lastIndexOf('/');
  const name = entry.path.slice(slash + 1);
  const folder = entry.path.slice(0, slash);
  if (entry.kind !== 'file' || !name.endsWith('.pyc')) return undefined;
  const path = folder.endsWith(`/${cacheFolder}`)
    ? `${folder.slice(0, -cacheFolder.length)}${name.slice(0, Math.max(name.indexOf('.'), 0))}.py`
    : `${folder}/${name.slice(0, -1)}`;
  const source = files.get(path);
  return source?.kind === 'file' ? source : undefined;
}

/**
 * Changes the time in the header of a compiled file, so that Python takes it for one of a source that has another time
 * in the image. A file that did not fit its source before does not fit it afterwards, and one that is checked by hash or
 * never is as it was.
 * @param start the first bytes of the file
 * @param time seconds since 1970 that the source has in the image
 * @returns the same number of bytes
 */
export function changeCompiledTime(start: Uint8Array, source: FileEntry, time: number): Uint8Array {
  if (start.length < compiledHeaderSize) return start;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const isByTime = view.getUint32(flagsAt, true) === 0;
  const modified = Math.floor(Number(source.modified));
  const isCurrent =
    view.getUint32(timeAt, true) === lowerBits(modified) && view.getUint32(sizeAt, true) === lowerBits(source.size);
  if (!isByTime || !isCurrent) return start;
  const changed = Uint8Array.from(start);
  new DataView(changed.buffer).setUint32(timeAt, lowerBits(time), true);
  return changed;
}

/** Python compares the lower 32 bits (`importlib._bootstrap_external._validate_timestamp_pyc`). */
function lowerBits(value: number): number {
  return Number(BigInt.asUintN(32, BigInt(value)));
}
