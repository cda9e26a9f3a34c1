import type { MoverEvent, MoverPlan } from '../../src/domain/schemas/documents.ts';
import { sha256Of } from '../../src/adapters/files/digest.ts';
import { createRsync } from '../../src/adapters/processes/rsync.ts';
import { createFileDigest } from '../../src/domain/volumes/file-digest.ts';
import { moveVolume } from '../../src/usecases/volumes/mover/move-volume.ts';
import type { SourceFiles } from '../../src/usecases/volumes/mover/source-volume.ts';

const plan: MoverPlan = {
  checksum: true,
  delete: true,
  owners: false,
  attributes: true,
  checkOnly: false,
  live: false,
  hasCopy: false,
  patienceSeconds: 60,
  endpoint: 'nodes.test:30001',
};

export interface Script {
  readonly exitCode?: number;
  readonly output?: readonly string[];
  readonly errors?: readonly string[];
  /** How long it takes, in milliseconds. */
  readonly takes?: number;
  /** It goes on until it is ended. */
  readonly isEndless?: boolean;
}

export const copied: Script = {
  output: [
    '  1,000  50%  1.00MB/s  0:00:01',
    'Number of files: 3 (reg: 2)',
    'Literal data: 1000 bytes',
    'Number of regular files transferred: 2',
  ],
};
export const equal: Script = { output: ['.d          ||4096|.///', '.f          |aa|3|a//', '.f          |bb|3|b//'] };
export const different: Script = {
  output: ['.d          ||4096|.///', '<fc.t......|aa|3|a//', '.f          |bb|3|b//'],
};
export const cut: Script = {
  exitCode: 12,
  output: ['  10  1%  1.00MB/s  0:00:01'],
  errors: ['rsync: connection unexpectedly closed'],
  takes: 6000,
};
export const unreachable: Script = { exitCode: 12, errors: ['connect: Connection refused'] };

export const noFiles: SourceFiles = {
  usedBytes: () => Promise.resolve(0),
  survey: () => ({ files: undefined, hasHoles: undefined, large: [] }),
  bytesOf: () => 0,
};

/** Moves with an rsync that does what scripts say, one after the other; the last one again and again. */
export async function move(scripts: readonly Script[], change: Partial<MoverPlan> = {}, files = noFiles) {
  let now = 0;
  let runs = 0;
  const calls: (readonly string[])[] = [];
  const inputs: string[] = [];
  const events: MoverEvent[] = [];
  const changed = { ...plan, ...change };
  const end = await moveVolume(changed, {
    copier: createRsync(changed, async ({ args, input, onOutput, onError }, signal) => {
      if (input !== undefined) {
        const names = Buffer.from(await input).toString('latin1');
        // It ends content when the list that it waited for is empty.
        if (names === '') return 0;
        inputs.push(names);
      }
      const script = scripts[Math.min(runs, scripts.length - 1)] ?? {};
      runs += 1;
      calls.push(args);
      now += script.takes ?? 10;
      script.output?.forEach((line) => onOutput(line));
      script.errors?.forEach((line) => onError(line));
      if (script.isEndless === true) await ended(signal);
      return script.exitCode ?? 0;
    }),
    emit: (event) => events.push(event),
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    openDigest: () => createFileDigest(sha256Of),
    files,
  });
  const problems = events.filter((event) => event.event === 'problem');
  const notes = events.flatMap((event) => (event.event === 'note' ? [event.message] : []));
  return { end, calls, inputs, events, notes, problems, now: () => now };
}

/** Waits for the signal, and fails as a program does that is ended by it. */
function ended(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => {
      reject(new Error('ended'));
    });
  });
}
