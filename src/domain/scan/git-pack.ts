import { ArchiveDefect } from '../source/archive-defect.ts';

/** What stands before the compressed bytes of an object in a pack: gitformat-pack(5). */
export interface PackedObject {
  readonly kind: 'commit' | 'tree' | 'blob' | 'tag' | 'delta';
  /** Bytes of the object, or of the delta, when they are decompressed. */
  readonly size: number;
  /** Bytes of this header. */
  readonly headerLength: number;
  /** Of a delta: how many bytes before this object its base begins. */
  readonly baseDistance: number | undefined;
  /** Of a delta: the id of its base in hex. */
  readonly baseId: string | undefined;
}

/** Bytes of the longest header. */
export const longestPackHeader = 64;
const idLength = 20;
const kinds: Readonly<Record<number, PackedObject['kind']>> = {
  1: 'commit',
  2: 'tree',
  3: 'blob',
  4: 'tag',
  6: 'delta',
  7: 'delta',
};

/** @throws ArchiveDefect */
export function readPackHeader(bytes: Uint8Array): PackedObject {
  let at = 0;
  const next = (): number => {
    const byte = bytes[at];
    if (byte === undefined) throw new ArchiveDefect('an object has no end');
    at += 1;
    return byte;
  };
  const first = next();
  const type = (first >> 4) & 7;
  let size = first & 15;
  for (let [byte, factor] = [first, 16]; byte >= 128; factor *= 128) {
    byte = next();
    size += (byte & 127) * factor;
  }
  const kind = kinds[type];
  if (kind === undefined || !Number.isSafeInteger(size)) throw new ArchiveDefect('an object has an unknown type');
  if (type === 6) {
    let byte = next();
    let distance = byte & 127;
    while (byte >= 128) {
      byte = next();
      distance = (distance + 1) * 128 + (byte & 127);
    }
    return { kind, size, headerLength: at, baseDistance: distance, baseId: undefined };
  }
  if (type !== 7) return { kind, size, headerLength: at, baseDistance: undefined, baseId: undefined };
  const id = Array.from(bytes.subarray(at, at + idLength), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { kind, size, headerLength: at + idLength, baseDistance: undefined, baseId: id };
}

/**
 * Makes an object from its base and a delta.
 * @param longest bytes that it may have
 * @throws ArchiveDefect
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, longest: number): Uint8Array {
  let at = 0;
  const next = (): number => {
    at += 1;
    return delta[at - 1] ?? 0;
  };
  const readSize = (): number => {
    let size = 0;
    for (let [byte, factor] = [128, 1]; byte >= 128; factor *= 128) {
      byte = next();
      size += (byte & 127) * factor;
    }
    return size;
  };
  const readBits = (bits: number, count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1) if (((bits >> bit) & 1) === 1) value += next() * 256 ** bit;
    return value;
  };
  if (readSize() !== base.length) throw new ArchiveDefect('a delta is for another object');
  const size = readSize();
  if (size > longest) throw new ArchiveDefect('an object is too long');
  const result = new Uint8Array(size);
  let filled = 0;
  while (at < delta.length) {
    const code = next();
    let part: Uint8Array;
    if (code >= 128) {
      const from = readBits(code, 4);
      const length = readBits(code >> 4, 3) || 65_536;
      part = base.subarray(from, from + length);
    } else {
      part = delta.subarray(at, at + code);
      at += code;
    }
    if (part.length === 0 || filled + part.length > size) throw new ArchiveDefect('a delta is damaged');
    result.set(part, filled);
    filled += part.length;
  }
  if (filled !== size) throw new ArchiveDefect('a delta is damaged');
  return result;
}
