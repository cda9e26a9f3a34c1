import type { CopyTotals, MoverEvent, MoverPlan } from '../../../domain/schemas/documents.ts';
import type { MoverEnd } from '../../../domain/volumes/mover-protocol.ts';
import type { Sleep } from '../../../domain/core/ports.ts';
import {
  addTotals,
  noTotals,
  type CopierDone,
  type CopierReports,
  type CopierWork,
  type VolumeCopier,
  type ComparedFile,
} from '../../../domain/volumes/copier/volume-copier.ts';

export interface RunPorts {
  readonly copier: VolumeCopier;
  readonly emit: (event: MoverEvent) => void;
  readonly now: () => number;
  readonly sleep: Sleep;
}

export interface CopierRun extends CopierReports {
  readonly work: CopierWork;
  /** Ends it before it is done. */
  readonly signal?: AbortSignal | undefined;
  /** Before each try: what an earlier one reported does not count. */
  readonly onStart?: () => void;
}

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

type Reach = Pick<MoverPlan, 'endpoint' | 'patienceSeconds'>;

const longestDelay = 15_000;
const shortestUse = 5000;
const progressInterval = 2000;
/** Runs the copying program through a tunnel that may break. */
export class CopierRunner {
  /** What could not be read or written, by file. */
  readonly refusals = new Map<string, string>();
  readonly #reach: Reach;
  readonly #ports: RunPorts;
  #retries = 0;
  #totals: CopyTotals = noTotals;

  constructor(reach: Reach, ports: RunPorts) {
    this.#reach = reach;
    this.#ports = ports;
  }

  get retries(): number {
    return this.#retries;
  }

  /** Of all copies. */
  get totals(): CopyTotals {
    return this.#totals;
  }

  /** Runs a copy, reports how far it is, and adds up what it did. @throws Stop */
  async copy(run: CopierRun): Promise<CopierDone> {
    this.refusals.clear();
    let shownAt = -Infinity;
    let last = noTotals;
    const done = await this.run({
      ...run,
      onTotal: (total) => {
        last = { ...last, ...total };
      },
      onProgress: (progress) => {
        if (this.#ports.now() - shownAt < progressInterval || progress.bytes === 0) return;
        shownAt = this.#ports.now();
        this.#ports.emit({ event: 'progress', ...progress });
      },
    });
    this.#totals = addTotals(this.#totals, last);
    return done;
  }

  /** Runs it again after failures of the connection, until the other side is out of reach for too long. @throws Stop */
  async run(run: CopierRun): Promise<CopierDone> {
    let reachedAt = this.#ports.now();
    const names = 'names' in run.work ? run.work.names : undefined;
    let hasInput = names === undefined;
    const noteInput = (): void => {
      hasInput = true;
      reachedAt = this.#ports.now();
    };
    names?.then(noteInput, () => undefined);
    for (let tries = 1; ; tries += 1) {
      const startedAt = this.#ports.now();
      run.onStart?.();
      const verdict = await this.#ports.copier.run(run.work, this.#noting(run), run.signal);
      if (verdict.kind === 'done') return verdict;
      if (verdict.kind === 'final') throw new Stop(verdict.reason, verdict.message);
      // A connection that only waited is not missed.
      if (!hasInput) {
        await names;
        continue;
      }
      // What breaks at once every time is not within reach, though it answers.
      if (verdict.wasConnected && this.#ports.now() - startedAt >= shortestUse) {
        reachedAt = this.#ports.now();
        tries = 1;
      }
      const left = reachedAt + this.#reach.patienceSeconds * 1000 - this.#ports.now();
      if (left <= 0) throw new Stop('gave-up', verdict.message);
      this.#logInterruption(verdict, left);
      await this.#ports.sleep(Math.min(longestDelay, 250 * 2 ** Math.min(tries - 1, 10)));
    }
  }

  /**
   * Compares some of the files, once it is known which, and returns what it found of each, by its name; of folders
   * around them too. The connection is opened before. Undefined when there was a complaint, or no report of one that
   * was awaited. @throws Stop
   */
  async compareNamed(
    files: Promise<NamedFiles>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, ComparedFile> | undefined> {
    const found = new Map<string, ComparedFile>();
    const { complaint } = await this.run({
      work: { kind: 'compare-named', names: files.then(({ listed }) => listed) },
      signal,
      onStart: () => found.clear(),
      onFile: (file) => found.set(file.printed, file),
    });
    const { awaited } = await files;
    return complaint === '' && [...awaited].every((name) => found.has(name)) ? found : undefined;
  }

  #logInterruption({ message, wasConnected }: { message: string; wasConnected: boolean }, left: number): void {
    if (wasConnected) this.#retries += 1;
    const wait = `trying again (${String(Math.ceil(left / 1000))} s left)`;
    const note = wasConnected
      ? `the connection broke (${message}): resuming`
      : `cannot connect to ${this.#reach.endpoint}, ${wait}: ${message}`;
    this.#ports.emit({ event: 'note', message: note });
  }

  /** The reports of a run, with what could not be read or written noted. */
  #noting({ onProblem, ...reports }: CopierRun): CopierReports {
    return {
      ...reports,
      onProblem: (problem) => {
        this.refusals.set(problem.path, problem.message);
        onProblem?.(problem);
      },
    };
  }
}

/** Ends a move from inside a step. */
export class Stop extends Error {
  readonly verdict: Exclude<MoverEnd['verdict'], 'equal' | 'different'>;

  constructor(verdict: Stop['verdict'], message: string) {
    super(message);
    this.verdict = verdict;
  }
}
