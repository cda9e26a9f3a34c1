import type { CommandEnd, RunCommand } from '../../domain/containerize/running-command.ts';

/** Runs a command, and gives its output to a function as it comes. @throws what `run` and the function throw */
export async function followCommand(
  start: ReturnType<RunCommand>,
  onOutput: (bytes: Uint8Array) => void,
): Promise<CommandEnd> {
  const running = await start;
  try {
    for await (const bytes of running.stdout) onOutput(bytes);
    return await running.ended;
  } catch (error) {
    running.stop();
    throw error;
  }
}

/** Runs a command with little output. @throws what `run` throws */
export async function runToEnd(
  run: RunCommand,
  ...call: Parameters<RunCommand>
): Promise<CommandEnd & { readonly stdout: string }> {
  const parts: Uint8Array[] = [];
  const end = await followCommand(run(...call), (bytes) => void parts.push(bytes));
  return { ...end, stdout: Buffer.concat(parts).toString('utf8') };
}
