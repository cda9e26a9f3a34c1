import { createHash } from 'node:crypto';

import { confirmationOf, findLoss, parseConfirmation, readRun } from '../../domain/containerize/read-command.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { ArchiveDefect } from '../../domain/source/archive-defect.ts';
import { createTarReader, type ArchiveEntry } from '../../domain/source/tar-reader.ts';
import { resize, withHoles } from './file-content.ts';
import type { ReaderContext } from './reader-context.ts';

/** A file of a stream. Its content must be read or skipped before the next file. */
export interface ReceivedFile {
  /** As it was asked for. */
  readonly path: string;
  readonly kind: ArchiveEntry['kind'];
  readonly size: number;
  /** Seconds since 1970. */
  readonly modified: number;
  readonly attributes: ReadonlyMap<string, Uint8Array>;
  /** Names of attributes that are not among them. */
  readonly dropped: readonly string[];
  /** The content, cut or filled with zeros to a size. */
  readonly content: (size: number) => AsyncIterable<Uint8Array>;
  readonly skip: () => Promise<void>;
}

interface AskedFile {
  readonly path: string;
  readonly local: string;
}

type Event = ArchiveEntry | Uint8Array | 'end';

/** Attributes that belong to the files; others, such as the label of SELinux, belong to the place where they are. */
const keptAttribute = /^(?:user\.|security\.capability$)/;

/**
 * Runs tar, and gives the files that come.
 * @returns what tar said about files, when everything is there as it was sent
 * @throws TaskError `incomplete` for a stream that ended early or differs from what was sent
 */
export async function* receiveFiles(
  files: readonly AskedFile[],
  context: ReaderContext,
): AsyncGenerator<ReceivedFile, string, undefined> {
  const stream = openStream(files, context);
  const names = new Map(files.map(({ path, local }) => [withoutSlash(`.${local}`), path]));
  const cursor = createCursor(stream);
  try {
    for (let entry = await cursor.next(); entry !== undefined; entry = await cursor.next()) {
      if (entry === 'end' || entry instanceof Uint8Array) continue;
      const path = names.get(withoutSlash(entry.name));
      if (path === undefined) throw incomplete(`${JSON.stringify(entry.name)} was not asked for`, context);
      yield toReceived(path, entry, cursor.content());
    }
    return cursor.said();
  } finally {
    await stream.return('');
  }
}

/** A folder ends with a slash in an archive. */
function withoutSlash(name: string): string {
  return name.replace(/(?<=.)\/$/, '');
}

interface Cursor {
  readonly next: () => Promise<Event | undefined>;
  /** What tar said, after the last event. */
  readonly said: () => string;
  /** The bytes up to the end of the file. */
  readonly content: () => AsyncGenerator<Uint8Array, void, undefined>;
}

function createCursor(stream: AsyncGenerator<readonly Event[], string, undefined>): Cursor {
  let events: readonly Event[] = [];
  let at = 0;
  let said = '';
  async function next(): Promise<Event | undefined> {
    while (at === events.length) {
      const turn = await stream.next();
      if (turn.done === true) {
        said = turn.value;
        return undefined;
      }
      events = turn.value;
      at = 0;
    }
    at += 1;
    return events[at - 1];
  }
  async function* content(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let event = await next(); event instanceof Uint8Array; event = await next()) yield event;
  }
  return { next, said: () => said, content };
}

function toReceived(
  path: string,
  entry: ArchiveEntry,
  stored: AsyncGenerator<Uint8Array, void, undefined>,
): ReceivedFile {
  const { kind, size, modified, attributes = new Map<string, Uint8Array>(), sparse } = entry;
  return {
    path,
    kind,
    size,
    modified,
    attributes: new Map([...attributes].filter(([name]) => keptAttribute.test(name))),
    dropped: [...attributes.keys()].filter((name) => !keptAttribute.test(name)),
    content: (wanted) => resize(sparse === undefined ? stored : withHoles(stored, sparse), wanted),
    skip: async () => {
      while ((await stored.next()).done !== true);
    },
  };
}

/** A busy computer took up to six seconds for what was under way at the end of a command. */
const lingerSeconds = 10;

/** What the archive has, a list for each piece that came. */
async function* openStream(
  files: readonly AskedFile[],
  context: ReaderContext,
): AsyncGenerator<readonly Event[], string, undefined> {
  const { run, tools } = context;
  const paths = files.map(({ local }) => local);
  const [first = ''] = paths;
  const { command, input } = readRun(paths, tools, context.lost.has(first) ? lingerSeconds : 0);
  const running = await run(command, input).catch((error: unknown) => {
    throw lost(error, context);
  });
  try {
    const hash = createHash('sha256');
    let events: Event[] = [];
    let bytes = 0;
    const reader = createTarReader({
      begin: (entry) => void events.push(entry),
      content: (part) => void events.push(part),
      end: () => void events.push('end'),
    });
    for await (const piece of running.stdout) {
      if (tools.confirms) hash.update(piece);
      bytes += piece.length;
      reader.push(piece);
      yield events;
      events = [];
    }
    const end = await running.ended;
    const confirmation =
      tools.hasShell || tools.confirms ? parseConfirmation(end.stderr) : confirmationOf(end.exitCode);
    const received = {
      bytes,
      sha256: hash.digest('hex'),
      exitCode: tools.hasShell || tools.confirms ? end.exitCode : 0,
    };
    const loss = findLoss(confirmation, received, tools.confirms);
    if (loss !== undefined) {
      context.lost.add(first);
      throw new ArchiveDefect(loss);
    }
    reader.end();
    return end.stderr;
  } catch (error) {
    throw lost(error, context);
  } finally {
    running.stop();
  }
}

/** A connection that broke makes the content incomplete; what was read so far is not used. */
function lost(error: unknown, context: ReaderContext): unknown {
  const isBroken = error instanceof TaskError && (error.code === 'unreachable' || error.code === 'timeout');
  return isBroken || error instanceof ArchiveDefect ? incomplete(messageOf(error), context, error) : error;
}

function incomplete(why: string, { name }: ReaderContext, cause?: unknown): TaskError {
  return new TaskError('incomplete', `reading files of ${name}: ${why}`, {
    remedy: 'Run again; if the error repeats, check the connection to the API server and the log of the node.',
    cause,
  });
}
