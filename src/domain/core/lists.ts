import type { MakeList, ReadList } from './ports.ts';

/** Values of several lists, one list after the other. They can be read as often as the lists. */
export function joinLists<T>(...lists: readonly Iterable<T>[]): Iterable<T> {
  return flatMapList(lists, (each) => each);
}

/** What a function makes of each value of a list, made again at each reading, so that it takes no memory. */
export function flatMapList<T, R>(list: Iterable<T>, make: (value: T) => Iterable<R>): Iterable<R> {
  return { [Symbol.iterator]: () => Iterator.from(list).flatMap(make) };
}

/** A value for each value of a list, made again at each reading. */
export function mapList<T, R>(list: ReadList<T>, make: (value: T) => R): ReadList<R> {
  return {
    length: list.length,
    at: (index) => {
      const value = list.at(index);
      return value === undefined ? undefined : make(value);
    },
    [Symbol.iterator]: () => Iterator.from(list).map(make),
  };
}

/** Whether a list has no value at all. */
export function isEmptyList(list: Iterable<unknown>): boolean {
  return Iterator.from(list).next().done === true;
}

/** Values by their index, which come in any order. */
export interface NumberedList<T> extends Iterable<T> {
  /** Sets the value of an index; a later one counts. */
  set(index: number, value: T): void;
}

/** Keeps values for indexes below a length, and gives them in the order of the indexes. */
export function makeNumberedList<T>(length: number, makeList: MakeList): NumberedList<T> {
  const values = makeList<T>();
  /** For each index the number of values when its own had come; 0: it has not. */
  const places = new Uint32Array(length);
  return {
    set: (index, value) => {
      values.push(value);
      places[index] = values.length;
    },
    *[Symbol.iterator]() {
      for (const place of places) {
        const value = place === 0 ? undefined : values.at(place - 1);
        if (value !== undefined) yield value;
      }
    },
  };
}
