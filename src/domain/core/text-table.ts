/** Texts that are numbered from 0 in the order in which they were first added. */
export interface TextTable {
  /** The number of a text, which is added unless it is there. */
  readonly add: (text: string) => number;
  /** The number of a text that was added; -1 for another one. */
  readonly find: (text: string) => number;
  /** How many texts there are. */
  readonly size: () => number;
}

const firstSlots = 1024;
const firstBytes = 64 * 1024;
/** UTF-8 needs at most so many bytes for a UTF-16 code unit. */
const longestUnit = 3;

/**
 * A table for the names of thousands of objects: a text takes its bytes and 12 more, outside of the heap. In a Set it
 * takes 60 to 100 more, and everything that it is a part of if it was cut out of a longer text.
 */
export function makeTextTable(): TextTable {
  const texts = makeTexts();
  /** Numbers of texts plus one, at the place that their hash gives or the next free one; 0: free. At most half are used. */
  let slots = new Uint32Array(2 * firstSlots);

  /** The slot of the staged text, which is free if there is no such text yet. */
  function stagedSlot(): number {
    const last = slots.length - 1;
    let slot = texts.hashOf(texts.size()) & last;
    for (let used = Number(slots[slot]); used !== 0 && !texts.isStaged(used - 1); used = Number(slots[slot])) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  function grow(): void {
    slots = new Uint32Array(2 * slots.length);
    const last = slots.length - 1;
    for (let number = 0; number < texts.size(); number += 1) {
      let slot = texts.hashOf(number) & last;
      while (slots[slot] !== 0) slot = (slot + 1) & last;
      slots[slot] = number + 1;
    }
  }

  return {
    add: (text) => {
      texts.stage(text);
      const slot = stagedSlot();
      const known = Number(slots[slot]);
      if (known !== 0) return known - 1;
      texts.keep();
      slots[slot] = texts.size();
      if (2 * texts.size() >= slots.length) grow();
      return texts.size() - 1;
    },
    find: (text) => {
      texts.stage(text);
      return Number(slots[stagedSlot()]) - 1;
    },
    size: texts.size,
  };
}

/** A table of given texts. */
export function textTableOf(given: Iterable<string>): TextTable {
  const table = makeTextTable();
  for (const text of given) table.add(text);
  return table;
}

/** Texts one behind the other. The one that is staged has the next number, and is one of them when it is kept. */
function makeTexts() {
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(firstBytes);
  /** Where each text begins; the last one is the end of all. */
  let starts = new Uint32Array(firstSlots);
  let size = 0;
  let stagedEnd = 0;
  const startOf = (number: number): number => Number(starts[number]);
  const endOf = (number: number): number => (number === size ? stagedEnd : startOf(number + 1));
  return {
    size: () => size,
    stage: (text: string): void => {
      const needed = startOf(size) + longestUnit * text.length;
      if (needed > bytes.length) bytes = grown(bytes, new Uint8Array(Math.ceil(1.5 * needed)));
      stagedEnd = startOf(size) + encoder.encodeInto(text, bytes.subarray(startOf(size))).written;
    },
    keep: (): void => {
      size += 1;
      if (size === starts.length) starts = grown(starts, new Uint32Array(2 * starts.length));
      starts[size] = stagedEnd;
    },
    hashOf: (number: number): number => hashOf(bytes, startOf(number), endOf(number)),
    isStaged: (number: number): boolean => {
      const [from, staged, length] = [startOf(number), startOf(size), stagedEnd - startOf(size)];
      if (endOf(number) - from !== length) return false;
      for (let index = 0; index < length; index += 1) if (bytes[from + index] !== bytes[staged + index]) return false;
      return true;
    },
  };
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Differs in each process, so that names cannot be made up that all meet in one place of a table. */
const firstHash = Number(crypto.getRandomValues(new Uint32Array(1))[0]);

/** FNV-1a of 32 bits, from another beginning. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = firstHash;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ Number(bytes[index]), 0x01000193);
  return hash >>> 0;
}
