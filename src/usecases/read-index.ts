import { TaskError } from '../domain/core/errors.ts';
import type { Folder, Sha256 } from '../domain/core/ports.ts';
import { shortDocuments } from '../domain/core/short-documents.ts';

/** Takes an index, in one document or in several. Called again from the start when a part cannot be read. */
export type TakeIndex<T> = (documents: AsyncIterable<string> | Iterable<string>) => Promise<T>;

interface IndexReading<T> {
  /** Throws when it is not the expected one: `sha256:<hex>` of the whole index. */
  readonly check: (digest: string) => void;
  readonly take: TakeIndex<T>;
}

/**
 * Reads an index of thousands of files a part at a time. One that another program laid out, or that is damaged, is read
 * as a whole, so that messages have its positions. Undefined when the folder has none.
 * @throws TaskError `invalid-file`
 */
export async function readIndex<T>(
  { folder, path }: { readonly folder: Pick<Folder, 'read' | 'readLines'>; readonly path: string },
  { check, take }: IndexReading<T>,
  sha256: Sha256,
): Promise<T | undefined> {
  const text = await folder.readLines(path);
  if (text === undefined) return undefined;
  let taken: T;
  try {
    taken = await take(shortDocuments(text.lines));
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const whole = (await folder.read(path)) ?? '';
    check(sha256(whole));
    return take([whole]);
  }
  check(text.digest());
  return taken;
}
