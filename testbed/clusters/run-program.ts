import { execa } from 'execa';
import { ClusterError } from './errors.ts';

/** Runs a program to its end and gives its standard output. Throws ClusterError `command-failed` with what it wrote to stderr. */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: { input?: string; cwd?: string } = {},
): Promise<string> {
  const given = options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input };
  const result = await execa(file, args, {
    ...given,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    reject: false,
  });
  if (result.failed) {
    const said = result.stderr.trim().split('\n').slice(-15).join('\n');
    throw new ClusterError(
      'command-failed',
      `running ${file} ${args.join(' ')}: ${result.originalMessage ?? `exit code ${String(result.exitCode)}`}\n${said}`,
    );
  }
  return result.stdout;
}

/** Whether a program ends with exit code 0. */
export async function succeeds(file: string, args: readonly string[]): Promise<boolean> {
  const result = await execa(file, args, { stdin: 'ignore', reject: false });
  return !result.failed;
}
