import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { removeCgroup } from './cgroups.ts';
import { processesInMountNamespace, removeMountPoints } from './mounts.ts';
import { removeNetwork } from './network.ts';
import { nodeMountPoints } from './node-mounts.ts';
import { stateFolder } from './places.ts';
import { listProcesses, stopProcesses } from './processes.ts';
import { timed } from './progress.ts';
import { runProgram, succeeds } from './run-program.ts';
import { clusters, siteFolder, sites } from './sites.ts';

/** Ends and removes everything that `up` made, except the caches: processes, mounts, control groups, networks, data. */
export async function down(): Promise<void> {
  await timed('processes', stopAll);
  await timed('control groups', async () => {
    for (const cluster of clusters) await removeCgroup(cluster.network);
  });
  await timed('networks', removeNetworks);
  await timed('state', async () => {
    await rm(stateFolder(), { recursive: true, force: true });
    removeMountPoints(nodeMountPoints);
  });
}

/** Nothing is asked to end politely: whatever it would tidy up is removed anyway. */
async function stopAll(): Promise<void> {
  const folders = [...sites.map((site) => siteFolder(site)), path.join(stateFolder(), 'names')];
  for (const folder of folders) {
    const inside = await processesInMountNamespace(folder);
    await stopProcesses([...listProcesses(folder), ...inside], 'SIGKILL');
  }
}

/** `ip` mounts its folder upon itself with the first namespace; with the last one gone that mount has no use. */
async function removeNetworks(): Promise<void> {
  for (const site of sites) await removeNetwork(site);
  const folder = '/run/netns';
  if (!existsSync(folder) || readdirSync(folder).length > 0) return;
  while (await succeeds('mountpoint', ['-q', folder])) await runProgram('umount', [folder]);
}
