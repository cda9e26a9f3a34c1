import type { KeptList, MakeList } from './ports.ts';

/** More runs than this are for values that come in no order at all, which are sorted in memory. */
const mostRuns = 64;

/** Values are added in any order and read in the order of their key. */
export type SortedList<T> = Pick<KeptList<T>, 'push' | typeof Symbol.iterator>;

interface Run<T> {
  readonly values: KeptList<T>;
  last: string;
}

/**
 * A list that is read in the order of a key, for values that come almost in that order: each of them continues a run
 * of ascending keys, and the few runs are merged as they are read. Sorting them in memory would need all at once.
 */
export function makeSortedList<T>(makeList: MakeList, keyOf: (value: T) => string): SortedList<T> {
  const runs: Run<T>[] = [];
  const rest: T[] = [];
  return {
    push: (value) => {
      const key = keyOf(value);
      let run = runs.find(({ last }) => last <= key);
      if (run === undefined && runs.length === mostRuns) {
        rest.push(value);
        return;
      }
      if (run === undefined) {
        run = { values: makeList<T>(), last: key };
        runs.push(run);
      }
      run.values.push(value);
      run.last = key;
    },
    [Symbol.iterator]: () => {
      const sorted = rest.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      return mergeSorted([...runs.map(({ values }) => values), sorted], keyOf);
    },
  };
}

/** The values of sorted lists in the order of their keys. */
export function* mergeSorted<T>(
  runs: readonly Iterable<T>[],
  keyOf: (value: T) => string,
): Generator<T, void, undefined> {
  const heads = runs.flatMap((run) => headOf(Iterator.from(run), keyOf));
  for (;;) {
    let least = heads[0];
    for (const head of heads) if (least !== undefined && head.key < least.key) least = head;
    if (least === undefined) return;
    yield least.value;
    heads.splice(heads.indexOf(least), 1, ...headOf(least.values, keyOf));
  }
}

interface Head<T> {
  readonly values: Iterator<T>;
  readonly value: T;
  readonly key: string;
}

/** The next value of a run; none at its end. */
function headOf<T>(values: Iterator<T>, keyOf: (value: T) => string): Head<T>[] {
  const next = values.next();
  return next.done === true ? [] : [{ values, value: next.value, key: keyOf(next.value) }];
}
