import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/core/errors.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { ClusterStream, WatchEvent, WatchOptions } from '../../../../src/domain/kube/cluster-stream.ts';
import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { watchObjects } from '../../../../src/usecases/cluster/watch-objects.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const request = { kind: knownKinds.configmaps, namespace: 'shop', labelSelector: 'a=b' };
const refusal = (status: number) => new ClusterStatusError('watching', { status, reason: '', message: '' });
const broken = new TaskError('unreachable', 'cut', { remedy: 'Wait.' });

function aMap(name: string, resourceVersion: string, more: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', resourceVersion, uid: name },
    ...more,
  };
}

const added = (name: string, version: string): WatchEvent => ({ type: 'ADDED', object: aMap(name, version) });

type Step = WatchEvent | Error;

interface Scene {
  readonly lists: readonly (readonly object[] | Error)[];
  /** What each watch sends before it ends. */
  readonly watches: readonly (readonly Step[])[];
}

/** Watches until all steps of the scene are done. */
async function run({ lists, watches }: Scene) {
  const controller = new AbortController();
  const asked: WatchOptions[] = [];
  const pauses: number[] = [];
  const troubles: string[] = [];
  const seen: string[] = [];
  const [restLists, restWatches] = [[...lists], [...watches]];
  const redactor = new Redactor();
  let version = 100;
  async function* watch(_: unknown, options: WatchOptions): AsyncGenerator<WatchEvent> {
    asked.push(options);
    const steps = restWatches.shift();
    if (steps === undefined) controller.abort();
    for (const step of steps ?? []) {
      await Promise.resolve();
      if (step instanceof Error) throw step;
      yield step;
    }
  }
  const stream: ClusterStream = { watch, followLog: () => watch(undefined, {}) as never };
  const answer = () => {
    const items = restLists.shift() ?? [];
    if (items instanceof Error) throw items;
    version += 100;
    return { apiVersion: 'v1', kind: 'ConfigMapList', metadata: { resourceVersion: String(version) }, items };
  };
  const cluster = {
    redactor,
    contextName: 'c',
    server: 'https://c.test',
    request: () => Promise.resolve().then(answer),
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  const ports = {
    cluster,
    stream,
    sleep: (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds)),
    random: () => 0.5,
    onTrouble: (error: Error) => void troubles.push(error instanceof TaskError ? error.code : error.name),
  };
  let objects: ReadonlyMap<string, unknown> = new Map();
  for await (const state of watchObjects(request, ports, controller.signal)) {
    ({ objects } = state);
    seen.push(state.changes.map(({ type, object }) => `${type} ${object.metadata.name}`).join(', '));
  }
  return { asked, pauses, troubles, seen, names: [...objects.keys()], redactor };
}

describe('watching objects', () => {
  it('gives all objects, then each change, and continues after the end of a watch', async () => {
    const { seen, asked, names, troubles } = await run({
      lists: [[aMap('a', '5'), aMap('b', '6')]],
      watches: [
        [added('c', '201'), { type: 'BOOKMARK', object: { metadata: { resourceVersion: '250' } } }],
        [
          { type: 'MODIFIED', object: aMap('a', '251') },
          { type: 'DELETED', object: aMap('b', '252') },
        ],
      ],
    });
    expect(seen).toEqual(['added a, added b', 'added c', 'changed a', 'deleted b']);
    expect(asked.map(({ resourceVersion }) => resourceVersion)).toEqual(['200', '250', '252']);
    expect(asked[0]).toMatchObject({ labelSelector: 'a=b' });
    expect(names).toEqual(['shop/a', 'shop/c']);
    expect(troubles).toEqual([]);
  });

  it('gives an empty state too', async () => {
    expect((await run({ lists: [[]], watches: [] })).seen).toEqual(['']);
  });

  it('continues where the connection broke, without a change twice', async () => {
    const { seen, asked, troubles, pauses } = await run({
      lists: [[]],
      watches: [[added('a', '201'), broken], [refusal(429)], [refusal(503)], [added('a', '201'), added('b', '202')]],
    });
    expect(seen).toEqual(['', 'added a', 'added b']);
    expect(asked.map(({ resourceVersion }) => resourceVersion)).toEqual(['200', '201', '201', '201', '202']);
    expect(troubles).toEqual(['unreachable', 'cluster-refused', 'cluster-refused']);
    expect(pauses.slice(0, 3)).toEqual([375, 750, 1313]);
  });

  it('lists again when the version is too old, and gives the difference', async () => {
    const { seen, asked } = await run({
      lists: [
        [aMap('a', '5'), aMap('b', '6')],
        [aMap('b', '206'), aMap('c', '207')],
        [aMap('b', '206'), aMap('c', '207')],
      ],
      watches: [[refusal(410)], [refusal(410)]],
    });
    expect(seen).toEqual(['added a, added b', 'deleted a, changed b, added c']);
    expect(asked.map(({ resourceVersion }) => resourceVersion)).toEqual(['200', '300', '400']);
  });

  it('takes no object of another place', async () => {
    const { seen } = await run({ lists: [[]], watches: [[{ type: 'ADDED', object: { kind: 'Node', metadata: {} } }]] });
    expect(seen).toEqual(['']);
  });

  it.each([
    ['forbidden', refusal(403)],
    ['unauthorized', refusal(401)],
    ['cluster-refused', refusal(404)],
    ['tls-untrusted', new TaskError('tls-untrusted', 'x', { remedy: 'x' })],
  ])('ends with %s', async (code, error) => {
    expect((await thrownBy(() => run({ lists: [error], watches: [] }))).code).toBe(code);
    expect((await thrownBy(() => run({ lists: [[]], watches: [[error]] }))).code).toBe(code);
  });
});
