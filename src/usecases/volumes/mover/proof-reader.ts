import type { FileDigest } from '../../../domain/volumes/file-digest.ts';
import type { ComparedFile, FileProblem } from '../../../domain/volumes/copier/volume-copier.ts';

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
  readChanged(told: ReadonlyMap<string, ComparedFile>, awaited: ReadonlySet<string>): void {
    for (const [name, file] of told) {
      if (awaited.has(name)) this.readFile(file);
      else if (file.difference !== undefined) this.#keep(file.path, file.difference);
    }
  }

  readProblem({ path, message }: FileProblem): void {
    this.#keep(path, message);
  }

  conclude({ checksum, refusals, complaint }: ProofEnd): Proof {
    // Silence proves nothing: the root folder at least is always listed, and whatever the program complains of must
    // have a name.
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
