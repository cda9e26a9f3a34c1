import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { ClusterError } from './errors.ts';
import { ensureProcess, runningPid, startTimeOf, stopProcesses } from './processes.ts';
import { runProgram } from './run-program.ts';
import { waitFor } from './wait.ts';

/** Something of the state folder that takes the place of a host path inside a mount namespace. */
export interface BindMount {
  readonly source: string;
  readonly target: string;
}

const holder = 'mounts';

/**
 * Keeps a mount namespace alive in which the given binds hold, and gives the `nsenter` argument that enters it.
 * All that a node mounts stays in there and is gone with its last process; the host sees none of it.
 */
export async function ensureMountNamespace(folder: string, binds: readonly BindMount[]): Promise<string> {
  const known = mountNamespaceOf(folder);
  if (known !== undefined) return known;
  // A namespace whose keeper is gone cannot be entered any more, so what is left in it has to go too.
  await stopProcesses(await processesInMountNamespace(folder), 'SIGKILL');
  const enter = ['unshare', '--mount', '--propagation', 'slave', '--'];
  await ensureProcess({ folder, enter }, holder, { file: 'sleep', args: ['infinity'] });
  const pid = runningPid(folder, holder);
  if (pid === undefined)
    throw new ClusterError('process-ended', `making a mount namespace in ${folder}: its keeper ended at once`);
  await waitUntilSeparate(pid);
  writeFileSync(identityFile(folder), (await identityOf(pid)) ?? '');
  // Pods ask for mounts that propagate, which needs a shared root; `slave` above keeps them from the host all the same.
  await runInside(pid, ['mount', '--make-rshared', '/']);
  for (const bind of binds) await mountInside(pid, bind);
  return enterMounts(pid);
}

/** The `nsenter` argument of the namespace that the folder keeps alive; undefined when it keeps none. */
export function mountNamespaceOf(folder: string): string | undefined {
  const pid = runningPid(folder, holder);
  return pid === undefined ? undefined : enterMounts(pid);
}

/** Every process that runs in the folder's mount namespace, recorded or not: its keeper, containerd, kubelet, shims. */
export async function processesInMountNamespace(folder: string): Promise<{ pid: number; startTime: string }[]> {
  if (!existsSync(identityFile(folder))) return [];
  const identity = readFileSync(identityFile(folder), 'utf8');
  const found: { pid: number; startTime: string }[] = [];
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const startTime = startTimeOf(pid);
    if (startTime !== undefined && (await identityOf(pid)) === identity) found.push({ pid, startTime });
  }
  return found;
}

/** Removes the folders that were made on the host as places to mount on, where nobody uses them otherwise. */
export function removeMountPoints(targets: readonly string[]): void {
  for (const target of targets) {
    if (existsSync(target) && readdirSync(target).length === 0) rmdirSync(target);
  }
}

async function mountInside(pid: number, bind: BindMount): Promise<void> {
  if (!existsSync(bind.target)) mkdirSync(bind.target, { recursive: true });
  if (!existsSync(bind.source)) mkdirSync(bind.source, { recursive: true });
  await runInside(pid, ['mount', '--bind', bind.source, bind.target]);
}

/** `unshare` needs a moment; until then its namespace is still the host's. */
async function waitUntilSeparate(pid: number): Promise<void> {
  const own = await identityOf(process.pid);
  await waitFor({
    what: 'a mount namespace',
    seconds: 10,
    everyMs: 20,
    check: async () => ((await identityOf(pid)) === own ? 'still that of the host' : undefined),
  });
}

/** The namespace's number repeats after a restart of the computer, so it counts only together with the boot. */
async function identityOf(pid: number): Promise<string | undefined> {
  try {
    return `${await readlink(`/proc/${String(pid)}/ns/mnt`)} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')}`;
  } catch {
    return undefined;
  }
}

function identityFile(folder: string): string {
  return path.join(folder, 'mount-namespace');
}

async function runInside(pid: number, command: readonly string[]): Promise<void> {
  await runProgram('nsenter', [enterMounts(pid), '--', ...command]);
}

function enterMounts(pid: number): string {
  return `--mount=/proc/${String(pid)}/ns/mnt`;
}

/** Writes a file that will be mounted over another, and gives its path. */
export function writeBindSource(folder: string, name: string, content: string): string {
  const file = path.join(folder, 'binds', name);
  mkdirSync(path.dirname(file), { recursive: true });
  // In place, as the mount follows the file and not its name.
  writeFileSync(file, content);
  return file;
}
