import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ClusterError } from './errors.ts';
import { startTimeOf, stopProcesses } from './processes.ts';
import { waitFor } from './wait.ts';

const root = '/sys/fs/cgroup';

/** Makes the folder under which a kubelet keeps its pods, in every hierarchy: kubelet does not make its own root. */
export function ensureCgroup(name: string): void {
  for (const hierarchy of hierarchies()) {
    const folder = path.join(hierarchy, name);
    if (!existsSync(folder)) mkdirSync(folder);
    // A new cpuset has neither processors nor memory, and no process may enter it like that.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (!isUnified() && existsSync(path.join(folder, file)))
        writeFileSync(path.join(folder, file), readFileSync(path.join(hierarchy, file)));
    }
  }
}

/** Ends every process below the folder, in every hierarchy, then removes it. */
export async function removeCgroup(name: string): Promise<void> {
  const folders = hierarchies()
    .map((hierarchy) => path.join(hierarchy, name))
    .filter((folder) => existsSync(folder));
  await waitFor({
    what: `an empty control group ${name}`,
    seconds: 30,
    everyMs: 50,
    check: async () => {
      const pids = [...new Set(folders.flatMap(pidsBelow))];
      await stopProcesses(pids.flatMap(withStartTime), 'SIGKILL');
      return pids.length === 0 ? undefined : `${String(pids.length)} processes`;
    },
  });
  for (const folder of folders) removeTree(folder);
}

function withStartTime(pid: number): { pid: number; startTime: string }[] {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? [] : [{ pid, startTime }];
}

/** Version 2 has one hierarchy at the top; version 1 has a folder for each. */
function hierarchies(): string[] {
  if (!existsSync(root))
    throw new ClusterError(
      'unexpected-content',
      `looking for control groups: ${root} does not exist; mount them first`,
    );
  if (isUnified()) return [root];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(root, entry.name));
}

function isUnified(): boolean {
  return existsSync(path.join(root, 'cgroup.controllers'));
}

function pidsBelow(folder: string): number[] {
  const own = readFileSync(path.join(folder, 'cgroup.procs'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
  return [...own, ...foldersIn(folder).flatMap(pidsBelow)];
}

function removeTree(folder: string): void {
  for (const child of foldersIn(folder)) removeTree(child);
  rmdirSync(folder);
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
}
