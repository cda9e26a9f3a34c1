import { TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { isAsCreated } from '../../domain/apply/creation-mark.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { formatJournalEntry, parseJournalEntry, type JournalEntry } from '../../domain/apply/applied-object.ts';
import type { Folder, Log, MakeList } from '../../domain/core/ports.ts';
import { makeSortedList } from '../../domain/core/sorted-list.ts';
import { makeTextTable } from '../../domain/core/text-table.ts';
import type { Applied } from './apply-object.ts';

/** An object by its path in the API, with the evidence of its item. */
export interface Recorded {
  readonly path: string;
  readonly evidence: NonNullable<Item['evidence']>;
}

/**
 * Records over all runs on a folder which objects these programs created and which they only changed, so that a move can
 * be rolled back whole: also objects that a later run refuses or no longer has, and objects of a run that was killed. An
 * object that a run is about to create is recorded before, its UID after.
 */
export interface CreationJournal {
  /** Records objects that are about to be created. */
  expect(objects: Iterable<Recorded>): Promise<void>;
  /** Records objects that were created or changed, as they are now. */
  confirm(objects: Iterable<Recorded>): Promise<void>;
  /** What earlier runs did to the object that was applied now; undefined when they did nothing to it. */
  originOf(path: string, applied: Applied): 'created' | 'changed' | undefined;
  /**
   * Evidence of an object that an earlier run created or changed, for a run that cannot apply it; undefined for others,
   * and for an object that this run was about to create.
   */
  evidenceOf(path: string): Item['evidence'];
}

/** Path of the journal of a task, beside its report. */
export function journalPath(task: string): string {
  return `reports/${task}.created`;
}

interface JournalPlace {
  readonly folder: Folder;
  readonly task: string;
}

interface JournalPorts {
  readonly log: Log;
  /** For what is kept of each object. */
  readonly makeList: MakeList;
}

/**
 * Opens the journal of a task beside its report; it has a line for each object. A line that cannot be read counts for
 * nothing: the object then counts as one that was there before, and remains in a rollback.
 */
export async function openCreationJournal(
  { folder, task }: JournalPlace,
  { log, makeList }: JournalPorts,
): Promise<CreationJournal> {
  const path = journalPath(task);
  const lines = makeJournalLines(makeList);
  const earlier = await readEntries(folder, path, makeList);
  for (const entry of earlier.entries) lines.add([entry]);
  const expected = new Set<number>();
  async function save(changed: Iterable<JournalEntry>): Promise<void> {
    if (!lines.add(changed)) return;
    try {
      await folder.writeParts(path, lines);
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      log.warn(`a rollback after another run will miss what this one creates: ${error.message}`);
    }
  }
  function* expectedEntries(objects: Iterable<Recorded>): Generator<JournalEntry> {
    for (const object of objects) {
      const number = earlier.paths.find(object.path);
      if (number !== -1) expected.add(number);
      yield { ...object, uid: '', operation: 'created' };
    }
  }
  return {
    expect: (objects) => save(expectedEntries(objects)),
    confirm: (objects) => save(Iterator.from(objects).flatMap(toEntry)),
    originOf: (each, applied) => {
      const entry = earlier.find(each);
      if (entry === undefined || applied.verdict === 'created') return undefined;
      return isSame(entry, applied) ? entry.operation : undefined;
    },
    evidenceOf: (each) => {
      if (expected.has(earlier.paths.find(each))) return undefined;
      const { uid = '', evidence, operation } = earlier.find(each) ?? {};
      return uid === '' || operation === undefined ? undefined : { ...evidence, uid, origin: operation };
    },
  };
}

/** The entries of a journal. Of several with one path the last one counts. */
async function readEntries(folder: Folder, path: string, makeList: MakeList) {
  const entries = makeList<JournalEntry>();
  const paths = makeTextTable();
  const positions: number[] = [];
  for await (const line of (await folder.readLines(path))?.lines ?? []) {
    const entry = parseJournalEntry(line);
    if (entry === undefined) continue;
    positions[paths.add(entry.path)] = entries.length;
    entries.push(entry);
  }
  const find = (each: string): JournalEntry | undefined => {
    const position = positions[paths.find(each)];
    return position === undefined ? undefined : entries.at(position);
  };
  return { entries, paths, find };
}

/** A line of an object. It begins with the path, so that lines of one object follow one another when they are sorted. */
interface Line {
  readonly path: string;
  readonly text: string;
  /** The number of lines before it: of one object the line with the highest number counts. */
  readonly number: number;
}

/** The lines of the objects, sorted, one for each. `add` returns whether there was anything to add. */
function makeJournalLines(makeList: MakeList) {
  const lines = makeSortedList<Line>(makeList, ({ text }) => text);
  let size = 0;
  return {
    add: (entries: Iterable<JournalEntry>): boolean => {
      const before = size;
      for (const entry of entries) {
        lines.push({ path: entry.path, text: formatJournalEntry(entry), number: size });
        size += 1;
      }
      return size > before;
    },
    *[Symbol.iterator](): Generator<string, void, undefined> {
      let latest: Line | undefined;
      for (const line of lines) {
        if (latest !== undefined && latest.path !== line.path) yield latest.text;
        if (latest?.path !== line.path || line.number > latest.number) latest = line;
      }
      if (latest !== undefined) yield latest.text;
    },
  };
}

function toEntry({ path, evidence }: Recorded): readonly JournalEntry[] {
  const operation = evidence['origin'] ?? evidence['operation'];
  if (operation !== 'created' && operation !== 'changed') return [];
  return [{ path, uid: String(evidence['uid'] ?? ''), operation, evidence }];
}

/**
 * An object that took the place of one that an earlier run created is a creation too. A run that was killed knows no
 * UIDs: then an object counts as created when the last write of these programs was its creation.
 */
function isSame({ uid }: JournalEntry, { verdict, live, formerUid }: Applied): boolean {
  if (uid === '') return verdict === 'unchanged' && isAsCreated(live);
  return uid === (verdict === 'recreated' ? formerUid : stringAt(live, 'metadata', 'uid'));
}
