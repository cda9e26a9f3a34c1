import { serveTektonKinds } from '../builders/tekton-kinds.ts';
import { startTestCluster, type TestCluster } from '../builders/test-cluster.ts';
import { startWizardProcess, type WizardProcess } from '../builders/wizard.ts';
import { startWatchFront, type WatchFront } from './watch-front.ts';

const runUrl = 'https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{name}';

/** A wizard that reaches its cluster through `front`, which can break watches and has the logs: there are no nodes. */
export interface WatchedWizard {
  readonly cluster: TestCluster;
  readonly front: WatchFront;
  readonly wizard: WizardProcess;
  /** Login of the wizard at its cluster. */
  readonly token: string;
  readonly stop: () => Promise<void>;
}

export async function startWatchedWizard(): Promise<WatchedWizard> {
  const cluster = await startTestCluster();
  await serveTektonKinds(cluster);
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'migrations' } });
  const front = await startWatchFront(cluster.server.url, cluster.ca);
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  const token = await cluster.makeAccount('migrations', 'user', rules);
  const kubeconfig = await cluster.writeKubeconfig('front', { token }, { server: front.url });
  const wizard = await startWizardProcess([
    '--namespace=migrations',
    `--kubeconfig=${kubeconfig}`,
    `--run-url=${runUrl}`,
  ]);
  return {
    cluster,
    front,
    wizard,
    token,
    stop: async () => {
      await wizard.stop();
      await front.stop();
      await cluster.stop();
    },
  };
}
