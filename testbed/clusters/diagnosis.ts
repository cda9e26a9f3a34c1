import { adminKubeconfig, kubectl } from './kubectl.ts';
import { existsSync } from 'node:fs';
import { readCondition, readList, readText } from './json.ts';
import { say } from './progress.ts';
import { clusters, type Cluster } from './sites.ts';

/** Says what is wrong with the pods of all clusters: events and logs of each one that is not ready. */
export async function diagnose(): Promise<void> {
  for (const cluster of clusters) {
    if (!existsSync(adminKubeconfig(cluster))) continue;
    try {
      await diagnoseCluster(cluster);
    } catch (error) {
      say(`      no diagnosis of ${cluster.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function diagnoseCluster(cluster: Cluster): Promise<void> {
  const pods = readList(
    JSON.parse(await kubectl(cluster, ['get', 'pods', '--all-namespaces', '--output=json', '--request-timeout=10s'])),
    'items',
  );
  for (const pod of pods.filter(isUnready)) {
    const namespace = readText(pod, 'metadata', 'namespace') ?? '';
    const name = readText(pod, 'metadata', 'name') ?? '';
    say(`--- ${cluster.name}: pod ${namespace}/${name}, ${readText(pod, 'status', 'phase') ?? 'no phase'}`);
    const field = `--field-selector=involvedObject.name=${name}`;
    say(
      await kubectl(cluster, [
        'get',
        'events',
        '--namespace',
        namespace,
        field,
        '--sort-by=.lastTimestamp',
        '--output=custom-columns=AT:.lastTimestamp,REASON:.reason,MESSAGE:.message',
      ]),
    );
    say(await logsOf(cluster, namespace, name));
  }
}

/** A container that never started has no log, which is no reason to say nothing about the others. */
async function logsOf(cluster: Cluster, namespace: string, name: string): Promise<string> {
  const args = ['logs', '--namespace', namespace, name, '--all-containers', '--prefix', '--tail=20', '--ignore-errors'];
  return kubectl(cluster, args).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
}

function isUnready(pod: unknown): boolean {
  const phase = readText(pod, 'status', 'phase');
  if (phase === 'Succeeded') return false;
  return readText(readCondition(pod, 'Ready'), 'status') !== 'True';
}
