import type { ComparedFile } from '../../../domain/volumes/copier/volume-copier.ts';
import type { CopierRunner } from './run-copier.ts';

/** Files to compare. Names as the copying program prints them. */
export interface NamedFiles {
  readonly listed: readonly string[];
  /** What the comparison has to report; it may report more. */
  readonly awaited: ReadonlySet<string>;
}

/** All that is listed, and nothing else, has to be reported. */
export function filesNamed(names: readonly string[]): NamedFiles {
  return { listed: names, awaited: new Set(names) };
}

/**
 * Compares some of the files, once it is known which, and returns what it found of each, by its name; of folders around
 * them too. The connection is opened before. Undefined when there was a complaint, or no report of one that was awaited.
 * @throws Stop
 */
export async function compareNamed(
  files: Promise<NamedFiles>,
  runner: CopierRunner,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, ComparedFile> | undefined> {
  const found = new Map<string, ComparedFile>();
  const end = await runner.run({
    work: { kind: 'compare-named', names: files.then(({ listed }) => listed) },
    signal,
    onStart: () => found.clear(),
    onFile: (file) => found.set(file.printed, file),
  });
  const { awaited } = await files;
  return end.complaint === '' && [...awaited].every((name) => found.has(name)) ? found : undefined;
}
