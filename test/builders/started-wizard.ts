import { setTimeout } from 'node:timers/promises';

import { stringAt } from '../../src/domain/core/json-object.ts';
import { afterScene, type AfterScene } from './after-scene.ts';
import { startLogNode, type LogNode } from './kubelet.ts';
import { serveTektonKinds } from './tekton-kinds.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { startWizardProcess, type WizardAnswer, type WizardProcess } from './wizard.ts';

/** A wizard with a session, an application with a claim in namespace shop, and the cluster that it looks at. */
export interface WizardScene {
  readonly cluster: TestCluster;
  readonly wizard: WizardProcess;
  readonly node: LogNode;
  readonly scene: AfterScene;
  /** Id of an inventory of namespace shop. */
  readonly inventory: string;
  readonly ask: (method: string, path: string, body?: unknown) => Promise<WizardAnswer>;
  readonly connect: (side: string, given: object) => Promise<string>;
  /** Takes another inventory. @returns its id */
  readonly takeInventory: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts it with migrations of these names, of which nothing was started. */
export async function startWizardScene(migrations: readonly string[]): Promise<WizardScene> {
  const cluster = await startTestCluster();
  await serveTektonKinds(cluster);
  for (const name of ['shop', 'shop-new', 'migrations'])
    await cluster.create('/api/v1/namespaces', { metadata: { name } });
  await addApplication(cluster);
  const node = await startLogNode(cluster);
  const wizard = await startWizardProcess(['--namespace=migrations', `--kubeconfig=${cluster.server.kubeconfigPath}`]);
  const ask: WizardScene['ask'] = (method, path, body) =>
    wizard.ask({ method, path: `/api/v1${path}`, ...(body === undefined ? {} : { body }) });
  const connect: WizardScene['connect'] = async (side, given) =>
    stringAt((await ask('POST', '/connections', { side, ...given })).json, 'id') ?? '';
  await ask('POST', '/session', { secret: wizard.secret });
  const inventory = await takeInventory(ask, connect);
  for (const name of migrations) {
    const created = await ask('POST', '/migrations', { inventory, answers: moveAnswers(name) });
    if (created.status !== 201) throw new Error(created.text);
  }
  return {
    cluster,
    wizard,
    node,
    scene: afterScene(cluster, node),
    inventory,
    ask,
    connect,
    takeInventory: () => takeInventory(ask, connect),
    stop: async () => {
      await wizard.stop();
      node.stop();
      await cluster.stop();
    },
  };
}

/** Answers for a move of namespace shop. */
export function moveAnswers(name: string, more: object = {}): object {
  return {
    schemaVersion: 1,
    name,
    source: { context: 'local', namespace: 'shop' },
    destination: { namespace: 'shop-new' },
    ...more,
  };
}

async function addApplication(test: TestCluster): Promise<void> {
  await test.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'settings' }, data: { a: 'b' } });
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await test.create('/api/v1/namespaces/shop/persistentvolumeclaims', { metadata: { name: 'data' }, spec });
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const storageClass = { metadata: { name: 'silver', annotations }, provisioner: 'example.com/none' };
  await test.create('/apis/storage.k8s.io/v1/storageclasses', storageClass);
}

async function takeInventory(ask: WizardScene['ask'], connect: WizardScene['connect']): Promise<string> {
  const source = { connection: await connect('source', { context: 'local' }), namespace: 'shop' };
  const destination = { connection: await connect('destination', { own: true }), namespace: 'shop-new' };
  const id = stringAt((await ask('POST', '/inventories', { source, destination })).json, 'id') ?? '';
  while (stringAt((await ask('GET', `/inventories/${id}`)).json, 'state') === 'running') await setTimeout(500);
  return id;
}
