import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { ClusterError } from './errors.ts';
import { ensureMountNamespace, mountNamespaceOf, writeBindSource } from './mounts.ts';
import { hostLines } from './node-mounts.ts';
import { stateFolder } from './places.ts';
import type { ProcessPlace } from './processes.ts';
import { knownHosts } from './sites.ts';

/** Keeps a mount namespace whose /etc/hosts knows the clusters' names. The host's own file stays as it is. */
export async function ensureNames(): Promise<void> {
  const folder = namesFolder();
  const source = writeBindSource(folder, 'hosts', `${readFileSync('/etc/hosts', 'utf8')}\n${hostLines(knownHosts())}`);
  await ensureMountNamespace(folder, [{ source, target: '/etc/hosts' }]);
}

/**
 * Runs a command where the clusters' names resolve, with this process' input and output. Gives its exit code, as a shell would.
 * Throws ClusterError `not-root`, or `usage` when the clusters are not up.
 */
export async function runWithNames(command: readonly string[]): Promise<number> {
  const mounts = namesArgument();
  const child = execa('nsenter', [mounts, `--wdns=${process.cwd()}`, '--', ...command], {
    stdio: 'inherit',
    reject: false,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const result = await child;
  if (result.exitCode !== undefined) return result.exitCode;
  return result.signal === undefined ? 127 : 128 + constants.signals[result.signal];
}

/**
 * The argument by which nsenter enters the mount namespace where the clusters' names resolve.
 * Throws ClusterError `not-root`, or `usage` when the clusters are not up.
 */
export function namesArgument(): string {
  const doing = "resolving the clusters' names";
  if (process.getuid?.() !== 0)
    throw new ClusterError('not-root', `${doing}: mount namespaces need root; run it as root`);
  const mounts = mountNamespaceOf(namesFolder());
  if (mounts === undefined)
    throw new ClusterError('usage', `${doing}: the clusters are not up; run \`make cluster-up\` first`);
  return mounts;
}

/** What is put before a command so that the clusters' names resolve. Throws as `namesArgument`. */
export function enterNames(): readonly string[] {
  return ['nsenter', namesArgument(), `--wdns=${process.cwd()}`, '--'];
}

/** Where processes belong that use the clusters' names, and that `down` ends. */
export function namesPlace(): ProcessPlace {
  return { folder: namesFolder(), enter: enterNames() };
}

function namesFolder(): string {
  return path.join(stateFolder(), 'names');
}
