import { execa, type Options } from 'execa';

/** Wall time and processor time of a program with all the programs that it waited for. */
export interface Spent {
  readonly seconds: number;
  readonly processorSeconds: number;
}

const last = /(\d+\.\d+) (\d+\.\d+)\s*$/;

/**
 * Runs a program and measures it with the shell's `time`, which knows what the kernel counts for ended children.
 * @throws when the program fails
 */
export async function runMeasured(
  [program, ...args]: readonly [string, ...string[]],
  options: Options,
): Promise<Spent> {
  const startedAt = performance.now();
  const script = 'TIMEFORMAT="%U %S"; time "$@"';
  const { stderr } = await execa('bash', ['-c', script, 'bash', program, ...args], { ...options, stdout: 'ignore' });
  const seconds = (performance.now() - startedAt) / 1000;
  const [, user, system] = last.exec(String(stderr)) ?? [];
  if (user === undefined || system === undefined) throw new Error(`${program}: no processor time after its output`);
  return { seconds, processorSeconds: Number(user) + Number(system) };
}
