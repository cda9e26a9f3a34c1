import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { ensureMountNamespace, writeBindSource } from './mounts.ts';
import { hostLines } from './node-mounts.ts';
import { stateFolder } from './places.ts';
import { knownHosts } from './sites.ts';

/** Keeps a mount namespace whose /etc/hosts knows the clusters' names. The host's own file stays as it is. */
export async function ensureNames(): Promise<string> {
  const folder = path.join(stateFolder(), 'names');
  const source = writeBindSource(folder, 'hosts', `${readFileSync('/etc/hosts', 'utf8')}\n${hostLines(knownHosts())}`);
  return ensureMountNamespace(folder, [{ source, target: '/etc/hosts' }]);
}

/** Runs a command where the clusters' names resolve, with this process' input and output. Gives its exit code, as a shell would. */
export async function runWithNames(command: readonly string[]): Promise<number> {
  const args = [await ensureNames(), `--wdns=${process.cwd()}`, '--', ...command];
  const child = execa('nsenter', args, { stdio: 'inherit', reject: false });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const result = await child;
  if (result.exitCode !== undefined) return result.exitCode;
  return result.signal === undefined ? 127 : 128 + constants.signals[result.signal];
}
