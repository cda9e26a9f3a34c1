import { isLfsPointer, largestLfsPointer } from '../../domain/git/tree.ts';
import type { SourceEntry } from '../../domain/source/source-list.ts';
import { createReader } from '../files/read-text.ts';
import { rootAt } from '../files/place.ts';

/** The files of a folder that are pointers of Git LFS, by path. @throws TaskError `invalid-file`, the system's error */
export async function findLfsPointers(
  folder: string,
  entries: readonly Pick<SourceEntry, 'path' | 'kind' | 'size'>[],
): Promise<ReadonlySet<string>> {
  const root = rootAt(folder, 'refused');
  const read = createReader();
  const found = new Set<string>();
  for (const { path, kind, size } of entries) {
    const mayBe = kind === 'file' && size > 0 && size <= largestLfsPointer;
    if (mayBe && isLfsPointer(await read({ root, path }))) found.add(path);
  }
  return found;
}
