import { makeFolder, readTree, type CommandEnd } from './command.ts';
import { runInProcess } from './run-in-process.ts';

/**
 * `runTaskCommand` in this process, one run at a time: for tests with many runs whose subject is not the process. It needs
 * half the processor time.
 */
export async function runTaskHere(
  [task = '', ...args]: readonly string[],
  { cwd, environment = {} }: { readonly cwd: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<CommandEnd> {
  const results = await makeFolder();
  try {
    const flags = [...args, `--results-dir=${results.path}`];
    const { exitCode, stderr } = await runInProcess(task, flags, {
      cwd,
      environment: { ...process.env, ...environment },
    });
    return {
      exitCode,
      results: await readTree(results.path),
      stderr,
      ending: stderr.trimEnd().split('\n').at(-1) ?? '',
    };
  } finally {
    await results.remove();
  }
}
