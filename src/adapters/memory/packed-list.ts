import { deflateRawSync, inflateRawSync } from 'node:zlib';

import type { KeptList } from '../../domain/core/ports.ts';
import { parseJsonExactly, stringifyExactly } from '../../domain/kube/exact-integers.ts';

/** Values that are packed together, at most. */
const valuesAtOnce = 1024;

/** Characters that are packed together, unless a value is longer. */
const charactersAtOnce = 128 * 1024;

/** A list up to this length is not packed at all: its memory does not matter, and packing takes a tenth of a run's time. */
const longestUnpacked = 8192;

/** The same for a list of whole objects, each of which takes some KiB. */
const longestUnpackedObjects = 2048;

/** Packs that are kept unpacked for `at`: programs that work on several values cross the border of two packs. */
const packsAtHand = 2;

interface Pack<T> {
  readonly start: number;
  readonly length: number;
  /** Of 1 KiB resources some 100 bytes each. */
  readonly bytes: Uint8Array;
  /** While it is at hand. */
  values?: readonly T[] | undefined;
}

/**
 * A list of JSON values that keeps them compressed and outside of the heap. A hundred thousand paths with their digests
 * take 5 MiB so, and 25 MiB as objects. Packing a value and unpacking it take some microseconds.
 */
export function makePackedList<T>(): KeptList<T> {
  return makeListPackedAbove(longestUnpacked);
}

/** The same for Kubernetes objects. */
export function makeObjectList<T>(): KeptList<T> {
  return makeListPackedAbove(longestUnpackedObjects);
}

function makeListPackedAbove<T>(unpacked: number): KeptList<T> {
  const packs: Pack<T>[] = [];
  const atHand: Pack<T>[] = [];
  let latest: T[] = [];
  const packed = (): number => endOf(packs.at(-1));
  return {
    get length() {
      return packed() + latest.length;
    },
    push: (value) => {
      latest.push(value);
      if (latest.length < (packs.length === 0 ? unpacked : valuesAtOnce)) return;
      for (const texts of portionsOf(latest)) packs.push(pack(texts, packed()));
      latest = [];
    },
    at: (index) => {
      if (index >= packed()) return latest.at(index - packed());
      const found = atHand.find((each) => isIn(each, index)) ?? takeToHand(findPack(packs, index), atHand);
      return found?.values?.at(index - found.start);
    },
    *[Symbol.iterator]() {
      for (const each of packs) yield* unpack(each);
      yield* latest;
    },
  };
}

function endOf(pack: Pack<unknown> | undefined): number {
  return pack === undefined ? 0 : pack.start + pack.length;
}

function isIn(pack: Pack<unknown>, index: number): boolean {
  return pack.start <= index && index < endOf(pack);
}

function findPack<T>(packs: readonly Pack<T>[], index: number): Pack<T> | undefined {
  let [low, high] = [0, packs.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (endOf(packs[middle]) <= index) low = middle + 1;
    else high = middle;
  }
  return packs[low];
}

function takeToHand<T>(pack: Pack<T> | undefined, atHand: Pack<T>[]): Pack<T> | undefined {
  if (pack === undefined) return undefined;
  pack.values = unpack(pack);
  atHand.push(pack);
  const former = atHand.length > packsAtHand ? atHand.shift() : undefined;
  if (former !== undefined) former.values = undefined;
  return pack;
}

/** The JSON of values, as many as are packed together: large ones would make a text that is too long. */
function* portionsOf(values: readonly unknown[]): Generator<readonly string[]> {
  let texts: string[] = [];
  let characters = 0;
  for (const value of values) {
    const text = stringifyExactly(value);
    if (texts.length === valuesAtOnce || (texts.length > 0 && characters + text.length > charactersAtOnce)) {
      yield texts;
      texts = [];
      characters = 0;
    }
    texts.push(text);
    characters += text.length;
  }
  yield texts;
}

function pack<T>(texts: readonly string[], start: number): Pack<T> {
  // A copy, because zlib gives a part of a larger buffer.
  const bytes = new Uint8Array(deflateRawSync(`[${texts.join(',')}]`, { level: 1 }));
  return { start, length: texts.length, bytes };
}

function unpack<T>({ bytes }: Pack<T>): readonly T[] {
  return parseJsonExactly(inflateRawSync(bytes).toString('utf8')) as readonly T[];
}
