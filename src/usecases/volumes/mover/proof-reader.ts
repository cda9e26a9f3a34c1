import type { FileDigest } from '../../../domain/volumes/file-digest.ts';
import type { ComparedFile, FileProblem } from '../../../domain/volumes/copier/volume-copier.ts';
import type { NamedFiles } from './run-copier.ts';

/** What a comparison of both sides found. */
export interface Proof {
  /** What is wrong, by file; not all of them when there are very many. */
  readonly problems: ReadonlyMap<string, string>;
  readonly count: number;
  /** Of these: files that differ, and that nothing kept from being read. */
  readonly changed: number;
  readonly files: number;
  /** Of all files together. */
  readonly bytes: number;
  /** Of all files and what they hold; empty unless all of it was read and found equal. */
  readonly digest: string;
}

export interface ProofEnd {
  /** Whether the files were read. */
  readonly checksum: boolean;
  /** Files that could not be read or written, and why. */
  readonly refusals: ReadonlyMap<string, string>;
  /** What the program complained of; empty otherwise. */
  readonly complaint: string;
}

const mostKept = 20_000;

/** Collects what a comparison reports, and judges. */
export class ProofReader {
  readonly #digest: FileDigest;
  readonly #problems = new Map<string, string>();
  #unkept = 0;
  #files = 0;
  #bytes = 0;

  constructor(digest: FileDigest) {
    this.#digest = digest;
  }

  readFile({ path, content, difference, bytes, type, change }: ComparedFile): void {
    if (change !== 'deleted') this.#files += 1;
    if (content !== '' && type !== 'folder') this.#bytes += bytes;
    if (content !== '') this.#digest.add(content);
    if (difference !== undefined) this.#keep(path, difference);
  }

  /** Takes in a comparison of part of the files; of others only what differs. */
  readChanged(compared: ReadonlyMap<string, ComparedFile>, awaited: ReadonlySet<string>): void {
    for (const [name, file] of compared) {
      if (awaited.has(name)) this.readFile(file);
      else if (file.difference !== undefined) this.#keep(file.path, file.difference);
    }
  }

  readProblem({ path, message }: FileProblem): void {
    this.#keep(path, message);
  }

  conclude({ checksum, refusals, complaint }: ProofEnd): Proof {
    // Silence proves nothing: the root folder at least is always listed, and each complaint must have a name.
    if (this.#files === 0) this.#keep('', 'the comparison listed nothing');
    if (complaint !== '' && this.#problems.size === 0) this.#keep('', complaint);
    for (const [path, message] of refusals) {
      if (this.#problems.has(path)) this.#problems.set(path, message);
    }
    const refused = [...this.#problems.keys()].filter((path) => path === '' || refusals.has(path)).length;
    const count = this.#problems.size + this.#unkept;
    return {
      problems: this.#problems,
      count,
      changed: count - refused,
      files: this.#files,
      bytes: this.#bytes,
      digest: checksum && count === 0 ? this.#digest.value() : '',
    };
  }

  #keep(path: string, message: string): void {
    if (this.#problems.has(path)) return;
    if (this.#problems.size < mostKept) this.#problems.set(path, message);
    else this.#unkept += 1;
  }
}

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
