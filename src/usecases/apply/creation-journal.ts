import { TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { isAsCreated } from '../../domain/apply/creation-mark.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { formatJournalEntry, parseJournalEntry, type JournalEntry } from '../../domain/apply/applied-object.ts';
import type { Folder, Log } from '../../domain/core/ports.ts';
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
  expect(objects: readonly Recorded[]): Promise<void>;
  /** Records objects that were created or changed, as they are now. */
  confirm(objects: readonly Recorded[]): Promise<void>;
  /** What earlier runs did to the object that was applied now; undefined when they did nothing to it. */
  originOf(path: string, applied: Applied): 'created' | 'changed' | undefined;
  /** Evidence of an object that an earlier run created or changed, for a run that cannot apply it; undefined for others. */
  evidenceOf(path: string): Item['evidence'];
}

/** Path of the journal of a task, beside its report. */
export function journalPath(task: string): string {
  return `reports/${task}.created`;
}

/**
 * Opens the journal of a task beside its report; it has a line for each object. A line that cannot be read counts for
 * nothing: the object then counts as one that was there before, and remains in a rollback.
 */
export async function openCreationJournal(folder: Folder, task: string, log: Log): Promise<CreationJournal> {
  const path = journalPath(task);
  const lines = ((await folder.read(path)) ?? '').split('\n').flatMap((line) => parseJournalEntry(line) ?? []);
  const entries = new Map(lines.map((entry) => [entry.path, entry]));
  const earlier = new Map(entries);
  async function save(changed: readonly JournalEntry[]): Promise<void> {
    if (changed.length === 0) return;
    for (const entry of changed) entries.set(entry.path, entry);
    try {
      await folder.write(path, [...entries.values()].map(formatJournalEntry).sort().join(''));
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      log.warn(`a rollback after another run will miss what this one creates: ${error.message}`);
    }
  }
  return {
    expect: (objects) => save(objects.map((object) => ({ ...object, uid: '', operation: 'created' }))),
    confirm: (objects) => save(objects.flatMap((object) => toEntry(object))),
    originOf: (each, applied) => {
      const entry = earlier.get(each);
      if (entry === undefined || applied.verdict === 'created') return undefined;
      return isSame(entry, applied) ? entry.operation : undefined;
    },
    evidenceOf: (each) => {
      const { uid = '', evidence, operation } = entries.get(each) ?? {};
      return uid === '' || operation === undefined ? undefined : { ...evidence, uid, origin: operation };
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
