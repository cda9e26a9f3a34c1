import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { createRunCommand } from '../../src/adapters/processes/run-command.ts';
import type { RunCommand } from '../../src/domain/containerize/running-command.ts';

/** Runs commands with the programs of one folder, or of this computer. */
export function runWith(programs = '/usr/bin:/bin'): RunCommand {
  return createRunCommand({ environment: { PATH: programs }, signal: new AbortController().signal });
}

/** The same as another account. */
export function runAs(uid: number): RunCommand {
  const run = runWith();
  const account = [`--reuid=${String(uid)}`, `--regid=${String(uid)}`, '--clear-groups', '--'];
  return (command, input) => run(['setpriv', ...account, ...command], input);
}

/** A folder with the programs of busybox, and no others. */
export function installBusybox(folder: string): string {
  const target = path.join(folder, 'busybox');
  mkdirSync(target);
  execFileSync('busybox', ['--install', '-s', target]);
  return target;
}

/** A folder with some programs of this computer. */
export function installPrograms(folder: string, names: readonly string[]): string {
  const target = path.join(folder, `programs-${names.join('-')}`);
  mkdirSync(target);
  for (const name of names) {
    const program = execFileSync('which', [name], { encoding: 'utf8' }).trim();
    symlinkSync(program, path.join(target, name));
  }
  return target;
}
