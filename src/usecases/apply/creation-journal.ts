import { TaskError } from '../../domain/errors.ts';
import { arrayAt, isObject, stringAt } from '../../domain/resources/resource.ts';
import type { Folder, Log } from '../ports.ts';
import { fieldManager, type Applied } from './apply-object.ts';

/**
 * Remembers from run to run which objects these programs created, so that a move can be taken back whole also when it was
 * killed in the middle and run again. What a run is about to create is written down before; who it became, after.
 */
export interface CreationJournal {
  /** Notes objects that are about to be created, by their path in the API. */
  expect(paths: readonly string[]): Promise<void>;
  /** Notes which objects they became. */
  confirm(created: readonly { readonly path: string; readonly uid: string }[]): Promise<void>;
  /** Whether an earlier run created the object that was applied now. */
  wasCreated(path: string, applied: Applied): boolean;
}

/**
 * Opens the journal of a task beside its report; it has a line for each object, path and UID. A line that cannot be read
 * counts for nothing: the object then counts as one that was there before, and stays in a rollback.
 */
export async function openCreationJournal(folder: Folder, task: string, log: Log): Promise<CreationJournal> {
  const path = `reports/${task}.created`;
  const uids = new Map(((await folder.read(path)) ?? '').split('\n').flatMap(parseLine));
  const earlier = new Map(uids);
  async function save(): Promise<void> {
    const lines = [...uids].map((entry) => `${JSON.stringify(entry)}\n`);
    try {
      await folder.write(path, lines.sort().join(''));
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      log.warn(`a rollback after another run will miss what this one creates: ${error.message}`);
    }
  }
  return {
    expect: async (paths) => {
      for (const each of paths) uids.set(each, '');
      if (paths.length > 0) await save();
    },
    confirm: async (created) => {
      for (const { path: each, uid } of created) uids.set(each, uid);
      if (created.length > 0) await save();
    },
    wasCreated: (each, applied) => {
      const uid = earlier.get(each);
      if (uid === undefined || applied.verdict === 'created') return false;
      return uid === '' ? isAsCreated(applied) : uid === stringAt(applied.live, 'metadata', 'uid');
    },
  };
}

/** A run that was killed knows no UIDs: then an object is ours when our writing made it, and nothing was written since. */
function isAsCreated({ verdict, live }: Applied): boolean {
  const born = stringAt(live, 'metadata', 'creationTimestamp');
  const own = arrayAt(live, 'metadata', 'managedFields').find((entry) => stringAt(entry, 'manager') === fieldManager);
  return verdict === 'unchanged' && isObject(own) && born !== undefined && own['time'] === born;
}

function parseLine(line: string): readonly (readonly [string, string])[] {
  try {
    const entry: unknown = JSON.parse(line);
    const [path, uid] = arrayAt({ entry }, 'entry');
    return typeof path === 'string' && typeof uid === 'string' ? [[path, uid]] : [];
  } catch {
    return [];
  }
}
