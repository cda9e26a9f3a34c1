import type { FileEntry, ReadFile, ReadNote } from '../../domain/containerize/file-entry.ts';
import { splitRuns } from '../../domain/containerize/read-command.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { ReaderContext } from './reader-context.ts';
import { receiveFiles, type ReceivedFile } from './receive-files.ts';

type OnNote = (note: ReadNote) => void;

const empty: ReadFile['content'] = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

/** Reads files in their order. What has no content does not come from the container, but from its listing. */
export async function* readFiles(
  entries: readonly FileEntry[],
  onNote: OnNote,
  context: ReaderContext,
): AsyncGenerator<ReadFile, void, undefined> {
  const asked = entriesToAsk(entries, context);
  const positions = new Map(entries.map(({ path }, index) => [path, index]));
  let next = 0;
  for (const run of splitRuns([...asked], context.tools)) {
    const missing: FileEntry[] = [];
    const places = run.map((entry) => ({ path: entry.path, local: localOf(entry, context) }));
    const received = receiveFiles(places, context);
    let turn = await received.next();
    for (; turn.done !== true; turn = await received.next()) {
      const index = positions.get(turn.value.path) ?? -1;
      if (index < next) throw unexpected(turn.value.path, context);
      yield* withoutContent(entries.slice(next, index), asked, missing);
      next = index + 1;
      const entry = entries[index];
      if (entry !== undefined) yield* toReadFile(entry, turn.value, onNote);
      await turn.value.skip();
    }
    const end = 1 + (positions.get(run.at(-1)?.path ?? '') ?? -1);
    yield* withoutContent(entries.slice(next, end), asked, missing);
    next = Math.max(next, end);
    for (const note of notesOf(missing, turn.value, context)) onNote(note);
  }
  yield* withoutContent(entries.slice(next), asked, []);
}

/** The first name of each file. Folders too, for their attributes. */
function entriesToAsk(entries: readonly FileEntry[], { tools }: ReaderContext): ReadonlySet<FileEntry> {
  const inodes = new Set<string>();
  const asked = entries.filter(({ kind, links, inode }) => {
    if (kind === 'directory') return tools.keepsAttributes;
    if (kind !== 'file' || inodes.has(inode)) return false;
    if (links > 1) inodes.add(inode);
    return true;
  });
  return new Set(asked);
}

function* withoutContent(
  entries: readonly FileEntry[],
  asked: ReadonlySet<FileEntry>,
  missing: FileEntry[],
): Generator<ReadFile, void, undefined> {
  for (const entry of entries) {
    // A folder that cannot be opened is there all the same.
    if (asked.has(entry) && entry.kind === 'file') missing.push(entry);
    else yield { entry, attributes: new Map(), content: empty };
  }
}

function* toReadFile(entry: FileEntry, received: ReceivedFile, onNote: OnNote): Generator<ReadFile, void, undefined> {
  const { path } = entry;
  const isSameKind = received.kind === (entry.kind === 'directory' ? 'folder' : 'file');
  if (!isSameKind) {
    onNote({ path, reason: 'changed-while-read', detail: 'it is of another kind now' });
    return;
  }
  const isSame = entry.kind === 'directory' || (received.size === entry.size && isSameTime(entry, received));
  if (!isSame) onNote({ path, reason: 'changed-while-read', detail: 'it was written after it was listed' });
  yield {
    entry,
    attributes: received.attributes,
    ...(received.dropped.length === 0 ? {} : { dropped: received.dropped }),
    content: entry.kind === 'file' ? received.content(entry.size) : empty,
  };
}

function isSameTime({ modified }: FileEntry, received: ReceivedFile): boolean {
  // Times before 1970 are not read.
  return received.modified === Math.floor(Number(modified)) || Number(modified) < 0;
}

/** Why files did not come, by what tar said. */
function notesOf(missing: readonly FileEntry[], stderr: string, context: ReaderContext): readonly ReadNote[] {
  const lines = new Set(stderr.split('\n'));
  return missing.map((entry) => {
    const local = localOf(entry, context);
    const isDenied =
      lines.has(`tar: .${local}: Cannot open: Permission denied`) ||
      lines.has(`tar: can't open '.${local}': Permission denied`);
    return isDenied
      ? { path: entry.path, reason: 'unreadable', detail: 'the account of the process may not read it' }
      : { path: entry.path, reason: 'vanished', detail: 'it was not there any more when it was read' };
  });
}

function localOf({ path }: FileEntry, { places, name }: ReaderContext): string {
  const local = places.toLocal(path);
  if (local !== undefined) return local;
  throw new TaskError('invalid-param', `reading ${path} of ${name}: no claim that is mounted here has it`, {
    remedy: 'Mount its claim, or read it through the API.',
  });
}

function unexpected(path: string, { name }: ReaderContext): TaskError {
  return new TaskError(
    'incomplete',
    `reading files of ${name}: ${JSON.stringify(path)} came without having been asked for`,
    {
      remedy: 'Run again.',
    },
  );
}
