import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { compress } from '../../../src/adapters/archives/compress.ts';
import { every } from '../../../src/adapters/clock/every.ts';
import { sleepUntil } from '../../../src/adapters/clock/sleep.ts';
import { writePrivateKubeconfig } from '../../../src/adapters/kube/private-kubeconfig.ts';
import { openHelm } from '../../../src/adapters/processes/helm.ts';
import { createPrivateFolder } from '../../../src/adapters/processes/private-folder.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import type { Log } from '../../../src/domain/core/ports.ts';
import { Redactor } from '../../../src/domain/core/secret.ts';
import type { InstallRequest } from '../../../src/usecases/app/install-release.ts';
import type { ReleasePorts } from '../../../src/usecases/app/release-ports.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

/** A real API server and a real helm. No controller runs: tests play its part. */
export interface ReleaseScene extends TestCluster {
  readonly ports: ReleasePorts;
  /** Lines of the log so far. */
  readonly lines: string[];
  /** Writes a chart into a folder and returns its path. */
  writeChart(name: string, files: Readonly<Record<string, string>>): Promise<string>;
  request(chart: string, change?: Partial<InstallRequest>): InstallRequest;
}

export async function startReleaseScene(): Promise<ReleaseScene> {
  const cluster = await startTestCluster();
  const lines: string[] = [];
  const log = logTo(lines);
  const folder = await createPrivateFolder(cluster.scratch);
  const options = { kubeconfig: cluster.server.kubeconfigPath, context: undefined, environment: {}, log };
  const helm = await openHelm({
    folder,
    kubeconfig: await writePrivateKubeconfig(options, folder),
    environment: { PATH: dirname(programPath('helm')) },
    signal: new AbortController().signal,
    log,
    noteProgram: () => undefined,
  });
  const ports: ReleasePorts = {
    helm,
    cluster: cluster.cluster,
    log,
    yaml: yamlCodec,
    compress,
    every,
    sleep: sleepUntil(undefined, 'testing'),
    now: Date.now,
    signal: new AbortController().signal,
    owner: 'this test',
  };
  return {
    ...cluster,
    ports,
    lines,
    writeChart: (name, files) => writeChart(join(cluster.scratch, 'charts', name), name, files),
    request: (chart, change = {}) => ({
      namespace: 'default',
      name: 'shop',
      chart,
      values: [],
      dryRun: false,
      limits: { stallMilliseconds: 20_000, patience: 0, historyLimit: 5, wait: false },
      ...change,
    }),
  };
}

function logTo(lines: string[]): Log {
  const add = (line: string): void => void lines.push(line);
  return {
    redactor: new Redactor(),
    debug: () => undefined,
    info: add,
    warn: add,
    progress: () => undefined,
    item: () => undefined,
  };
}

async function writeChart(folder: string, name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const all = { 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`, ...files };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** Kills the helm that works on a chart as soon as there is one, and waits until it is gone. */
export async function killHelm(chart: string, isReady: () => Promise<boolean>): Promise<void> {
  const pause = sleepUntil(undefined, 'waiting for helm');
  for (;;) {
    const pid = await findHelm(chart);
    // It can end during the question, and another process can have its number then.
    if (pid !== undefined && (await isReady()) && (await findHelm(chart)) === pid && kill(pid)) {
      while ((await findHelm(chart)) === pid) await pause(20);
      return;
    }
    await pause(100);
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

async function findHelm(chart: string): Promise<number | undefined> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const isWrite = words[1] === 'rollback' || (words[1] === 'upgrade' && !words.includes('--dry-run=server'));
    if (words[0]?.endsWith('/helm') === true && isWrite && words.includes(chart)) return Number(entry);
  }
  return undefined;
}

export const configMap = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: {{ .Values.color | default "blue" | quote }} }
`;

export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { color: {{ .Values.color | default "blue" | quote }} } }
    spec: { containers: [{ name: web, image: "registry.test/web:1" }] }
`;

/** Plays the Deployment controller: all pods of the Deployment become available. */
export async function finishDeployment({ cluster }: TestCluster, name = 'web'): Promise<void> {
  const path = `/apis/apps/v1/namespaces/default/deployments/${name}`;
  const live = (await cluster.request({ path })) as { metadata: { generation: number } };
  const status = {
    observedGeneration: live.metadata.generation,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
  };
  const contentType = 'application/merge-patch+json';
  await cluster.request({ method: 'PATCH', path: `${path}/status`, body: { status }, contentType });
}
