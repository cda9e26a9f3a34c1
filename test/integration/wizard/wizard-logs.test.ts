import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as openRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ProgressRow } from '../../../src/wizard/api/progress.ts';
import { piecesShown, stringsOf } from '../../builders/planted-secret.ts';
import { itemLine, progressLine, writeLines, type AskedLog } from '../../builders/step-log.ts';
import { createRun, createTaskRun } from '../../builders/tekton-runs.ts';
import type { TestCluster } from '../../builders/test-cluster.ts';
import { followEvents, type FollowedEvents } from '../../builders/wizard-events.ts';
import type { WizardProcess } from '../../builders/wizard.ts';
import type { WatchFront } from '../../fakes/watch-front.ts';
import { startWatchedWizard, type WatchedWizard } from '../../fakes/watched-wizard.ts';

const running = { conditions: [{ type: 'Succeeded', status: 'Unknown', reason: 'Running' }] };
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

async function until(isTrue: () => boolean, limit = 60_000): Promise<void> {
  for (const end = Date.now() + limit; Date.now() < end && !isTrue(); ) await sleep(20);
}

/** What a page shows after all events. */
function rowsOf({ events }: FollowedEvents): readonly ProgressRow[] {
  const rows = new Map<string, ProgressRow>();
  for (const { data } of events) {
    if (data.type !== 'progress') continue;
    if (data.isFirst) rows.clear();
    for (const row of data.rows) rows.set(`${row.id} ${row.task}`, row);
  }
  return [...rows.values()];
}

const image = (id: string) => ({ task: 'crane-image-sync', kind: 'image', id });

describe('the progress of a run', () => {
  it('is read from its logs, each line once, over a connection that breaks', async () => {
    await createRun(cluster, {
      name: 'copy',
      labels: { 'crane-tasks.dev/migration': 'shop', 'crane-tasks.dev/action': 'images' },
      status: running,
    });
    const plan = {
      images: { images: [{ destination: 'r/shop/later', tags: ['1'] }] },
      claims: [{ name: 'data' }],
      runs: [],
    };
    await cluster.create('/api/v1/namespaces/migrations/configmaps', {
      metadata: { name: 'migration-shop', labels: { 'crane-tasks.dev/migration': 'shop' } },
      data: { 'plan.json': JSON.stringify(plan) },
    });
    await createTaskRun(cluster, { run: 'copy', task: 'image-sync', pod: 'copy-pod' });
    const lines = [
      progressLine(0, { ...image('r/shop/web:1'), done: 0, total: 1, bytes: 0, totalBytes: 7 }),
      itemLine({ ...image('r/shop/web:1'), outcome: 'done', reason: 'copied' }),
      itemLine({ ...image('r/shop/db:1'), outcome: 'failed', reason: 'not-found' }),
    ];
    const asked: AskedLog[] = [];
    front.logs.set('copy-pod', (log) => {
      asked.push(log);
      writeLines(log, lines);
      if (asked.length === 1) setTimeout(() => log.answer.destroy(), 100);
    });
    const followed = await followEvents(wizard, 'progress:copy');
    await until(() => rowsOf(followed).length === 3 && asked.length === 2);
    const states = rowsOf(followed).map(({ id, state }) => `${id} ${state}`);
    expect(states.toSorted()).toEqual(['r/shop/db:1 failed', 'r/shop/later:1 queued', 'r/shop/web:1 copied']);
    expect(asked[1]?.query.get('sinceTime')).toContain('2026-01-01T00:00:00.002');
    const changes = followed.events.flatMap(({ data }) => (data.type === 'progress' ? data.rows : []));
    await sleep(1000);
    expect(followed.events.flatMap(({ data }) => (data.type === 'progress' ? data.rows : [])).length).toBe(
      changes.length,
    );

    const again = await followEvents(wizard, 'progress:copy', followed.events.at(-1)?.id);
    writeLines(asked[1] ?? fail(), [itemLine({ ...image('r/shop/later:1'), outcome: 'done', reason: 'present' })], 10);
    await until(() => again.events.length > 0);
    expect(again.events.map(({ data }) => data)).toMatchObject([
      {
        type: 'progress',
        isFirst: false,
        rows: [{ id: 'r/shop/later:1', state: 'present' }],
        counts: { image: { all: 3, ended: 3, failed: 1 } },
      },
    ]);
    followed.close();
    again.close();
  });
});

describe('a login of the session that a run or a log quotes', () => {
  it('is in no event, in no form and in no piece', async () => {
    const { token } = scene;
    const quotes = [token, Buffer.from(`user:${token}`).toString('base64'), encodeURIComponent(token)];
    const message = `denied: ${quotes.join(' ')}`;
    const status = { conditions: [{ type: 'Succeeded', status: 'Unknown', reason: 'Running', message }] };
    await createRun(cluster, { name: 'quotes', labels: { 'crane-tasks.dev/migration': 'shop' }, status });
    await createTaskRun(cluster, { run: 'quotes', task: 'image-sync', pod: 'quotes-pod' });
    front.logs.set('quotes-pod', (log) =>
      writeLines(log, [
        itemLine({ ...image(`r/shop/${token}:1`), outcome: 'failed', reason: 'not-found' }, message),
        ...quotes.map((quote) => `${'x '.repeat(90)}${quote}`),
      ]),
    );
    const followed = await followEvents(wizard, 'migrations,run:quotes,progress:quotes');
    const shown = () => followed.events.map(({ data }) => data);
    await until(() =>
      shown().some((data) => data.type === 'progress' && data.tasks.some(({ text }) => /^x/.test(text))),
    );
    await until(() => shown().some((data) => data.type === 'run' && data.run.message.startsWith('denied')));
    expect(piecesShown(token, shown().flatMap(stringsOf))).toEqual([]);
    followed.close();
  });
});

function fail(): never {
  throw new Error('the log was not asked for again');
}

describe('a log of 100,000 lines', () => {
  const line = 'x'.repeat(500);
  const bytes = 100_000 * (line.length + 1);

  it('is held back while a client does not read, in less than 100 MiB', async () => {
    await createRun(cluster, { name: 'long', status: running });
    await createTaskRun(cluster, { run: 'long', task: 'export', pod: 'long-pod' });
    let sent = 0;
    front.logs.set('long-pod', ({ answer }) => {
      void (async () => {
        const chunk = `${line}\n`.repeat(100);
        while (sent < bytes && !answer.destroyed) {
          sent += chunk.length;
          if (!answer.write(chunk)) await Promise.race([once(answer, 'drain'), once(answer, 'close')]);
        }
        answer.end();
      })();
    });
    const before = await memoryOf(wizard.pid);
    const request = openRequest({
      host: '127.0.0.1',
      port: wizard.port,
      path: '/api/v1/runs/long/tasks/export/log?follow=true',
      headers: { cookie: wizard.cookie() },
      agent: false,
    });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.pause();
    await sleep(3000);
    expect(sent).toBeLessThan(bytes / 2);
    let received = 0;
    let most = 0;
    for await (const chunk of response) {
      received += (chunk as Buffer).length;
      most = Math.max(most, (await memoryOf(wizard.pid)) - before);
    }
    expect(received).toBe(bytes);
    expect(most).toBeLessThan(100 * 1024);
  });
});

/** Resident memory of a process in KiB. @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}
