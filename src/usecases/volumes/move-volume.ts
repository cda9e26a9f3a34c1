import type { FileDigest } from '../../domain/volumes/file-digest.ts';
import {
  mostNamedProblems,
  type MoverEnd,
  type MoverEvent,
  type MoverPlan,
} from '../../domain/volumes/mover-protocol.ts';
import { copyArguments, proofArguments } from '../../domain/volumes/rsync-arguments.ts';
import { judgeExit, type RsyncDone, type RsyncVerdict } from '../../domain/volumes/rsync-exit.ts';
import {
  concernsRootFolder,
  noTotals,
  parseFileError,
  parseProgress,
  parseTotal,
  type CopyTotals,
} from '../../domain/volumes/rsync-messages.ts';
import { ProofReader, type Proof } from './proof-reader.ts';

export interface MoverPorts {
  /** Runs rsync to its end, telling each line of its output; gives the exit code. */
  readonly runRsync: (args: readonly string[], lines: RsyncLines) => Promise<number>;
  readonly emit: (event: MoverEvent) => void;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly openDigest: () => FileDigest;
}

export interface RsyncLines {
  readonly onOutput: (line: string) => void;
  readonly onError: (line: string) => void;
}

/** A copy that was disturbed is repeated once: what the proof then still finds is told. */
const mostRounds = 2;
const longestDelay = 15_000;
const shortestUse = 5000;
/** Last lines on standard error that are kept to tell a cause. */
const mostErrors = 20;
const progressInterval = 2000;

/** Copies a volume to the other side and compares both, through cut connections; tells how it ended. */
export async function moveVolume(plan: MoverPlan, ports: MoverPorts): Promise<MoverEnd> {
  const mover = new Mover(plan, ports);
  const end = await mover.move();
  ports.emit({ event: 'end', ...end });
  return end;
}

class Mover {
  readonly #plan: MoverPlan;
  readonly #ports: MoverPorts;
  /** What could not be read or written in this round, by file. */
  readonly #refusals = new Map<string, string>();
  #totals: CopyTotals = noTotals;
  #retries = 0;

  constructor(plan: MoverPlan, ports: MoverPorts) {
    this.#plan = plan;
    this.#ports = ports;
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
    if (this.#plan.checkOnly) return this.#prove();
    for (let round = 1; ; round += 1) {
      await this.#copy();
      const proof = await this.#prove();
      // What could not be read will not be read in another round either.
      if (proof.changed === 0 || this.#plan.live || round === mostRounds) return proof;
      this.#ports.emit({
        event: 'note',
        message: `${String(proof.changed)} files differ after the copy: copying again`,
      });
    }
  }

  async #copy(): Promise<void> {
    this.#refusals.clear();
    this.#ports.emit({ event: 'note', message: 'copying' });
    let shownAt = -Infinity;
    const totals: Partial<CopyTotals>[] = [];
    await this.#runUntilDone(copyArguments(this.#plan), {
      onOutput: (line) => {
        const progress = parseProgress(line);
        const total = parseTotal(line);
        if (total !== undefined) totals.push(total);
        if (progress === undefined || this.#ports.now() - shownAt < progressInterval) return;
        shownAt = this.#ports.now();
        this.#ports.emit({ event: 'progress', ...progress });
      },
      onError: () => undefined,
    });
    const last = totals.reduce<CopyTotals>((sum, total) => ({ ...sum, ...total }), noTotals);
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
    this.#ports.emit({ event: 'note', message: checksum ? 'comparing by checksum' : 'comparing' });
    let reader = new ProofReader(this.#ports.openDigest());
    const end = await this.#runUntilDone(proofArguments(this.#plan), {
      onStart: () => {
        reader = new ProofReader(this.#ports.openDigest());
      },
      onOutput: (line) => {
        reader.readOutput(line);
      },
      onError: (line) => {
        reader.readError(line);
      },
    });
    const proof = reader.conclude({ checksum, refusals: this.#refusals, end });
    if (this.#totals.files === 0) this.#totals = { ...this.#totals, files: proof.files };
    return proof;
  }

  /** Runs rsync again after failures of the connection, as long as the other side is not out of reach for too long. */
  async #runUntilDone(
    args: readonly string[],
    lines: RsyncLines & { readonly onStart?: () => void },
  ): Promise<RsyncDone> {
    let reachedAt = this.#ports.now();
    for (let tries = 1; ; tries += 1) {
      const startedAt = this.#ports.now();
      lines.onStart?.();
      const verdict = await this.#runOnce(args, lines);
      if (verdict.kind === 'done') return verdict;
      if (verdict.kind === 'final') throw new Stop(verdict.reason, verdict.message);
      // What breaks at once every time is not within reach, though it answers.
      if (verdict.wasConnected && this.#ports.now() - startedAt >= shortestUse) {
        reachedAt = this.#ports.now();
        tries = 1;
      }
      if (this.#ports.now() - reachedAt >= this.#plan.patienceSeconds * 1000)
        throw new Stop('gave-up', verdict.message);
      if (verdict.wasConnected) {
        this.#retries += 1;
        this.#ports.emit({ event: 'note', message: `the connection broke (${verdict.message}): resuming` });
      }
      await this.#ports.sleep(Math.min(longestDelay, 250 * 2 ** Math.min(tries - 1, 10)));
    }
  }

  async #runOnce(args: readonly string[], lines: RsyncLines): Promise<RsyncVerdict> {
    const errors: string[] = [];
    let wasConnected = false;
    const exitCode = await this.#ports.runRsync(args, {
      onOutput: (line) => {
        wasConnected = true;
        lines.onOutput(line);
      },
      onError: (line) => {
        errors.push(line);
        if (errors.length > mostErrors) errors.shift();
        const problem = parseFileError(line);
        if (problem !== undefined) {
          wasConnected = true;
          if (!concernsRootFolder(line, problem)) this.#refusals.set(problem.path, problem.message);
        }
        lines.onError(line);
      },
    });
    return judgeExit({ exitCode, errors, wasConnected });
  }

  #judge({ problems, count, changed, digest }: Proof): MoverEnd {
    const mayChange = this.#plan.live && !this.#plan.checkOnly;
    const failing = count - (mayChange ? changed : 0);
    const named = [...problems].filter(([path]) => !mayChange || path === '' || this.#refusals.has(path));
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

  #end(end: Omit<MoverEnd, 'totals' | 'retries'>): MoverEnd {
    return { ...end, totals: this.#totals, retries: this.#retries };
  }
}

/** Ends a move from inside a step. */
class Stop extends Error {
  readonly verdict: Exclude<MoverEnd['verdict'], 'equal' | 'different'>;

  constructor(verdict: Stop['verdict'], message: string) {
    super(message);
    this.verdict = verdict;
  }
}
