import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { enterNames } from '../../testbed/clusters/names.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';
import { installTasks, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../testbed/demo/kubectl.ts';
import { followEvents } from '../builders/wizard-events.ts';
import { startWizardProcess, type WizardAnswer, type WizardProcess } from '../builders/wizard.ts';
import { claimOf, inShell, makeNamespace, removeNamespace, startShell, stopShell } from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');
const [runs, from, to] = ['wizard-moves', 'wizard-moves-old', 'wizard-moves-new'];
const name = 'notes';
const configMap = 'settings';
let wizard: WizardProcess;
let inventory: string;
let answers: object;

beforeAll(async () => {
  const [image, transferImage] = await Promise.all([
    loadTaskImage(),
    loadTransferImage(),
    makeNamespace(destination, runs),
    makeNamespace(source, from),
    removeNamespace(destination, to),
  ]);
  await Promise.all([installTasks(destination, runs, image), deployNotes()]);
  wizard = await startWizardProcess(
    ['--context=destination', `--namespace=${runs}`, `--kubeconfig=${destination.kubeconfig}`],
    { enter: enterNames(), environment: { NODE_EXTRA_CA_CERTS: join(checkoutCacheFolder, 'ca.crt') } },
  );
  await ask('POST', '/session', { secret: wizard.secret });
  answers = {
    schemaVersion: 1,
    name,
    source: { context: 'source', namespace: from },
    destination: { namespace: to, createNamespace: true },
    images: { copy: false },
    claims: {
      settings: [{ name: 'pages', newName: 'sheets', size: '120Mi', storageClass: 'local-path' }],
      endpointType: 'node-port',
      transferImage,
    },
  };
  inventory = await takeInventory();
});

afterAll(async () => {
  await wizard.stop();
  await Promise.all([
    removeNamespace(source, from),
    removeNamespace(destination, to),
    removeNamespace(destination, runs),
  ]);
  const shared = ['clusterrole,clusterrolebinding', `crane-migration-${name}-${from}`, `crane-migration-${name}-${to}`];
  await Promise.all([source, destination].map((each) => each.run(['delete', ...shared, '--ignore-not-found'])));
});

async function ask(method: string, path: string, body?: object): Promise<WizardAnswer> {
  return wizard.ask({ method, path: `/api/v1${path}`, ...(body === undefined ? {} : { body }) });
}

/** A workload with a claim that has files, and a ConfigMap. */
async function deployNotes(): Promise<void> {
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

async function takeInventory(): Promise<string> {
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

async function start(action: string): Promise<string> {
  const started = await ask('POST', `/migrations/${name}/runs`, { action });
  expect(started.status, started.text).toBe(201);
  return stringAt(started.json, 'run') ?? '';
}

/** Waits for the end of a run. @returns its phase */
async function endOf(run: string): Promise<string> {
  const phase = async () => stringAt((await ask('GET', `/runs/${run}`)).json, 'phase') ?? '';
  await expect.poll(phase, { timeout: 420_000, interval: 2000 }).not.toMatch(/^(pending|running|)$/);
  return phase();
}

async function migration(): Promise<unknown> {
  return (await ask('GET', `/migrations/${name}`)).json;
}

async function replicas(kubectl: Kubectl, namespace: string): Promise<unknown> {
  return valueAt(await kubectl.get(['deployment', 'notes', '-n', namespace]), 'spec', 'replicas');
}

describe('an application with a volume', () => {
  it('is staged: the progress of its claim rises to 100 %, and class, size and name are those of the answers', async () => {
    const created = await ask('POST', '/migrations', { inventory, answers, start: 'stage' });
    expect(created.status, created.text).toBe(201);
    const run = stringAt(created.json, 'run') ?? '';
    const followed = await followEvents(wizard, `progress:${run}`);
    expect(await endOf(run)).toBe('succeeded');
    const isWhole = () =>
      followed.events.some(
        ({ data }) =>
          data.type === 'progress' && data.rows.some(({ kind, percent }) => kind === 'claim' && percent === 100),
      );
    await expect.poll(isWhole, { timeout: 30_000 }).toBe(true);
    followed.close();
    const percents = followed.events.flatMap(({ data }) =>
      data.type === 'progress' ? data.rows.filter(({ kind }) => kind === 'claim').map(({ percent }) => percent) : [],
    );
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    const claims = await destination.list(['persistentvolumeclaims', '-n', to]);
    expect(claims.map((claim) => stringAt(claim, 'metadata', 'name'))).toEqual(['sheets']);
    expect(valueAt(claims[0], 'spec')).toMatchObject({
      storageClassName: 'local-path',
      resources: { requests: { storage: '120Mi' } },
    });
    expect(stringAt(await migration(), 'phase')).toBe('staged');
  });

  it('runs again at the source when its cutover is cancelled', async () => {
    const run = await start('cutover');
    const stopped = async () => replicas(source, from);
    await expect.poll(stopped, { timeout: 240_000, interval: 500 }).toBe(0);
    expect((await ask('POST', `/runs/${run}/cancel`, {})).status).toBe(204);
    expect(await endOf(run)).toBe('cancelled');
    expect(await replicas(source, from)).toBe(1);
    expect(await migration()).toMatchObject({ phase: 'cancelled', state: { source: 'running', hasApplied: false } });
  });

  it('is cut over, and the reports that are shown have the counts of the run', async () => {
    const run = await start('cutover');
    expect(await endOf(run)).toBe('succeeded');
    const { json } = await ask('GET', `/runs/${run}`);
    for (const task of ['apply-to-cluster', 'verify', 'volumes']) {
      const shown = await ask('GET', `/runs/${run}/reports/${task}`);
      expect(stringAt(shown.json, 'state'), task).toBe('found');
      const results = arrayAt(json, 'tasks').find((each) => stringAt(each, 'name') === task);
      expect(stringAt(results, 'results', 'failed-count') ?? '0', task).toBe('0');
      expect(valueAt(shown.json, 'report', 'counts', 'failed'), task).toBe(0);
    }
    expect([await replicas(source, from), await replicas(destination, to)]).toEqual([0, 1]);
    expect(await migration()).toMatchObject({ phase: 'succeeded', state: { source: 'stopped', hasApplied: true } });
    // Images were declined: no stream came into being.
    expect(await destination.list(['imagestreams.image.openshift.io', '-n', to]).catch(() => [])).toEqual([]);
  });

  it('is taken back as the list says, without what was changed since, and can be cut over again', async () => {
    await destination.run([
      'patch',
      'configmap',
      configMap,
      '-n',
      to,
      '--type=merge',
      '--patch={"data":{"colour":"blue"}}',
    ]);
    const takeBack = async (body: object): Promise<string> => {
      const begun = await ask('POST', `/migrations/${name}/take-back`, body);
      expect(begun.status, begun.text).toBe(202);
      const run = stringAt(begun.json, 'run') ?? '';
      await endOf(run);
      return run;
    };
    await takeBack({ dryRun: true });
    const { json } = await ask('GET', `/migrations/${name}/take-back`);
    const items = arrayAt(json, 'task', 'items');
    const named = (fate: string) =>
      items.filter((each) => stringAt(each, 'fate') === fate).map((each) => stringAt(each, 'name'));
    expect(named('deleted')).toEqual(expect.arrayContaining(['ConfigMap/plain', 'Deployment.apps/notes']));
    expect(named('changed-since')).toEqual([`ConfigMap/${configMap}`]);
    const done = await takeBack({ dryRun: false, name, digest: stringAt(json, 'task', 'digest') ?? '' });
    expect(stringAt((await ask('GET', `/runs/${done}`)).json, 'phase')).toBe('changes-kept');
    const left = async (kind: string) =>
      (await destination.list([kind, '-n', to])).map((each) => stringAt(each, 'metadata', 'name'));
    expect((await left('configmaps')).filter((each) => each !== 'kube-root-ca.crt')).toEqual([configMap]);
    expect(await left('deployments')).toEqual([]);
    expect(await left('persistentvolumeclaims')).toEqual(['sheets']);
    expect(stringAt(await migration(), 'phase')).toBe('taken-back');
    const source_ = await ask('POST', `/migrations/${name}/source/start`, {});
    expect(await endOf(stringAt(source_.json, 'run') ?? '')).toBe('succeeded');
    expect(await replicas(source, from)).toBe(1);
    await destination.run(['delete', 'configmap', configMap, '-n', to]);
    expect(await endOf(await start('cutover'))).toBe('succeeded');
    expect(await replicas(destination, to)).toBe(1);
  });
});

describe('a migration that was used', () => {
  it('has accounts that may do nothing in other namespaces', async () => {
    const may = async (kubectl: Kubectl, namespace: string, action: readonly string[]): Promise<boolean> => {
      const account = `system:serviceaccount:${namespace}:crane-migration-${name}`;
      const other = ['auth', 'can-i', ...action, `--as=${account}`, '-n', 'default'];
      return kubectl.run(other).then(
        () => true,
        () => false,
      );
    };
    for (const [verb, resource] of [
      ['list', 'secrets'],
      ['create', 'pods'],
      ['delete', 'namespaces'],
      ['create', 'clusterrolebindings'],
    ] as const) {
      expect(await may(source, from, [verb, resource]), `source: ${verb} ${resource}`).toBe(false);
      expect(await may(destination, to, [verb, resource]), `destination: ${verb} ${resource}`).toBe(false);
    }
  });

  it('loses its migration with all that belongs to it, and nothing else', async () => {
    expect((await ask('DELETE', `/migrations/${name}`)).status).toBe(204);
    const owned = async () => {
      const kinds = 'configmaps,secrets,pipelineruns,taskruns';
      const labelled = await destination.list([kinds, '-n', runs, '-l', `crane-tasks.dev/migration=${name}`]);
      const volumes = await destination.list(['persistentvolumeclaims', '-n', runs]);
      return [...labelled, ...volumes].map((each) => stringAt(each, 'metadata', 'name'));
    };
    await expect.poll(owned, { timeout: 120_000, interval: 1000 }).toEqual([]);
    expect([await replicas(source, from), await replicas(destination, to)]).toEqual([0, 1]);
    expect((await destination.list(['persistentvolumeclaims', '-n', to])).length).toBe(1);
  });
});
