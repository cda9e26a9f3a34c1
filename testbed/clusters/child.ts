import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { ClusterError } from './errors.ts';

/** A program to start: file, arguments, and environment additions. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that lives no longer than this process. */
export interface Child {
  /** Throws ClusterError `process-ended` with the log's place when the program is gone. */
  readonly assertRunning: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts a program whose output goes to `<dir>/<name>.log`; it ends with this process at the latest. */
export function startChild(name: string, command: Command, dir: string): Child {
  const logFile = path.join(dir, `${name}.log`);
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = execa(command.file, command.args, {
    env: command.env ?? {},
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let reason: string | undefined;
  const finished = child.then((result) => {
    reason = result.originalMessage ?? `exit code ${String(result.exitCode)}`;
    log.end();
  });
  return {
    assertRunning: () => {
      if (reason !== undefined)
        throw new ClusterError('process-ended', `running ${name}: it ended (${reason}); its log is ${logFile}`);
    },
    stop: async () => {
      child.kill('SIGKILL');
      await finished;
    },
  };
}
