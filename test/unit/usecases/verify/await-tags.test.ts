import { describe, expect, it } from 'vitest';

import { describeResource, type Resource } from '../../../../src/domain/kube/resource.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import type { Log } from '../../../../src/domain/core/ports.ts';
import { surveyPlanned } from '../../../../src/usecases/verify/survey-planned.ts';
import { awaitTags } from '../../../../src/usecases/verify/await-tags.ts';
import { aResource } from '../../../builders/transform.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const silent: Log = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};
const from = { kind: 'DockerImage', name: 'registry.test/web:1' };
const tag = aResource('image.openshift.io/v1 ImageStreamTag', 'web:1', { tag: { from } });
const map = aResource('v1 ConfigMap', 'settings');
const failure = { type: 'ImportSuccess', status: 'False', generation: 2, message: 'you may not have access' };

function aStream(generation: number, history: object, more: object = {}): object {
  return {
    metadata: { name: 'web', namespace: 'shop', uid: 'u' },
    spec: { tags: [{ name: '1', from, generation, ...more }] },
    status: { tags: [{ tag: '1', ...history }] },
  };
}

const pending = aStream(1, { items: null });
const imported = aStream(2, { items: [{ generation: 2 }] });

/** Waits a minute for one tag; the lists of streams come in this order, the last one again and again. */
async function wait(
  lists: readonly (readonly object[])[],
  { planned = [map, tag], allowed = [] }: { planned?: readonly Resource[]; allowed?: readonly string[] } = {},
) {
  let now = 0;
  let asked = 0;
  const cluster: Cluster = {
    redactor: new Redactor(),
    contextName: 'destination',
    server: 'https://destination.test',
    request: () => {
      const items = lists[Math.min(asked, lists.length - 1)];
      asked += 1;
      return items === undefined ? Promise.reject(refusal(403, 'Forbidden', 'no')) : Promise.resolve({ items });
    },
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  const sleep = (milliseconds: number): Promise<void> => {
    now += milliseconds;
    return Promise.resolve();
  };
  const { findings, unsettled } = await awaitTags(
    surveyPlanned(planned).tags,
    { timeoutSeconds: 60, allowed },
    { cluster, log: silent, now: () => now, sleep },
  );
  const reasons = findings.map(({ item }) => [item.outcome, item.reason, item.message ?? '']);
  return {
    reasons,
    settled: planned.filter((each) => !unsettled.has(describeResource(each))).map(({ kind }) => kind),
    seconds: now / 1000,
    asked,
  };
}

describe('a planned tag whose image is being imported', () => {
  it('is waited for, then compared', async () => {
    const { reasons, settled, seconds } = await wait([[pending], [pending], [imported]]);
    expect([reasons, settled, seconds]).toEqual([[], ['ConfigMap', 'ImageStreamTag'], 2]);
  });

  it('fails at the deadline', async () => {
    const { reasons, settled, seconds } = await wait([[pending]]);
    expect(reasons).toMatchObject([['failed', 'not-imported', expect.any(String)]]);
    expect([settled, seconds]).toEqual([['ConfigMap'], 60]);
  });

  it('fails at once, with the message of the server, when the import failed', async () => {
    const { reasons, settled, seconds } = await wait([[aStream(2, { items: null, conditions: [failure] })]]);
    expect(reasons).toMatchObject([['failed', 'import-failed', expect.stringContaining(failure.message)]]);
    expect([settled, seconds]).toEqual([['ConfigMap'], 0]);
  });

  it.each(['ImageStreamTag.image.openshift.io', 'ImageStreamTag.image.openshift.io/web:1'])(
    'is neither waited for nor compared when it need not be ready: %s',
    async (name) => {
      const { reasons, settled, seconds } = await wait([[pending]], { allowed: [name] });
      expect(reasons).toMatchObject([['skipped', 'not-ready-allowed', expect.any(String)]]);
      expect([settled, seconds]).toEqual([['ConfigMap'], 0]);
    },
  );

  it('fails also when an older image is there', async () => {
    const { reasons } = await wait([[aStream(2, { items: [{ generation: 1 }], conditions: [failure] })]]);
    expect(reasons).toMatchObject([['failed', 'import-failed', expect.any(String)]]);
  });
});

describe('what needs no wait', () => {
  const elsewhere = { from: { kind: 'DockerImage', name: 'registry.test/web:0' } };
  it.each<[string, readonly (readonly object[])[]]>([
    ['an imported tag', [[imported]]],
    ['a tag that comes from elsewhere', [[aStream(1, { items: null }, elsewhere)]]],
    ['a tag without stream', [[]]],
    ['streams that the account may not list', []],
  ])('is compared at once: %s', async (_case, lists) => {
    const { reasons, settled, seconds } = await wait(lists);
    expect([reasons, settled, seconds]).toEqual([[], ['ConfigMap', 'ImageStreamTag'], 0]);
  });

  it('asks for no streams when no tag is planned', async () => {
    expect(await wait([[pending]], { planned: [map] })).toMatchObject({ asked: 0, settled: ['ConfigMap'] });
  });
});
