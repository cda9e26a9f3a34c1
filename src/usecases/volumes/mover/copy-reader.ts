import type { ComparedFile } from '../../../domain/volumes/copier/volume-copier.ts';
import type { NamedFiles } from './compare-named.ts';
import type { ProofReader } from './proof-reader.ts';

/** More are not worth a list: everything is compared again. */
const mostListed = 10_000;

/**
 * Collects what a copy by content reports. Files that it finds equal are proven by that; what it deletes it reports after
 * the deletion. Folders get their time at the end of a copy, so they are listed with a file in them: a listed folder would
 * be compared with all that it holds.
 */
export class CopyReader {
  readonly #proof: ProofReader;
  readonly #files = new Set<string>();
  /** Changed folders, each with something in it; empty so far. */
  readonly #folders = new Map<string, string>();
  #isPlain = true;

  constructor(proof: ProofReader) {
    this.#proof = proof;
  }

  readFile(file: ComparedFile): void {
    const { printed, type, change } = file;
    if (change === 'deleted') return;
    const isFolder = type === 'folder';
    if (file.difference === undefined) this.#proof.readFile(file);
    else if (isFolder) this.#folders.set(printed, '');
    // New names and attributes of a file that is there may reach others that are linked to it.
    else if (change !== 'written') this.#isPlain = false;
    else this.#files.add(printed);
    if (this.#files.size + this.#folders.size > mostListed) this.#isPlain = false;
    if (!this.#isPlain) {
      this.#files.clear();
      this.#folders.clear();
    } else if (!isFolder) this.#markFolders(printed);
  }

  /** What was changed, and is still to be proven; undefined: everything is to be compared. */
  changed(): NamedFiles | undefined {
    if (!this.#isPlain) return undefined;
    const inFolders = [...this.#folders].map(([folder, within]) => (within === '' ? folder : within));
    return {
      listed: [...new Set([...this.#files, ...inFolders])],
      awaited: new Set([...this.#files, ...this.#folders.keys()]),
    };
  }

  #markFolders(name: string): void {
    if (this.#folders.size === 0) return;
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const folder = name.slice(0, end);
      if (this.#folders.get(folder) === '') this.#folders.set(folder, name);
    }
  }
}
