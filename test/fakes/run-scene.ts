import type { Page } from 'playwright-core';

import { checkPage, openPage, startBrowser } from '../builders/browser.ts';
import { itemLine, progressLine, writeLines } from '../builders/step-log.ts';
import { createRun, createTaskRun } from '../builders/tekton-runs.ts';
import type { TestCluster } from '../builders/test-cluster.ts';
import { startPageFront, type PageFront } from './page-front.ts';
import type { WatchFront } from './watch-front.ts';
import { startWatchedWizard } from './watched-wizard.ts';

/** A wizard whose cluster has no nodes: the logs come from `front`. */
export interface RunScene {
  readonly cluster: TestCluster;
  readonly front: WatchFront;
  readonly pageFront: PageFront;
  readonly page: Page;
  readonly show: (path: string) => Promise<unknown>;
  /** Proves that the page did nothing wrong, in light and dark, and takes pictures. */
  readonly check: (name: string) => Promise<void>;
  /** Forgets what the console has. */
  readonly forgive: () => void;
  readonly stop: () => Promise<void>;
}

export async function startRunScene(): Promise<RunScene> {
  const [watched, browser] = await Promise.all([startWatchedWizard(), startBrowser()]);
  const { cluster, front, wizard } = watched;
  const pageFront = await startPageFront(wizard.port);
  const origin = `http://127.0.0.1:${String(pageFront.port)}`;
  const { page, requests, complaints } = await openPage(browser, `${origin}/#secret=${wizard.secret}`);
  await page.getByRole('button', { name: 'Move an application' }).waitFor();
  let forgiven = 0;
  return {
    cluster,
    front,
    pageFront,
    page,
    show: (path) => page.goto(`${origin}${path}`),
    check: (name) =>
      checkPage(
        { page, requests, complaints: complaints.slice(forgiven) },
        { name: `wizard-run-${name}`, origin, fullPage: false },
      ),
    forgive: () => {
      forgiven = complaints.length;
    },
    stop: async () => {
      await browser.close();
      await pageFront.stop();
      await watched.stop();
    },
  };
}

const pipelineSpec = {
  tasks: [
    { name: 'export' },
    { name: 'transfer', runAfter: ['export'] },
    { name: 'image-sync', runAfter: ['export'] },
    { name: 'apply', params: [{ name: 'a', value: '$(tasks.transfer.results.b) $(tasks.image-sync.results.c)' }] },
  ],
  finally: [{ name: 'summary' }],
};
export const running = { conditions: [{ type: 'Succeeded', status: 'Unknown', reason: 'Running' }], pipelineSpec };

const image = { task: 'crane-image-sync', kind: 'image' };
const claim = { task: 'crane-transfer-pvc', kind: 'claim', id: 'claim shop/data' };
const web = { ...image, id: 'r.example/shop/web:1' };

/** The run `live`: 5000 objects, three images, a claim. @returns ends the copy of the claim */
export async function createLiveRun({ cluster, front }: RunScene): Promise<() => void> {
  await createRun(cluster, { name: 'live', status: { ...running, startTime: new Date().toISOString() } });
  const ended = { hasEnded: true, status: 'True', reason: 'Succeeded' } as const;
  await createTaskRun(cluster, { run: 'live', task: 'export', pod: 'live-export', ...ended });
  await createTaskRun(cluster, { run: 'live', task: 'image-sync', pod: 'live-image-sync' });
  await createTaskRun(cluster, { run: 'live', task: 'transfer', pod: 'live-transfer' });
  front.logs.set('live-export', (asked) => {
    writeLines(
      asked,
      Array.from({ length: 5000 }, (_, index) => objectLine(index)),
    );
    asked.answer.end();
  });
  front.logs.set('live-image-sync', (asked) =>
    writeLines(asked, [
      progressLine(0, { ...web, done: 0, total: 1, bytes: 0, totalBytes: 5_000_000 }),
      progressLine(0, { ...image, id: 'r.example/shop/db:1', done: 0, total: 1, bytes: 0, totalBytes: 9_000_000 }),
      itemLine({ ...web, outcome: 'done', reason: 'copied' }, `copied web sha256:${'a'.repeat(64)} 5 MB in 1 s`),
      itemLine({ ...image, id: 'r.example/<img src=x onerror=alert(1)>:1', outcome: 'failed', reason: 'not-found' }),
    ]),
  );
  const more = Promise.withResolvers<undefined>();
  front.logs.set('live-transfer', (asked) => {
    writeLines(asked, [
      progressLine(0, { ...claim, done: 0, total: 100, bytes: 0 }, 'shop/data: 0 %'),
      progressLine(10, { ...claim, done: 25, total: 100, bytes: 1_000_000, rate: 100_000 }, 'shop/data: 25 %'),
    ]);
    void more.promise.then(() => {
      writeLines(asked, [itemLine({ ...claim, outcome: 'done', reason: 'transferred' })], 5000);
      asked.answer.end();
    });
  });
  return () => more.resolve(undefined);
}

function objectLine(index: number): string {
  const id = `v1 ConfigMap shop/settings-${String(index).padStart(4, '0')}`;
  const isFailed = index === 4321;
  const outcome = isFailed ? 'failed' : 'done';
  return itemLine({ task: 'crane-export', kind: 'object', id, outcome, reason: isFailed ? 'forbidden' : 'exported' });
}
