import type { FileDigest } from '../../domain/volumes/file-digest.ts';
import { mostNamedProblems, type MoverEnd, type MoverPlan } from '../../domain/volumes/mover-protocol.ts';
import {
  copyArguments,
  copyByContentArguments,
  partProofArguments,
  proofArguments,
} from '../../domain/volumes/rsync-arguments.ts';
import type { RsyncDone } from '../../domain/volumes/rsync-exit.ts';
import {
  formatList,
  noTotals,
  parseProgress,
  parseTotal,
  type CopyTotals,
} from '../../domain/volumes/rsync-messages.ts';
import type { VolumeSurvey } from '../../domain/volumes/volume-survey.ts';
import { CopyReader, type Changed } from './copy-reader.ts';
import { findShortage, type SourceFiles } from './find-shortage.ts';
import { ProofReader, type Proof } from './proof-reader.ts';
import { RsyncRunner, Stop, type RsyncPorts, type RsyncRun } from './run-rsync.ts';

export interface MoverPorts extends RsyncPorts {
  readonly openDigest: () => FileDigest;
  readonly files: SourceFiles;
}

/** A copy that was disturbed is repeated once: what the proof then still finds is told. */
const mostRounds = 2;
const progressInterval = 2000;

/** Copies a volume to the other side and compares both, through cut connections; tells how it ended. */
export async function moveVolume(plan: MoverPlan, ports: MoverPorts): Promise<MoverEnd> {
  const mover = new Mover(plan, ports);
  const end = await mover.move();
  ports.emit({ event: 'end', ...end });
  return end;
}

type CopyRun = Pick<RsyncRun, 'args'> & Partial<Pick<RsyncRun, 'onStart' | 'onOutput' | 'onError'>>;

class Mover {
  readonly #plan: MoverPlan;
  readonly #ports: MoverPorts;
  readonly #rsync: RsyncRunner;
  #totals: CopyTotals = noTotals;
  #survey: VolumeSurvey | undefined;

  constructor(plan: MoverPlan, ports: MoverPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#rsync = new RsyncRunner(plan, ports);
  }

  async move(): Promise<MoverEnd> {
    try {
      return this.#judge(await this.#copyAndProve());
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return this.#end({ verdict: error.verdict, message: error.message, problems: 0, changed: 0, digest: '' });
    }
  }

  async #copyAndProve(): Promise<Proof> {
    const { checksum, hasCopy, checkOnly, live } = this.#plan;
    if (checkOnly) return this.#prove();
    const shortage = await findShortage(this.#plan, this.#source(), { rsync: this.#rsync, files: this.#ports.files });
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
    await this.#copy({ args: copyArguments(this.#plan, this.#source()) });
    return this.#prove();
  }

  /** Compares and copies in one go over the volume, and then compares only what was copied. */
  async #copyByContent(): Promise<Proof> {
    this.#note('comparing by checksum and copying what differs');
    let proof = this.#newProof();
    let copied = new CopyReader(proof);
    const end = await this.#copy({
      args: copyByContentArguments(this.#plan, this.#source()),
      onStart: () => {
        proof = this.#newProof();
        copied = new CopyReader(proof);
      },
      onOutput: (line) => {
        copied.readOutput(line);
      },
    });
    const changed = this.#rsync.refusals.size > 0 || end.complaint !== '' ? undefined : copied.changed();
    if (changed === undefined || !(await this.#proveChanged(changed, proof))) return this.#prove();
    return proof.conclude({ checksum: true, refusals: this.#rsync.refusals, end });
  }

  /** Completes a proof by what was copied; false when that did not go smoothly. */
  async #proveChanged({ listed, awaited }: Changed, proof: ProofReader): Promise<boolean> {
    if (listed.length === 0) return true;
    this.#note(`comparing the ${String(listed.length)} that were copied`);
    let lines: string[] = [];
    const end = await this.#rsync.run({
      args: partProofArguments(this.#plan),
      input: formatList(listed),
      onStart: () => {
        lines = [];
      },
      onOutput: (line) => {
        lines.push(line);
      },
      onError: () => undefined,
    });
    return end.complaint === '' && proof.readChanged(lines, awaited);
  }

  async #copy(run: CopyRun): Promise<RsyncDone> {
    this.#rsync.refusals.clear();
    let shownAt = -Infinity;
    const totals: Partial<CopyTotals>[] = [];
    const end = await this.#rsync.run({
      args: run.args,
      onStart: () => run.onStart?.(),
      onOutput: (line) => {
        run.onOutput?.(line);
        const total = parseTotal(line);
        if (total !== undefined) totals.push(total);
        if (this.#ports.now() - shownAt < progressInterval) return;
        const progress = parseProgress(line);
        if (progress === undefined) return;
        shownAt = this.#ports.now();
        this.#ports.emit({ event: 'progress', ...progress });
      },
      onError: () => undefined,
    });
    this.#add(totals.reduce<CopyTotals>((sum, total) => ({ ...sum, ...total }), noTotals));
    return end;
  }

  #add(last: CopyTotals): void {
    const { copiedFiles, copiedBytes, deletedFiles } = this.#totals;
    this.#totals = {
      ...last,
      copiedFiles: copiedFiles + last.copiedFiles,
      copiedBytes: copiedBytes + last.copiedBytes,
      deletedFiles: deletedFiles + last.deletedFiles,
    };
  }

  async #prove(): Promise<Proof> {
    const { checksum } = this.#plan;
    this.#note(checksum ? 'comparing by checksum' : 'comparing');
    let reader = this.#newProof();
    const end = await this.#rsync.run({
      args: proofArguments(this.#plan, this.#source()),
      onStart: () => {
        reader = this.#newProof();
      },
      onOutput: (line) => {
        reader.readOutput(line);
      },
      onError: (line) => {
        reader.readError(line);
      },
    });
    const proof = reader.conclude({ checksum, refusals: this.#rsync.refusals, end });
    if (this.#totals.files === 0) this.#totals = { ...this.#totals, files: proof.files };
    return proof;
  }

  #judge({ problems, count, changed, digest }: Proof): MoverEnd {
    const mayChange = this.#plan.live && !this.#plan.checkOnly;
    const failing = count - (mayChange ? changed : 0);
    const named = [...problems].filter(([path]) => !mayChange || path === '' || this.#rsync.refusals.has(path));
    for (const [path, message] of named.slice(0, mostNamedProblems)) {
      this.#ports.emit({ event: 'problem', path, message });
    }
    const base = { problems: failing, changed: mayChange ? changed : 0, digest };
    if (failing === 0) return this.#end({ verdict: 'equal', message: '', ...base });
    return this.#end({
      verdict: 'different',
      message: `${String(failing)} files are not equal at the destination`,
      ...base,
    });
  }

  /** A copy told how many files there are, also where they are too many for the survey. */
  #source(): VolumeSurvey {
    this.#survey ??= this.#ports.files.survey();
    const { files } = this.#totals;
    return files > 0 ? { ...this.#survey, files } : this.#survey;
  }

  #newProof(): ProofReader {
    return new ProofReader(this.#ports.openDigest());
  }

  #note(message: string): void {
    this.#ports.emit({ event: 'note', message });
  }

  #end(end: Omit<MoverEnd, 'totals' | 'retries'>): MoverEnd {
    return { ...end, totals: this.#totals, retries: this.#rsync.retries };
  }
}
