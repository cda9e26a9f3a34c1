import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connectCluster, connectClusterStream } from '../../../src/adapters/kube/connect.ts';
import { stringAt } from '../../../src/domain/core/json-object.ts';
import type { ApiKind } from '../../../src/domain/kube/discovery.ts';
import { knownKinds } from '../../../src/domain/kube/known-kinds.ts';
import { watchObjects } from '../../../src/usecases/cluster/watch-objects.ts';
import { collect } from '../../builders/collect.ts';
import { silentLog, startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWatchFront, type WatchFront } from '../../fakes/watch-front.ts';

const maps = '/api/v1/namespaces/shop/configmaps';
const events = '/api/v1/namespaces/shop/events';
let test: TestCluster;
let front: WatchFront;

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  front = await startWatchFront(test.server.url, test.ca);
});

afterAll(async () => {
  await front.stop();
  await test.stop();
});

const running: AbortController[] = [];

afterEach(() => {
  for (const controller of running.splice(0)) controller.abort();
});

async function connect() {
  const rules = [{ apiGroups: [''], resources: ['configmaps', 'events', 'pods/log'], verbs: ['get', 'list', 'watch'] }];
  const token = await test.makeAccount('shop', `watcher-${String(performance.now()).replace('.', '-')}`, rules);
  const kubeconfig = await test.writeKubeconfig('front', { token }, { server: front.url });
  const options = { kubeconfig, context: undefined, environment: {}, log: silentLog };
  const controller = new AbortController();
  running.push(controller);
  return {
    cluster: await connectCluster(options),
    stream: await connectClusterStream(options),
    signal: controller.signal,
    stop: () => controller.abort(),
  };
}

const create = (name: string) => test.create(maps, { metadata: { name, labels: { app: 'web' } } });
const remove = (name: string) => test.cluster.request({ method: 'DELETE', path: `${maps}/${name}` });
const change = (name: string, data: object) =>
  test.cluster.request({
    method: 'PATCH',
    path: `${maps}/${name}`,
    body: { data },
    contentType: 'application/merge-patch+json',
  });

/** API servers keep no events in memory: a watch of them sees what etcd has. */
const record = (name: string) =>
  test.create(events, { metadata: { name }, involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web' } });

/** Lets etcd forget all versions but the present one: https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/ */
async function compact(): Promise<void> {
  const list = await test.cluster.request({ path: events });
  const revision = stringAt(list, 'metadata', 'resourceVersion');
  const body = JSON.stringify({ revision, physical: true });
  const response = await fetch(`${test.server.etcdUrl}/v3/kv/compaction`, { method: 'POST', body });
  expect(response.status).toBe(200);
}

/** Watches in the background; `seen` has each change. */
async function startWatch({ kind, labelSelector = '' }: { kind: ApiKind; labelSelector?: string }) {
  const { cluster, stream, signal, stop } = await connect();
  const seen: string[] = [];
  const troubles: string[] = [];
  let names: readonly string[] = [];
  const ports = {
    cluster,
    stream,
    sleep: (milliseconds: number) => sleep(milliseconds / 10),
    random: Math.random,
    onTrouble: (error: Error) => void troubles.push(error.message),
  };
  const ended = (async () => {
    for await (const state of watchObjects({ kind, namespace: 'shop', labelSelector }, ports, signal)) {
      names = [...state.objects.keys()].sort();
      seen.push(...state.changes.map(({ type, object }) => `${type} ${object.metadata.name}`));
    }
  })();
  return { seen, troubles, names: () => names, stop, ended };
}

async function until(isTrue: () => boolean, limit = 60_000): Promise<void> {
  for (const end = Date.now() + limit; Date.now() < end && !isTrue(); ) await sleep(20);
  expect(isTrue()).toBe(true);
}

describe('a watch of a real API server', () => {
  it('has each change once, over connections that break', async () => {
    await create('first');
    const watch = await startWatch({ kind: knownKinds.configmaps, labelSelector: 'app=web' });
    await until(() => watch.seen.length === 1);
    const expected = ['added first'];
    for (let round = 0; round < 5; round += 1) {
      const name = `round-${String(round)}`;
      const before = front.watches.length;
      await create(name);
      await front.cut();
      await change(name, { round: String(round) });
      await remove(name);
      await until(() => front.watches.length > before);
      expected.push(`added ${name}`, `changed ${name}`, `deleted ${name}`);
    }
    await until(() => watch.seen.length >= expected.length);
    await sleep(300);
    expect(watch.seen).toEqual(expected);
    expect(watch.names()).toEqual(['shop/first']);
    expect(watch.troubles.length).toBeGreaterThan(0);
    watch.stop();
    await watch.ended;
    await remove('first');
  });

  it('lists again after the server let go of its version, and has the difference', async () => {
    const [kept, gone] = [await record('kept'), await record('gone')];
    const watch = await startWatch({ kind: knownKinds.events });
    await until(() => watch.seen.length === 2);
    front.state.isDown = true;
    await front.cut();
    await test.cluster.request({ method: 'DELETE', path: `${events}/gone` });
    await record('new');
    await compact();
    front.state.isDown = false;
    await until(() => watch.seen.length === 4);
    expect(watch.seen).toEqual(['added gone', 'added kept', 'deleted gone', 'added new']);
    expect(watch.troubles.some((trouble) => trouble.includes('410'))).toBe(true);
    expect([stringAt(kept, 'kind'), stringAt(gone, 'kind')]).toEqual(['Event', 'Event']);
  });

  it('is refused with 410 for a version that was compacted', async () => {
    await record('later');
    await compact();
    const { stream, signal } = await connect();
    const old = collect(stream.watch({ kind: knownKinds.events, namespace: 'shop' }, { resourceVersion: '1' }, signal));
    await expect(old).rejects.toMatchObject({ status: 410, code: 'cluster-refused' });
  });

  it('is refused without the right to it, with the message of the server', async () => {
    const { stream, signal } = await connect();
    const secrets = collect(stream.watch({ kind: knownKinds.secrets, namespace: 'shop' }, {}, signal));
    await expect(secrets).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('cannot watch') as unknown,
    });
  });

  it('asks for the log of a pod that is not there', async () => {
    const { stream, signal } = await connect();
    const container = { pod: { namespace: 'shop', name: 'gone' }, container: 'web' };
    await expect(collect(stream.followLog(container, { follow: true }, signal))).rejects.toMatchObject({
      status: 404,
    });
  });
});
