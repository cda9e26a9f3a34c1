import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TestCluster } from '../../builders/test-cluster.ts';
import { followEvents, type FollowedEvents } from '../../builders/wizard-events.ts';
import type { WizardProcess } from '../../builders/wizard.ts';
import type { WatchFront } from '../../fakes/watch-front.ts';
import { startWatchedWizard, type WatchedWizard } from '../../fakes/watched-wizard.ts';

const tekton = '/apis/tekton.dev/v1/namespaces/migrations';
let scene: WatchedWizard;
let cluster: TestCluster;
let front: WatchFront;
let wizard: WizardProcess;

beforeAll(async () => {
  scene = await startWatchedWizard();
  ({ cluster, front, wizard } = scene);
  await wizard.ask({ method: 'POST', path: '/api/v1/session', body: { secret: wizard.secret } });
});

afterAll(() => scene.stop());

const aKind = (kind: string) => ({ apiVersion: 'tekton.dev/v1', kind });

const createRun = (name: string) =>
  cluster.create(`${tekton}/pipelineruns`, { ...aKind('PipelineRun'), metadata: { name }, spec: {} });

const createTask = (run: string, name: string) =>
  cluster.create(`${tekton}/taskruns`, {
    ...aKind('TaskRun'),
    metadata: { name, labels: { 'tekton.dev/pipelineRun': run, 'tekton.dev/pipelineTask': name } },
    spec: {},
  });

const setReason = (path: string, reason: string, status = 'Unknown') =>
  cluster.cluster.request({
    method: 'PATCH',
    path: `${tekton}/${path}/status`,
    body: { status: { conditions: [{ type: 'Succeeded', status, reason }] } },
    contentType: 'application/merge-patch+json',
  });

/** Reasons of the run and its tasks that an event shows. */
function shownBy({ events }: FollowedEvents): string {
  const run = events.map(({ data }) => data).findLast((data) => data.type === 'run')?.run;
  return [run?.reason, ...(run?.tasks ?? []).map(({ name, reason }) => `${name}=${reason}`)].join(' ');
}

async function until(isTrue: () => boolean, limit = 60_000): Promise<void> {
  for (const end = Date.now() + limit; Date.now() < end && !isTrue(); ) await sleep(20);
}

describe('the events of a run', () => {
  it('show each state once, over broken connections and lists that begin again', async () => {
    await createRun('first');
    const followed = await followEvents(wizard, 'run:first');
    await until(() => followed.events.length > 0);
    expect(shownBy(followed)).toBe('Pending');
    const shown = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const name = `task-${String(round)}`;
      await createTask('first', name);
      front.state.isExpired = round % 2 === 1;
      const before = front.watches.length;
      await front.cut();
      await setReason(`taskruns/${name}`, 'Running');
      await until(() => front.watches.length >= before + 2);
      front.state.isExpired = false;
      await until(() => shownBy(followed).includes(`${name}=Running`));
      shown.add(shownBy(followed));
    }
    expect([...shown].at(-1)).toBe('Pending task-0=Running task-1=Running task-2=Running task-3=Running');
    const texts = followed.events.map(({ data }) => JSON.stringify(data));
    expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
    followed.close();
  });

  it('say that the cluster does not answer, and what is so afterwards', async () => {
    await createRun('second');
    const followed = await followEvents(wizard, 'run:second');
    await until(() => followed.events.length > 0);
    front.state.isDown = true;
    await front.cut();
    await until(() => followed.events.at(-1)?.type === 'trouble');
    expect(followed.events.at(-1)?.data).toMatchObject({ topic: 'run:second', code: 'unreachable' });
    await setReason('pipelineruns/second', 'Running');
    front.state.isDown = false;
    await until(() => shownBy(followed) === 'Running');
    expect(followed.events.map(({ type }) => type)).toContain('run');
    expect(shownBy(followed)).toBe('Running');
    followed.close();
  });

  it('come once more to who missed them, and to two readers of one watch', async () => {
    await createRun('third');
    await until(() => front.open() === 0);
    const first = await followEvents(wizard, 'run:third,migrations');
    await until(() => first.events.length === 2);
    await until(() => front.open() === 5);
    const second = await followEvents(wizard, 'run:third');
    await until(() => second.events.length === 1);
    await sleep(500);
    expect(front.open()).toBe(5);
    first.close();
    await setReason('pipelineruns/third', 'Running');
    await until(() => shownBy(second) === 'Running');
    const again = await followEvents(wizard, 'run:third,migrations', first.events.at(-1)?.id);
    await until(() => again.events.length > 0);
    await sleep(500);
    expect(again.events.map(({ type }) => type)).toEqual(['run']);
    expect(shownBy(again)).toBe('Running');
    again.close();
    second.close();
    await until(() => front.open() === 0, 20_000);
    expect(front.open()).toBe(0);
  });

  it('end with a run that is deleted', async () => {
    await createRun('fourth');
    const followed = await followEvents(wizard, 'run:fourth');
    await until(() => followed.events.length > 0);
    await cluster.cluster.request({ method: 'DELETE', path: `${tekton}/pipelineruns/fourth` });
    await until(() => followed.events.length > 1);
    expect(followed.events.map(({ type }) => type)).toEqual(['run', 'gone']);
    followed.close();
  });
});
