import type { FileDigest } from '../../domain/volumes/file-digest.ts';
import type { RsyncDone } from '../../domain/volumes/rsync-exit.ts';
import {
  concernsRootFolder,
  parseComparedFile,
  parseFileError,
  type ComparedFile,
} from '../../domain/volumes/rsync-messages.ts';

/** What a comparison of both sides found. */
export interface Proof {
  /** What is wrong, by file; not all of them when there are very many. */
  readonly problems: ReadonlyMap<string, string>;
  readonly count: number;
  /** Of these: files that differ, and that nothing kept from being read. */
  readonly changed: number;
  readonly files: number;
  /** Of all files and what they hold; empty unless all of it was read and found equal. */
  readonly digest: string;
}

export interface ProofEnd {
  /** Whether the files were read. */
  readonly checksum: boolean;
  /** Files that could not be read or written, and why. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly end: RsyncDone;
}

const mostKept = 20_000;

/** Takes in what the comparing rsync prints, and judges. */
export class ProofReader {
  readonly #digest: FileDigest;
  readonly #problems = new Map<string, string>();
  #unkept = 0;
  #files = 0;

  constructor(digest: FileDigest) {
    this.#digest = digest;
  }

  readOutput(line: string): void {
    const file = parseComparedFile(line);
    if (file !== undefined) this.readFile(file);
  }

  readFile({ path, content, difference }: ComparedFile): void {
    this.#files += 1;
    if (content !== '') this.#digest.add(content);
    if (difference !== undefined) this.#keep(path, difference);
  }

  /** Takes in a comparison of part of the files; false, and nothing taken, when it is silent about one that was awaited. */
  readChanged(lines: readonly string[], awaited: ReadonlySet<string>): boolean {
    const told = new Map(lines.flatMap((line) => parseComparedFile(line) ?? []).map((file) => [file.printed, file]));
    if ([...awaited].some((name) => !told.has(name))) return false;
    for (const file of told.values()) {
      if (awaited.has(file.printed)) this.readFile(file);
      else if (file.difference !== undefined) this.#keep(file.path, file.difference);
    }
    return true;
  }

  readError(line: string): void {
    const problem = parseFileError(line);
    if (problem !== undefined && !concernsRootFolder(line, problem)) this.#keep(problem.path, problem.message);
  }

  conclude({ checksum, refusals, end }: ProofEnd): Proof {
    // Silence is no proof: the root folder at least is always listed, and whatever rsync complains of must have a name.
    if (this.#files === 0) this.#keep('', 'the comparison listed nothing');
    if (end.complaint !== '' && this.#problems.size === 0) this.#keep('', end.complaint);
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
      digest: checksum && count === 0 ? this.#digest.value() : '',
    };
  }

  #keep(path: string, message: string): void {
    if (this.#problems.has(path)) return;
    if (this.#problems.size < mostKept) this.#problems.set(path, message);
    else this.#unkept += 1;
  }
}
