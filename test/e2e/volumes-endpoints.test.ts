import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stringAt } from '../../src/domain/core/json-object.ts';
import { sites } from '../../testbed/clusters/sites.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import {
  claimItem,
  claimOf,
  helpersIn,
  inShell,
  listTree,
  makeNamespace,
  removeNamespace,
  startShell,
  stopShell,
  transfer,
} from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';

const namespace = 'volumes-endpoints';
const source = localKubectl('source');
const destination = localKubectl('destination');
const writer = { kubectl: source, namespace, name: 'writer' };
const reader = { kubectl: destination, namespace, name: 'reader' };
const nodeAddress = sites.find(({ name }) => name === 'destination')?.address ?? '';

let image: string;

beforeAll(async () => {
  image = await loadTransferImage();
  await Promise.all([makeNamespace(source, namespace), makeNamespace(destination, namespace)]);
  await source.apply([claimOf(namespace, 'data')]);
  await startShell({ ...writer, claims: { '/data': 'data' } });
});

afterAll(async () => {
  await Promise.all([removeNamespace(source, namespace), removeNamespace(destination, namespace)]);
});

async function treeAtDestination(): Promise<string> {
  await startShell({ ...reader, claims: { '/data': 'data' } });
  try {
    return await listTree(reader, '/data');
  } finally {
    await stopShell(reader);
  }
}

/** Does what a cloud's controller does: gives the Service of the tunnel an address that leads to the node. */
async function balanceLoad(): Promise<void> {
  await waitFor({
    what: 'a Service of type LoadBalancer',
    seconds: 200,
    check: async () => {
      const services = await destination.list(['services', '-n', namespace]);
      const found = services.find((each) => stringAt(each, 'spec', 'type') === 'LoadBalancer');
      const name = stringAt(found, 'metadata', 'name');
      if (name === undefined) return 'none yet';
      const status = { status: { loadBalancer: { ingress: [{ ip: nodeAddress }] } } };
      const patch = ['--subresource=status', '--type=merge', '--patch', JSON.stringify(status)];
      await destination.run(['patch', 'service', name, '-n', namespace, ...patch]);
      return undefined;
    },
  });
}

describe('a claim reaches the destination', () => {
  it.each([
    {
      name: 'through an Ingress whose controller hands the tunnel through unopened',
      flags: { 'endpoint-type': 'nginx-ingress', subdomain: 'apps.destination.test' },
      reached: /by nginx-ingress at volume-\S+\.apps\.destination\.test:443/,
      onStart: () => Promise.resolve(),
    },
    {
      name: 'through a load balancer, once it has an address',
      flags: { 'endpoint-type': 'load-balancer' },
      reached: /by load-balancer at [\d.]+:8443/,
      onStart: balanceLoad,
    },
    {
      name: 'by port-forward, without an address of its own',
      flags: { 'endpoint-type': 'port-forward' },
      reached: /by port-forward\n/,
      onStart: () => Promise.resolve(),
    },
  ])('$name', async ({ name, flags, reached, onStart }) => {
    await inShell(writer, `head -c 2000000 /dev/urandom > /data/random; echo "${name}" > /data/way`);
    const common = { 'source-namespace': namespace, 'source-pvc-name': 'data', 'transfer-image': image };
    const moved = await transfer({ ...common, ...flags, verify: 'true' }, { onStart });
    expect(moved, moved.stderr).toMatchObject({ exitCode: 0, status: 'succeeded' });
    expect(moved.stderr).toMatch(reached);

    expect(claimItem(moved, `${namespace}/data`)).toMatchObject({ outcome: 'done', evidence: { proof: 'checksum' } });
    expect(await treeAtDestination()).toBe(await listTree(writer, '/data'));
    expect(await helpersIn(source, namespace)).toEqual([]);
    expect(await helpersIn(destination, namespace)).toEqual([]);
  });
});
