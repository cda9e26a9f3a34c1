import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { version } from '../../../src/runtime/version.ts';
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
  /** Namespace of the application to move; it must exist on the source cluster. */
  readonly namespace: string;
  /** The task image, where the published one cannot be pulled. */
  readonly image: string;
  /** PEM file with the authorities of private registries, or empty. */
  readonly certificates: string;
}

const runs = 'migrations';
const runDeadlineSeconds = 7200;
const readyDeadlineSeconds = 600;

/** Reads the environment of the demo; throws naming what is missing. */
export function parseExisting(environment: Readonly<Record<string, string | undefined>>): ExistingClusters {
  const missing = ['SOURCE_CONTEXT', 'DESTINATION_CONTEXT', 'NAMESPACE'].filter(
    (name) => (environment[name] ?? '') === '',
  );
  if (missing.length > 0) {
    throw new Error(
      `CLUSTER=existing needs ${missing.join(', ')}: contexts of your kubeconfig, and the namespace to move`,
    );
  }
  return {
    kubeconfig: environment['KUBECONFIG'] ?? join(homedir(), '.kube', 'config'),
    sourceContext: environment['SOURCE_CONTEXT'] ?? '',
    destinationContext: environment['DESTINATION_CONTEXT'] ?? '',
    namespace: environment['NAMESPACE'] ?? '',
    image: environment['IMAGE'] ?? `ghcr.io/crane-tasks/task-runner:${version}`,
    certificates: environment['CA_BUNDLE'] ?? '',
  };
}

/** Moves a namespace between two clusters of the user. True when the run succeeded and the workloads are ready. */
export async function demonstrateExisting(clusters: ExistingClusters, print: (line: string) => void): Promise<boolean> {
  const { kubeconfig } = clusters;
  const source = kubectlFor({ context: clusters.sourceContext, kubeconfig, program: 'kubectl' });
  const destination = kubectlFor({ context: clusters.destinationContext, kubeconfig, program: 'kubectl' });
  const names: MoveNames = { runs, application: clusters.namespace };
  const registryCertificates = clusters.certificates === '' ? '' : readFileSync(clusters.certificates, 'utf8');
  await prepareAccounts({ source, destination, names, registryCertificates });
  await installTasks(destination, runs, clusters.image);
  const params = { 'source-namespace': clusters.namespace, 'destination-namespace': clusters.namespace };
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
