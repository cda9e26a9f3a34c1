import {
  startProgram,
  type ProgramResult,
  type ProgramStart,
  type StartedProgram,
} from '../processes/start-program.ts';

/** A plugin may be a script: its interpreter must be found. Nothing of our own environment is anything of its. */
const environment = { PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Starts a plugin without arguments: it has no environment but a PATH, and none of our folders. */
export function startPlugin(
  path: string,
  options: Pick<ProgramStart, 'signal' | 'timeoutMilliseconds' | 'mostOutput'> = {},
): StartedProgram {
  const plugin = startProgram({
    ...options,
    program: path,
    args: [],
    cwd: '/',
    environment,
    hasInput: true,
    killDelay: 0,
  });
  // A plugin that ends without reading its input is judged by its answer and exit code.
  plugin.stdin?.on('error', () => undefined);
  return plugin;
}

/** How a plugin ended: undefined for exit code 0, else in words. */
export function describeEnd({ exitCode, cause, detail }: ProgramResult): string | undefined {
  if (cause === 'not-started') return `cannot be started: ${detail}`;
  if (cause === 'killed') return `was ended by ${detail}`;
  return exitCode === 0 ? undefined : `ended with exit code ${String(exitCode)}`;
}
