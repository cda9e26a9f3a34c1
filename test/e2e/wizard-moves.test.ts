import { readFile } from 'node:fs/promises';

import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import type { Kubectl } from '../../testbed/demo/kubectl.ts';
import { clusterNamed } from '../../testbed/shop/probe.ts';
import { readStreams } from '../../testbed/shop/streams.ts';
import { prepareImage } from './forms/notes.ts';
import { removeNamespace } from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';
import { followClaim } from './wizard/follow-claim.ts';
import {
  deployNotes,
  destination,
  replicasOfNotes as replicas,
  source,
  startClustersScene,
  type ClustersScene,
} from './wizard/notes-scene.ts';
import { createOldGroup } from './wizard/old-group.ts';

const [runs, from, to] = ['wizard-moves', 'wizard-moves-old', 'wizard-moves-new'];
const name = 'notes';
const configMap = 'settings';
/** A group that the wizard of the OpenShift console made: the migration continues it. */
const group = 'old-notes';
/** Of the claim at the destination. */
const storageClass = 'wizard-moves';
let scene: ClustersScene;

beforeAll(async () => {
  scene = await startClustersScene({ name, runs, from, to }, async () => {
    await deployNotes(from, configMap);
    // An image that is declined.
    await prepareImage(source, from, 'web');
  });
  await createClass();
  await createOldGroup(group, { runs, from, to, storageClass });
});

afterAll(async () => {
  await scene.stop();
  await removeNamespace(source, from);
  await destination.run(['delete', 'storageclass', storageClass, '--ignore-not-found']);
});

/** Makes another StorageClass of the provisioner of the usual one. */
async function createClass(): Promise<void> {
  const usual = await destination.get(['storageclass', 'local-path']);
  const [provisioner, volumeBindingMode] = [stringAt(usual, 'provisioner'), stringAt(usual, 'volumeBindingMode')];
  const metadata = { name: storageClass, annotations: { defaultVolumeType: 'local' } };
  await destination.apply([
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, provisioner, volumeBindingMode },
  ]);
}

describe('an application with a volume', () => {
  it('is carried over from a group of the console and staged: class, size and name of its claim are those of the group', async () => {
    const { json } = await scene.ask('GET', `/migrations/${group}`);
    expect(json).toMatchObject({ origin: 'forerunner', claims: 1, sourceNamespace: from, destinationNamespace: to });
    const refused = await scene.ask('POST', `/migrations/${group}/runs`, { action: 'stage' });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([409, 'state-refused']);
    const carried = valueAt(json, 'carryOver') as {
      readonly source: object;
      readonly destination: object;
      readonly claims: object;
    };
    const answers = {
      ...carried,
      name,
      source: { ...carried.source, context: 'source' },
      destination: { ...carried.destination, createNamespace: true },
      images: { copy: false },
      claims: { ...carried.claims, endpointType: 'node-port', transferImage: await loadTransferImage() },
    };
    const inventory = await scene.takeInventory();
    const created = await scene.ask('POST', '/migrations', { inventory, answers, start: 'stage' });
    expect(created.status, created.text).toBe(201);
    const run = stringAt(created.json, 'run') ?? '';
    const claim = await followClaim(scene.wizard, run);
    expect(await scene.endOf(run)).toBe('succeeded');
    const { percents } = await claim.end();
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    const claims = await destination.list(['persistentvolumeclaims', '-n', to]);
    expect(claims.map((each) => stringAt(each, 'metadata', 'name'))).toEqual(['sheets']);
    expect(valueAt(claims[0], 'spec')).toMatchObject({
      storageClassName: storageClass,
      resources: { requests: { storage: '120Mi' } },
    });
    expect(stringAt(await scene.migration(), 'phase')).toBe('staged');
  });

  it('is staged again with a token that ends in the middle, after it was renewed', async () => {
    await source.run([
      'exec',
      'deployment/notes',
      '-n',
      from,
      '--',
      'bash',
      '-c',
      // Many small files: one large file is copied before a time left can be shown.
      'mkdir /pages/new; head -c 60000000 /dev/urandom | split -b 1000 -a 5 - /pages/new/part',
    ]);
    // A token that is bound to an object ends with it.
    await source.run(['create', 'secret', 'generic', 'lifetime', '-n', from]);
    const bound = ['--bound-object-kind=Secret', '--bound-object-name=lifetime'];
    const token = await source.run(['create', 'token', `crane-migration-${name}`, '-n', from, ...bound]);
    const patch = JSON.stringify({ stringData: { token: token.trim() } });
    await destination.run(['patch', 'secret', `${name}-source`, '-n', runs, '--type=merge', `--patch=${patch}`]);
    const run = await scene.start('stage');
    const claim = await followClaim(scene.wizard, run);
    const running = async () => {
      const tasks = arrayAt((await scene.ask('GET', `/runs/${run}`)).json, 'tasks');
      return stringAt(
        tasks.find((task) => stringAt(task, 'name') === 'volumes'),
        'phase',
      );
    };
    await expect.poll(running, { timeout: 240_000, interval: 1000 }).toBe('running');
    const { json } = await scene.ask('POST', '/connections', { side: 'source', context: 'source' });
    const connection = stringAt(json, 'id') ?? '';
    const renewed = await scene.ask('PUT', `/migrations/${name}/credentials/source`, { connection });
    expect(renewed.status, renewed.text).toBe(200);
    await source.run(['delete', 'secret', 'lifetime', '-n', from]);
    expect(await scene.endOf(run)).toBe('succeeded');
    const { percents, rests } = await claim.end();
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(rests.length).toBeGreaterThan(0);
    // A pod beside other tests becomes slower at any time, which nothing can foresee: most of the times count.
    const near = rests.filter(({ shown, real }) => Math.abs(shown - real) < Math.max(5, real / 2));
    expect(near.length, JSON.stringify(rests)).toBeGreaterThan(rests.length / 2);
  });
});

describe('its cutover', () => {
  it('runs again at the source when its cutover is cancelled', async () => {
    const run = await scene.start('cutover');
    const stopped = async () => replicas(source, from);
    await expect.poll(stopped, { timeout: 240_000, interval: 500 }).toBe(0);
    expect((await scene.ask('POST', `/runs/${run}/cancel`, {})).status).toBe(204);
    expect(await scene.endOf(run)).toBe('cancelled');
    expect(await replicas(source, from)).toBe(1);
    expect(await scene.migration()).toMatchObject({
      phase: 'cancelled',
      state: { source: 'running', hasApplied: false },
    });
  });

  it('is cut over, and the reports that are shown have the counts of the run', async () => {
    const run = await scene.start('cutover');
    expect(await scene.endOf(run)).toBe('succeeded');
    const { json } = await scene.ask('GET', `/runs/${run}`);
    for (const task of ['apply-to-cluster', 'verify', 'volumes']) {
      const shown = await scene.ask('GET', `/runs/${run}/reports/${task}`);
      expect(stringAt(shown.json, 'state'), task).toBe('found');
      const results = arrayAt(json, 'tasks').find((each) => stringAt(each, 'name') === task);
      expect(stringAt(results, 'results', 'failed-count') ?? '0', task).toBe('0');
      expect(valueAt(shown.json, 'report', 'counts', 'failed'), task).toBe(0);
    }
    expect([await replicas(source, from), await replicas(destination, to)]).toEqual([0, 1]);
    expect(await scene.migration()).toMatchObject({
      phase: 'succeeded',
      state: { source: 'stopped', hasApplied: true },
    });
    // Images were declined: the registry of the destination has none.
    expect(await readStreams(clusterNamed('source'), from)).toHaveLength(1);
    expect(await readStreams(clusterNamed('destination'), to)).toEqual([]);
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
    await scene.takeBack({ dryRun: true });
    const { json } = await scene.ask('GET', `/migrations/${name}/take-back`);
    const items = arrayAt(json, 'task', 'items');
    const named = (fate: string) =>
      items.filter((each) => stringAt(each, 'fate') === fate).map((each) => stringAt(each, 'name'));
    expect(named('deleted')).toEqual(expect.arrayContaining(['ConfigMap/plain', 'Deployment.apps/notes']));
    expect(named('changed-since')).toEqual([`ConfigMap/${configMap}`]);
    const done = await scene.takeBack({ dryRun: false, name, digest: stringAt(json, 'task', 'digest') ?? '' });
    expect(stringAt((await scene.ask('GET', `/runs/${done}`)).json, 'phase')).toBe('changes-kept');
    const after = arrayAt((await scene.ask('GET', `/migrations/${name}/take-back`)).json, 'task', 'items');
    const fates = (list: readonly unknown[]) => list.map((each) => [stringAt(each, 'id'), stringAt(each, 'fate')]);
    expect(fates(after)).toEqual(fates(items));
    const left = async (kind: string) =>
      (await destination.list([kind, '-n', to])).map((each) => stringAt(each, 'metadata', 'name'));
    expect((await left('configmaps')).filter((each) => each !== 'kube-root-ca.crt')).toEqual([configMap]);
    expect(await left('deployments')).toEqual([]);
    expect(await left('persistentvolumeclaims')).toEqual(['sheets']);
    expect(stringAt(await scene.migration(), 'phase')).toBe('taken-back');
    const source_ = await scene.ask('POST', `/migrations/${name}/source/start`, {});
    expect(await scene.endOf(stringAt(source_.json, 'run') ?? '')).toBe('succeeded');
    expect(await replicas(source, from)).toBe(1);
    await destination.run(['delete', 'configmap', configMap, '-n', to]);
    expect(await scene.endOf(await scene.start('cutover'))).toBe('succeeded');
    expect(await replicas(destination, to)).toBe(1);
  });
});

/** Rules of the ClusterRoles of a sample: the first is bound in the namespace, the second in the cluster. */
async function rulesOfSample(side: string): Promise<readonly unknown[]> {
  const documents = loadAll(await readFile(`samples/cutover/${side}-account.yaml`, 'utf8')).filter(isObject);
  return documents.filter((each) => each['kind'] === 'ClusterRole').map((each) => arrayAt(each, 'rules'));
}

describe('a migration that was used', () => {
  it.each([
    ['source', source, from],
    ['destination', destination, to],
  ] as const)('has an account at the %s with the rights of the sample, and no others', async (side, kubectl, place) => {
    const account = `crane-migration-${name}`;
    const own = await kubectl.get(['role', account, '-n', place]);
    const shared = await kubectl.get(['clusterrole', `${account}-${place}`]);
    expect([arrayAt(own, 'rules'), arrayAt(shared, 'rules')]).toEqual(await rulesOfSample(side));
    const bindings = await kubectl.list(['rolebindings,clusterrolebindings', '--all-namespaces']);
    const named = bindings.filter((each) =>
      arrayAt(each, 'subjects').some(
        (one) => stringAt(one, 'name') === account && stringAt(one, 'namespace') === place,
      ),
    );
    expect(named.map((each) => stringAt(each, 'roleRef', 'name')).toSorted()).toEqual([account, `${account}-${place}`]);
  });

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
    expect((await scene.ask('DELETE', `/migrations/${name}`)).status).toBe(204);
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
