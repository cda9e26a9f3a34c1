import type { MoverPlan } from '../../../domain/volumes/mover-protocol.ts';
import { partProofArguments } from '../../../domain/volumes/rsync/rsync-arguments.ts';
import { formatList, parseComparedFile, type ComparedFile } from '../../../domain/volumes/rsync/rsync-messages.ts';
import type { RsyncRunner } from './run-rsync.ts';

/** Files to compare. Names as rsync prints them. */
export interface NamedFiles {
  readonly listed: readonly string[];
  /** What the comparison has to tell of; it may tell of more. */
  readonly awaited: ReadonlySet<string>;
}

/** All that is listed, and nothing else, has to be told of. */
export function filesNamed(names: readonly string[]): NamedFiles {
  return { listed: names, awaited: new Set(names) };
}

export interface Comparing {
  readonly plan: MoverPlan;
  readonly rsync: RsyncRunner;
  readonly signal: AbortSignal | undefined;
}

/**
 * Compares some of the files, once it is known which, and tells what it found of each, by its name; of folders around
 * them too. The connection is opened before. Undefined when rsync was not content, or silent about one that was awaited.
 * @throws Stop
 */
export async function compareNamed(
  files: Promise<NamedFiles>,
  { plan, rsync, signal }: Comparing,
): Promise<ReadonlyMap<string, ComparedFile> | undefined> {
  let told = new Map<string, ComparedFile>();
  const end = await rsync.run({
    args: partProofArguments(plan),
    input: files.then(({ listed }) => formatList(listed)),
    signal,
    onStart: () => {
      told = new Map();
    },
    onOutput: (line) => {
      const file = parseComparedFile(line);
      if (file !== undefined) told.set(file.printed, file);
    },
    onError: () => undefined,
  });
  const { awaited } = await files;
  return end.complaint === '' && [...awaited].every((name) => told.has(name)) ? told : undefined;
}
