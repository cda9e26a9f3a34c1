import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createRequire } from 'node:module';
import { StringDecoder } from 'node:string_decoder';

import { messageOf } from '../../domain/core/errors.ts';

/** A plugin while it runs. It is alone in its process group, has no environment but a PATH, and no folder of ours. */
export interface PluginProcess {
  readonly write: (text: string) => void;
  readonly endInput: () => void;
  /** Ends the plugin and every process that it started. */
  readonly kill: () => void;
}

export interface PluginEvents {
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
  /** How it ended: undefined for exit code 0, else in words. Nothing comes after it. */
  readonly onEnd: (failure: string | undefined) => void;
}

/** A plugin may be a script: its interpreter must be found. Nothing of our own environment is anything of its. */
const environment = { PATH: '/usr/local/bin:/usr/bin:/bin' };

// ChildProcess.kill reaches one process, this one a whole group. Why by require: see adapters/http/plain-http.ts;
// an import of node:process would open standard input.
const ownProcess: unknown = createRequire(import.meta.url)('node:process');

/** Starts a plugin without arguments. Errors of the start come as its end. */
export function startPlugin(path: string, events: PluginEvents): PluginProcess {
  const child = spawn(path, [], { cwd: '/', env: environment, detached: true, stdio: 'pipe' });
  let failure: string | undefined;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    events.onEnd(failure);
  };
  relay(child, events);
  // A plugin that ends without reading its input is judged by its answer and exit code.
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => {
    failure = `cannot be started: ${messageOf(error)}`;
    end();
  });
  child.on('exit', (code, signal) => {
    if (code !== 0) failure = signal === null ? `ended with exit code ${String(code)}` : `was ended by ${signal}`;
    killGroup(child.pid);
  });
  child.on('close', end);
  return {
    write: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    kill: () => {
      killGroup(child.pid);
    },
  };
}

function relay(child: ChildProcessWithoutNullStreams, { onOutput, onError }: PluginEvents): void {
  const decode = (take: (text: string) => void) => {
    const decoder = new StringDecoder('utf8');
    return (chunk: Buffer): void => {
      take(decoder.write(chunk));
    };
  };
  child.stdout.on('data', decode(onOutput));
  child.stderr.on('data', decode(onError));
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined || !hasKill(ownProcess)) return;
  try {
    ownProcess.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

function hasKill(value: unknown): value is { kill: (pid: number, signal: string) => void } {
  return typeof value === 'object' && value !== null && 'kill' in value && typeof value.kill === 'function';
}
