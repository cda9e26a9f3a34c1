import type { MoverPlan } from '../../../domain/schemas/documents.ts';
import type { FileDigest } from '../../../domain/volumes/file-digest.ts';
import { mostNamedProblems, type MoverEnd } from '../../../domain/volumes/mover-protocol.ts';
import type { ComparedFile, CopierDone } from '../../../domain/volumes/copier/volume-copier.ts';
import { filesNamed, CopierRunner, Stop, type NamedFiles, type RunPorts } from './run-copier.ts';
import { CopyReader, ProofReader, type Proof } from './proof-reader.ts';
import { findShortage, SourceVolume, type SourceFiles } from './source-volume.ts';

export interface MoverPorts extends RunPorts {
  readonly openDigest: () => FileDigest;
  readonly files: SourceFiles;
}

/** A copy that was disturbed is repeated once: differences that the comparison then still finds are reported. */
const mostRounds = 2;

/** Copies a volume to the other side and compares both, through cut connections; returns how it ended. */
export async function moveVolume(plan: MoverPlan, ports: MoverPorts): Promise<MoverEnd> {
  const end = await new Mover(plan, ports).move();
  ports.emit({ event: 'end', ...end });
  return end;
}

interface Proven {
  readonly proof: ProofReader;
  /** What the program complained of. */
  readonly complaint: string;
}

class Mover {
  readonly #plan: MoverPlan;
  readonly #ports: MoverPorts;
  readonly #runner: CopierRunner;
  readonly #source: SourceVolume;

  constructor(plan: MoverPlan, ports: MoverPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#runner = new CopierRunner(plan, ports);
    this.#source = new SourceVolume(ports.files);
  }

  async move(): Promise<MoverEnd> {
    try {
      return this.#judge(await this.#copyAndProve());
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const { totals } = this.#runner;
      return this.#end({ verdict: error.verdict, message: error.message, problems: 0, changed: 0, digest: '', totals });
    }
  }

  async #copyAndProve(): Promise<Proof> {
    const { checksum, hasCopy, checkOnly, live } = this.#plan;
    if (checkOnly) return this.#prove();
    const scene = { files: this.#ports.files, survey: this.#source.survey() };
    const shortage = await findShortage(this.#plan, scene, this.#runner);
    if (shortage !== undefined) throw new Stop('no-space', shortage);
    for (let round = 1; ; round += 1) {
      const byContent = checksum && (hasCopy || round > 1);
      const proof = byContent ? await this.#copyByContent() : await this.#copyByTime();
      // What could not be read will not be read in another round either.
      if (proof.changed === 0 || live || round === mostRounds) return proof;
      this.#note(`${String(proof.changed)} files differ after the copy: copying again`);
    }
  }

  async #copyByTime(): Promise<Proof> {
    this.#note('copying');
    await this.#runner.copy({ work: { kind: 'copy', survey: this.#source.survey() } });
    this.#source.count(this.#runner.totals.files);
    return this.#prove();
  }

  /** Compares and copies in one go over the volume, large files apart, and then compares only what was copied. */
  async #copyByContent(): Promise<Proof> {
    this.#note('comparing by checksum and copying what differs');
    const apart = this.#source.largeFiles();
    const [others, copied, large] = await inParallel((signal) => {
      const copying = this.#copyOthers(apart, signal);
      // The connection for the comparison afterwards is opened meanwhile.
      const changed = copying.then((others) => others.changed ?? filesNamed([]));
      return [copying, this.#runner.compareNamed(changed, signal), this.#compareLarge(apart, signal)];
    });
    const { proof, changed } = others;
    if (changed === undefined || copied === undefined || large === undefined) return this.#prove();
    proof.readChanged(copied, changed.awaited);
    for (const file of large.filter(isEqual)) proof.readFile(file);
    const different = large.filter((file) => !isEqual(file));
    if (different.length > 0 && !(await this.#copyLarge(different, proof))) return this.#prove();
    return this.#conclude({ proof, complaint: '' });
  }

  /** Returns the proof of what was equal, and what is to be compared after it was changed; undefined: all. */
  async #copyOthers(
    apart: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly proof: ProofReader; readonly changed: NamedFiles | undefined }> {
    let proof = this.#newProof();
    let copied = new CopyReader(proof);
    const end = await this.#runner.copy({
      work: { kind: 'copy-by-content', survey: this.#source.survey(), apart },
      signal,
      onStart: () => {
        proof = this.#newProof();
        copied = new CopyReader(proof);
      },
      onFile: (file) => copied.readFile(file),
    });
    const changed = this.#isSmooth(end) ? copied.changed() : undefined;
    const count = changed?.listed.length ?? 0;
    if (count > 0) this.#note(`comparing the ${String(count)} that were copied`);
    return { proof, changed };
  }

  /** Copies large files that differ, and completes the proof; false when that did not go smoothly. */
  async #copyLarge(files: readonly ComparedFile[], proof: ProofReader): Promise<boolean> {
    const names = files.map(({ printed }) => printed);
    this.#note(`copying large files that differ: ${String(names.length)}`);
    const { retries } = this.#runner;
    const survey = this.#source.survey();
    const end = await this.#runner.copy({ work: { kind: 'copy-named', survey, names: Promise.resolve(names) } });
    // A program that was killed leaves files behind that only a look at all files finds.
    if (!this.#isSmooth(end) || this.#runner.retries > retries) return false;
    this.#note(`comparing the ${String(names.length)} that were copied`);
    const copied = filesNamed(names);
    const compared = await this.#runner.compareNamed(Promise.resolve(copied));
    if (compared !== undefined) proof.readChanged(compared, copied.awaited);
    return compared !== undefined;
  }

  #isSmooth({ complaint }: CopierDone): boolean {
    return complaint === '' && this.#runner.refusals.size === 0;
  }

  /** Undefined when not all of them could be compared, or one is not a file any more. */
  async #compareLarge(names: readonly string[], signal: AbortSignal): Promise<readonly ComparedFile[] | undefined> {
    if (names.length === 0) return [];
    const compared = await this.#runner.compareNamed(Promise.resolve(filesNamed(names)), signal);
    const files = names.flatMap((name) => compared?.get(name) ?? []);
    return compared !== undefined && files.every(({ type }) => type === 'file') ? files : undefined;
  }

  async #prove(): Promise<Proof> {
    const { checksum } = this.#plan;
    this.#note(checksum ? 'comparing by checksum' : 'comparing');
    const apart = checksum ? this.#source.largeFiles() : [];
    const [others, large] = await inParallel((signal) => [
      this.#proveOthers(apart, signal),
      this.#compareLarge(apart, signal),
    ]);
    if (large === undefined) {
      this.#note('comparing everything once more, without large files apart');
      return this.#conclude(await this.#proveOthers([]));
    }
    for (const file of large) others.proof.readFile(file);
    return this.#conclude(others);
  }

  async #proveOthers(apart: readonly string[], signal?: AbortSignal): Promise<Proven> {
    let proof = this.#newProof();
    const { complaint } = await this.#runner.run({
      work: { kind: 'compare', survey: this.#source.survey(), apart, checksum: this.#plan.checksum },
      signal,
      onStart: () => {
        proof = this.#newProof();
      },
      onFile: (file) => proof.readFile(file),
      onProblem: (problem) => proof.readProblem(problem),
    });
    return { proof, complaint };
  }

  #conclude({ proof, complaint }: Proven): Proof {
    return proof.conclude({ checksum: this.#plan.checksum, refusals: this.#runner.refusals, complaint });
  }

  #judge({ problems, count, changed, digest, files, bytes }: Proof): MoverEnd {
    const mayChange = this.#plan.live && !this.#plan.checkOnly;
    const failing = count - (mayChange ? changed : 0);
    const named = [...problems].filter(([path]) => !mayChange || path === '' || this.#runner.refusals.has(path));
    for (const [path, message] of named.slice(0, mostNamedProblems)) {
      this.#ports.emit({ event: 'problem', path, message });
    }
    const totals = { ...this.#runner.totals, files, bytes };
    const base = { problems: failing, changed: mayChange ? changed : 0, digest, totals };
    if (failing === 0) return this.#end({ verdict: 'equal', message: '', ...base });
    const message = `${String(failing)} files are not equal at the destination`;
    return this.#end({ verdict: 'different', message, ...base });
  }

  #newProof(): ProofReader {
    return new ProofReader(this.#ports.openDigest());
  }

  #note(message: string): void {
    this.#ports.emit({ event: 'note', message });
  }

  #end(end: Omit<MoverEnd, 'retries'>): MoverEnd {
    return { ...end, retries: this.#runner.retries };
  }
}

function isEqual({ difference }: ComparedFile): boolean {
  return difference === undefined;
}

/** Does several things at a time, and gives up all when one fails. @throws what failed first, after all have ended */
export async function inParallel<const Works extends readonly Promise<unknown>[]>(
  start: (signal: AbortSignal) => Works,
): Promise<{ -readonly [Index in keyof Works]: Awaited<Works[Index]> }> {
  const failure = new AbortController();
  const works = start(failure.signal);
  for (const work of works) {
    work.catch((error: unknown) => {
      failure.abort(error);
    });
  }
  await Promise.allSettled(works);
  failure.signal.throwIfAborted();
  return Promise.all(works);
}
