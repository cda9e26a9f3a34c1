import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { ClusterError } from '../clusters/errors.ts';
import { version } from '../../src/runtime/version.ts';
import { describeUnready, parseWorkloads, workloadKinds } from '../shop/readiness.ts';
import { prepareAccounts, type MoveNames } from './accounts.ts';
import { installTasks } from './install.ts';
import { kubectlFor, type Kubectl } from './kubectl.ts';
import { startRun } from './start-run.ts';
import { watchRun } from './watch-run.ts';

/** What `make demo CLUSTER=existing` reads from the environment. */
export interface ExistingClusters {
  readonly kubeconfig: string;
  readonly sourceContext: string;
  readonly destinationContext: string;
  /** Namespace of the application to move, `shop` unless given; it must exist on the source cluster. */
  readonly namespace: string;
  /** The task image, where the published one cannot be pulled. */
  readonly image: string;
  /** PEM file with the authorities of private registries, or empty. */
  readonly certificates: string;
  /** Further params of the Pipeline, such as the addresses of registries that no cluster tells. */
  readonly params: Readonly<Record<string, string>>;
}

const runs = 'migrations';
const runDeadlineSeconds = 7200;
const readyDeadlineSeconds = 600;

/** Reads the environment of the demo; throws naming what is missing. */
export function parseExisting(environment: Readonly<Record<string, string | undefined>>): ExistingClusters {
  const given = (name: string, fallback = ''): string => {
    const value = environment[name] ?? '';
    return value === '' ? fallback : value;
  };
  const missing = ['SOURCE_CONTEXT', 'DESTINATION_CONTEXT'].filter((name) => given(name) === '');
  if (missing.length > 0) {
    throw new ClusterError(
      'usage',
      `CLUSTER=existing needs ${missing.join(' and ')}: names of contexts of your kubeconfig (kubectl config get-contexts)`,
    );
  }
  return {
    kubeconfig: given('KUBECONFIG', join(homedir(), '.kube', 'config')),
    sourceContext: given('SOURCE_CONTEXT'),
    destinationContext: given('DESTINATION_CONTEXT'),
    namespace: given('NAMESPACE', 'shop'),
    image: given('IMAGE', `ghcr.io/crane-tasks/task-runner:${version}`),
    certificates: given('CA_BUNDLE'),
    params: parseParams(given('PARAMS')),
  };
}

function parseParams(text: string): Readonly<Record<string, string>> {
  const entries = text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const equals = entry.indexOf('=');
      if (equals > 0) return [entry.slice(0, equals), entry.slice(equals + 1)];
      throw new ClusterError('usage', `PARAMS: expected name=value, separated by blanks, got ${JSON.stringify(entry)}`);
    }),
  );
}

async function requireNamespace(source: Kubectl, namespace: string): Promise<void> {
  if ((await source.get(['namespace', namespace])) !== undefined) return;
  throw new ClusterError(
    'usage',
    `context ${source.context} has no namespace ${namespace}: name the one to move with NAMESPACE=…`,
  );
}

/** Moves a namespace between two clusters of the user. True when the run succeeded and the workloads are ready. */
export async function demonstrateExisting(clusters: ExistingClusters, print: (line: string) => void): Promise<boolean> {
  const { kubeconfig } = clusters;
  const source = kubectlFor({ context: clusters.sourceContext, kubeconfig, program: 'kubectl' });
  const destination = kubectlFor({ context: clusters.destinationContext, kubeconfig, program: 'kubectl' });
  const names: MoveNames = { runs, application: clusters.namespace };
  const registryCertificates = clusters.certificates === '' ? '' : readFileSync(clusters.certificates, 'utf8');
  await requireNamespace(source, clusters.namespace);
  await prepareAccounts({ source, destination, names, podSecurity: 'as-it-is', registryCertificates });
  await installTasks(destination, runs, clusters.image);
  const { namespace } = clusters;
  const params = { ...clusters.params, 'source-namespace': namespace, 'destination-namespace': namespace };
  const name = await startRun(destination, {
    sample: 'samples/app-migration/pipelinerun.yaml',
    namespace: runs,
    params,
  });
  const run = await watchRun(destination, { namespace: runs, name, deadlineSeconds: runDeadlineSeconds, print });
  print(`PipelineRun ${name}: ${run.message}`);
  print(`\n${run.logs.get('summary') ?? 'the summary task left no log'}`);
  const unready = run.succeeded ? await waitForWorkloads(destination, clusters.namespace) : 'not applied';
  print(
    unready === undefined ? `All workloads of ${clusters.namespace} are ready.` : `Workloads not ready: ${unready}`,
  );
  return run.succeeded && unready === undefined;
}

async function waitForWorkloads(kubectl: Kubectl, namespace: string): Promise<string | undefined> {
  const deadline = Date.now() + readyDeadlineSeconds * 1000;
  for (;;) {
    const list: unknown = JSON.parse(await kubectl.run(['get', workloadKinds, '-n', namespace, '-o', 'json']));
    const unready = describeUnready(parseWorkloads(list));
    if (unready === undefined || Date.now() > deadline) return unready;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
