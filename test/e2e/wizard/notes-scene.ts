import { join } from 'node:path';

import { expect } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { enterNames } from '../../../testbed/clusters/names.ts';
import { checkoutCacheFolder } from '../../../testbed/clusters/places.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { installTasks, loadTaskImage } from '../../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../../testbed/demo/kubectl.ts';
import { startWizardProcess, type WizardAnswer, type WizardProcess } from '../../builders/wizard.ts';
import { claimOf, inShell, makeNamespace, removeNamespace, startShell, stopShell } from '../volumes/scene.ts';
import { explainRun } from './explain-run.ts';

export const source = localKubectl('source');
export const destination = localKubectl('destination');

export interface ScenePlaces {
  /** Of the migration. */
  readonly name: string;
  /** Namespace of the runs, of the application at the source, and of that at the destination. */
  readonly runs: string;
  readonly from: string;
  readonly to: string;
}

/** The wizard beside two clusters. */
export interface ClustersScene {
  readonly wizard: WizardProcess;
  ask(method: string, path: string, body?: object): Promise<WizardAnswer>;
  /** Connects both clusters and lists what they have. @returns its id */
  takeInventory(): Promise<string>;
  /** Starts an action of the migration. @returns the name of the run */
  start(action: string): Promise<string>;
  /** Waits for the end of a run. @returns its phase */
  endOf(run: string): Promise<string>;
  migration(): Promise<unknown>;
  /** Lists what a take-back would delete, or deletes it, and waits for the end. @returns the name of the run */
  takeBack(body: object): Promise<string>;
  stop(): Promise<void>;
}

/** Namespaces, the tasks, and the wizard with a session. @param deploy what the application consists of */
export async function startClustersScene(places: ScenePlaces, deploy: () => Promise<unknown>): Promise<ClustersScene> {
  const { name, runs, from, to } = places;
  const [image] = await Promise.all([
    loadTaskImage(),
    makeNamespace(destination, runs),
    removeNamespace(destination, to),
  ]);
  await Promise.all([installTasks(destination, runs, image), deploy()]);
  const wizard = await startWizardProcess(
    ['--context=destination', `--namespace=${runs}`, `--kubeconfig=${destination.kubeconfig}`],
    { enter: enterNames(), environment: { NODE_EXTRA_CA_CERTS: join(checkoutCacheFolder, 'ca.crt') } },
  );
  const ask: ClustersScene['ask'] = (method, path, body) =>
    wizard.ask({ method, path: `/api/v1${path}`, ...(body === undefined ? {} : { body }) });
  await ask('POST', '/session', { secret: wizard.secret });
  const endOf: ClustersScene['endOf'] = async (run) => {
    const phase = async () => stringAt((await ask('GET', `/runs/${run}`)).json, 'phase') ?? '';
    try {
      // A pod that is killed between two containers has no start in its status: Tekton tries for five minutes to store that.
      await expect.poll(phase, { timeout: 660_000, interval: 2000 }).not.toMatch(/^(pending|running|)$/);
    } catch (error) {
      throw new Error(`run ${run} did not end:\n${await explainRun(run, places)}`, { cause: error });
    }
    return phase();
  };
  return {
    wizard,
    ask,
    takeInventory: () => takeInventory(ask, places),
    start: async (action) => {
      const started = await ask('POST', `/migrations/${name}/runs`, { action });
      expect(started.status, started.text).toBe(201);
      return stringAt(started.json, 'run') ?? '';
    },
    endOf,
    takeBack: async (body) => {
      const begun = await ask('POST', `/migrations/${name}/take-back`, body);
      expect(begun.status, begun.text).toBe(202);
      const run = stringAt(begun.json, 'run') ?? '';
      await endOf(run);
      return run;
    },
    migration: async () => (await ask('GET', `/migrations/${name}`)).json,
    stop: async () => {
      await wizard.stop();
      await Promise.all([removeNamespace(destination, to), removeNamespace(destination, runs)]);
      const shared = [from, to].map((each) => `crane-migration-${name}-${each}`);
      const remove = ['delete', 'clusterrole,clusterrolebinding', ...shared, '--ignore-not-found'];
      await Promise.all([source, destination].map((each) => each.run(remove)));
    },
  };
}

async function takeInventory(ask: ClustersScene['ask'], { from, to }: ScenePlaces): Promise<string> {
  const connect = async (side: string, given: object): Promise<string> => {
    const answer = await ask('POST', '/connections', { side, ...given });
    expect(answer.status, answer.text).toBe(201);
    return stringAt(answer.json, 'id') ?? '';
  };
  const begun = await ask('POST', '/inventories', {
    source: { connection: await connect('source', { context: 'source' }), namespace: from },
    destination: { connection: await connect('destination', { own: true }), namespace: to },
  });
  const id = stringAt(begun.json, 'id') ?? '';
  await waitFor({
    what: 'the inventory',
    seconds: 60,
    check: async () => {
      const { json, text } = await ask('GET', `/inventories/${id}`);
      return stringAt(json, 'state') === 'done' ? undefined : text;
    },
  });
  return id;
}

/** A workload with a claim that has files, and ConfigMaps. @param configMap the name of one of them */
export async function deployNotes(from: string, configMap: string): Promise<void> {
  await makeNamespace(source, from);
  const pod = { kubectl: source, namespace: from, name: 'writer', claims: { '/pages': 'pages' } };
  await source.apply([claimOf(from, 'pages', { storageClassName: 'local-path' })]);
  await startShell(pod);
  await inShell(pod, 'cd /pages; for i in 1 2 3; do head -c 3000000 /dev/urandom > page$i; done');
  const found = await source.get(['pod', 'writer', '-n', from]);
  const [container] = arrayAt(found, 'spec', 'containers');
  const { securityContext, volumes } = valueAt(found, 'spec') as Record<string, unknown>;
  await stopShell(pod);
  const { image, command, securityContext: own } = container as Record<string, unknown>;
  const volumeMounts = [{ name: 'v0', mountPath: '/pages' }];
  const template = {
    metadata: { labels: { app: 'notes' } },
    spec: {
      securityContext,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image, command, securityContext: own, volumeMounts }],
      volumes: (volumes as readonly { name: string }[]).filter((each) => each.name === 'v0'),
    },
  };
  const spec = { replicas: 1, strategy: { type: 'Recreate' }, selector: { matchLabels: { app: 'notes' } }, template };
  await source.apply([
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'notes', namespace: from }, spec },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: configMap, namespace: from }, data: { colour: 'red' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'plain', namespace: from }, data: { a: 'b' } },
  ]);
  await source.run(['rollout', 'status', 'deployment/notes', '-n', from, '--timeout=200s']);
}

/** How many pods the workload of `deployNotes` asks for. */
export async function replicasOfNotes(kubectl: Kubectl, namespace: string): Promise<unknown> {
  return valueAt(await kubectl.get(['deployment', 'notes', '-n', namespace]), 'spec', 'replicas');
}
