import type { MoverEnd, MoverEvent } from '../../../domain/volumes/mover-protocol.ts';
import { judgeExit, type RsyncDone, type RsyncVerdict } from '../../../domain/volumes/rsync/rsync-exit.ts';
import { concernsRootFolder, parseFileError } from '../../../domain/volumes/rsync/rsync-messages.ts';

export interface RsyncPorts {
  /** Runs rsync to its end, telling each line of its output; gives the exit code. */
  readonly runRsync: (run: RsyncStart, lines: RsyncLines) => Promise<number>;
  readonly emit: (event: MoverEvent) => void;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface RsyncStart {
  readonly args: readonly string[];
  /** What it reads from its standard input, once that is known. */
  readonly input?: Promise<Uint8Array>;
  /** Ends it before it is done. */
  readonly signal?: AbortSignal | undefined;
}

export interface RsyncLines {
  readonly onOutput: (line: string) => void;
  readonly onError: (line: string) => void;
}

export interface RsyncRun extends RsyncStart, RsyncLines {
  /** Before each try: what an earlier one printed does not count. */
  readonly onStart: () => void;
}

export interface Reach {
  /** For messages: where the tunnel leads. */
  readonly endpoint: string;
  /** How long that may be out of reach. */
  readonly patienceSeconds: number;
}

const longestDelay = 15_000;
const shortestUse = 5000;
/** Last lines on standard error that are kept to tell a cause. */
const mostErrors = 20;

/** Runs rsync through a tunnel that may break. */
export class RsyncRunner {
  /** What could not be read or written, by file. */
  readonly refusals = new Map<string, string>();
  readonly #reach: Reach;
  readonly #ports: RsyncPorts;
  #retries = 0;

  constructor(reach: Reach, ports: RsyncPorts) {
    this.#reach = reach;
    this.#ports = ports;
  }

  get retries(): number {
    return this.#retries;
  }

  /**
   * Runs rsync again after failures of the connection, as long as the other side is not out of reach for too long.
   * @throws Stop
   */
  async run(run: RsyncRun): Promise<RsyncDone> {
    let reachedAt = this.#ports.now();
    let hasInput = run.input === undefined;
    run.input?.then(
      () => {
        hasInput = true;
        reachedAt = this.#ports.now();
      },
      () => undefined,
    );
    for (let tries = 1; ; tries += 1) {
      const startedAt = this.#ports.now();
      run.onStart();
      const verdict = await this.#runOnce(run);
      if (verdict.kind === 'done') return verdict;
      if (verdict.kind === 'final') throw new Stop(verdict.reason, verdict.message);
      // A connection that only waited is not missed.
      if (!hasInput) {
        await run.input;
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

  #logInterruption({ message, wasConnected }: { message: string; wasConnected: boolean }, left: number): void {
    if (wasConnected) {
      this.#retries += 1;
      this.#ports.emit({ event: 'note', message: `the connection broke (${message}): resuming` });
      return;
    }
    const wait = `trying again (${String(Math.ceil(left / 1000))} s left)`;
    this.#ports.emit({ event: 'note', message: `cannot connect to ${this.#reach.endpoint}, ${wait}: ${message}` });
  }

  async #runOnce(run: RsyncRun): Promise<RsyncVerdict> {
    const errors: string[] = [];
    let wasConnected = false;
    const exitCode = await this.#ports.runRsync(run, {
      onOutput: (line) => {
        wasConnected = true;
        run.onOutput(line);
      },
      onError: (line) => {
        errors.push(line);
        if (errors.length > mostErrors) errors.shift();
        const problem = parseFileError(line);
        if (problem !== undefined) {
          wasConnected = true;
          if (!concernsRootFolder(line, problem)) this.refusals.set(problem.path, problem.message);
        }
        run.onError(line);
      },
    });
    return judgeExit({ exitCode, errors, wasConnected });
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
