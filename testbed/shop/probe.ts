import { ClusterError } from '../clusters/errors.ts';
import { readField, readList } from '../clusters/json.ts';
import { kubectl } from '../clusters/kubectl.ts';
import { clusters, type Cluster, type ClusterName } from '../clusters/sites.ts';
import { describeUnready, parseWorkloads, workloadKinds, type WorkloadState } from './readiness.ts';

/** What the front end answered. `status` is 0 when there was no answer, and `body` then says why. */
export interface PageAnswer {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

/** The application as its users and its cluster see it. */
export interface ShopProbe {
  readonly context: ClusterName;
  readonly url: string;
  readonly workloads: readonly WorkloadState[];
  readonly pages: readonly PageAnswer[];
  /** All workloads ready, and all pages answered with 200. */
  readonly isHealthy: boolean;
}

/** Pages that are the same bytes wherever the application runs. */
const paths = ['/', '/api/products'];

/** Asks the front end through its node port, and the cluster about the workloads. Throws ClusterError when the Service is not there. */
export async function probeShop(context: ClusterName, namespace = 'shop'): Promise<ShopProbe> {
  const cluster = clusterNamed(context);
  const inNamespace = `--namespace=${namespace}`;
  const [service, workloads] = await Promise.all([
    kubectl(cluster, ['get', 'service', 'frontend', inNamespace, '--output=json']),
    kubectl(cluster, ['get', workloadKinds, inNamespace, '--selector=app=shop', '--output=json']),
  ]);
  const url = `http://${cluster.address}:${String(nodePort(JSON.parse(service)))}`;
  const pages = await Promise.all(paths.map((path) => getPage(url, path)));
  const states = parseWorkloads(JSON.parse(workloads));
  const isHealthy = describeUnready(states) === undefined && pages.every(({ status }) => status === 200);
  return { context, url, workloads: states, pages, isHealthy };
}

/** The probe as a small table. */
export function formatProbe({ context, url, workloads, pages }: ShopProbe): string {
  const rows = [
    ...workloads.map(({ name, ready, wanted }) => [name, `${String(ready)}/${String(wanted)} ready`]),
    ...pages.map(({ path, status, body }) => [
      `GET ${url}${path}`,
      status === 0 ? body : `${String(status)}, ${String(Buffer.byteLength(body))} bytes`,
    ]),
  ];
  const width = Math.max(...rows.map(([first = '']) => first.length));
  return [`shop on ${context}`, ...rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`)].join(
    '\n',
  );
}

/** The cluster of that name. */
export function clusterNamed(name: string): Cluster {
  const cluster = clusters.find((candidate) => candidate.name === name);
  if (cluster === undefined)
    throw new ClusterError(
      'usage',
      `looking for cluster ${name}: the clusters are ${clusters.map((known) => known.name).join(' and ')}`,
    );
  return cluster;
}

async function getPage(url: string, path: string): Promise<PageAnswer> {
  try {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(10_000) });
    return { path, status: response.status, body: await response.text() };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { path, status: 0, body: cause instanceof Error ? cause.message : String(cause) };
  }
}

function nodePort(service: unknown): number {
  const port = readField(readList(service, 'spec', 'ports')[0], 'nodePort');
  if (typeof port !== 'number')
    throw new ClusterError('unexpected-content', 'reading Service frontend: it has no node port');
  return port;
}
