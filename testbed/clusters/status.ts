import { existsSync } from 'node:fs';
import { ClusterError } from './errors.ts';
import { adminKubeconfig, kubectl } from './kubectl.ts';
import { isRunning, lastLines, listProcesses, logFile } from './processes.ts';
import { clusters, siteFolder, sites } from './sites.ts';

/** Prints what runs. Gives false when something that was started is gone, or nothing was started. */
export async function printStatus(): Promise<boolean> {
  let whole = true;
  for (const site of sites) {
    const records = listProcesses(siteFolder(site));
    if (records.length === 0) whole = false;
    print(`${site.name} (${site.network}, ${site.address})${records.length === 0 ? ': not up' : ''}`);
    for (const record of records) {
      const running = isRunning(record);
      whole &&= running;
      print(`  ${running ? 'running' : 'ENDED  '} ${record.name} (${String(record.pid)})`);
    }
  }
  if (whole) await printPods();
  return whole;
}

/** Prints where the logs are, or the end of one of them. Throws ClusterError `usage` for an unknown one. */
export function printLogs(siteName: string | undefined, processName: string | undefined): void {
  for (const site of sites.filter((candidate) => siteName === undefined || candidate.name === siteName)) {
    const names = listProcesses(siteFolder(site)).map((record) => record.name);
    if (processName === undefined) for (const name of names) print(logFile(siteFolder(site), name));
    else if (names.includes(processName)) print(lastLines(logFile(siteFolder(site), processName), 200));
    else
      throw new ClusterError(
        'usage',
        `printing a log: ${site.name} has no process ${processName}; it has ${names.join(', ')}`,
      );
  }
}

async function printPods(): Promise<void> {
  for (const cluster of clusters) {
    if (!existsSync(adminKubeconfig(cluster))) continue;
    print(`\n${cluster.name}: kubectl --kubeconfig .cache/kubeconfig --context ${cluster.name}`);
    print(await kubectl(cluster, ['get', 'nodes,pods', '--all-namespaces', '--request-timeout=5s']));
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
