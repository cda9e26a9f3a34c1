import { gzipSync } from 'node:zlib';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findViolations } from '../../builders/browser.ts';
import { writeLines } from '../../builders/step-log.ts';
import { createRun, createTaskRun, setStatus, setTaskRun } from '../../builders/tekton-runs.ts';
import type { TestCluster } from '../../builders/test-cluster.ts';
import type { PageFront } from '../../fakes/page-front.ts';
import { createLiveRun, running, startRunScene, type RunScene } from '../../fakes/run-scene.ts';
import type { WatchFront } from '../../fakes/watch-front.ts';

let scene: RunScene;
let cluster: TestCluster;
let front: WatchFront;
let pageFront: PageFront;
let page: Page;
let show: RunScene['show'];
let check: RunScene['check'];

beforeAll(async () => {
  scene = await startRunScene();
  ({ cluster, front, pageFront, page, show, check } = scene);
});

afterAll(() => scene.stop());

const openTab = (name: RegExp): Promise<void> => page.getByRole('tab', { name }).click();

describe('a run that goes on', () => {
  it('shows images, claims and objects as the logs report them', async () => {
    const endCopy = await createLiveRun(scene);
    await show('/runs/live');
    await page.getByRole('tab', { name: /Objects \(5000\/5000\)/ }).waitFor();
    await page.getByText('4999 done, 1 failed').waitFor();
    await page.getByText('shop/data: 25 %').waitFor();
    await page.getByRole('status').filter({ hasText: 'The run: Running.' }).waitFor();
    const link = page.getByRole('link', { name: 'Open the PipelineRun in a new tab' });
    const address = 'https://tekton.example.com/#/namespaces/migrations/pipelineruns/live';
    expect(await link.getAttribute('href')).toBe(address);
    await check('tasks');
    await openTab(/Images/);
    await page.getByText('r.example/shop/web:1', { exact: true }).waitFor();
    const rows = await page.getByRole('row').allInnerTexts();
    expect(rows[1]).toContain('<img src=x onerror=alert(1)>:1');
    expect(rows.slice(1).map((row) => /Failed|Copying|Copied/.exec(row)?.[0])).toEqual(['Failed', 'Copying', 'Copied']);
    await check('images');
    await openTab(/Volumes/);
    await page.getByText('30 s', { exact: true }).waitFor();
    await check('claims');
    endCopy();
    await page.getByText('Done', { exact: true }).waitFor();
    await openTab(/Objects/);
    await page.getByText('settings-4321').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBeLessThanOrEqual(60);
    await page.getByRole('textbox', { name: 'Search in Objects' }).fill('settings-4999');
    await page.getByText('settings-4999').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await check('objects');
  });

  it('draws the graph only when it is shown, within the budgets', async () => {
    await show('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const entry = await loaded();
    await show('/runs/live');
    await openTab(/Tasks/);
    await page.getByRole('button', { name: 'Show the log of export' }).waitFor();
    const before = await loaded();
    await openTab(/Graph/);
    await page.locator('.wizard-graph [data-kind=node]').first().waitFor();
    const after = await loaded();
    const graph = after.js + after.css - before.js - before.css;
    expect(entry.js).toBeLessThanOrEqual(230 * 1024);
    expect(entry.css).toBeLessThanOrEqual(110 * 1024);
    expect(before.js).toBeGreaterThan(entry.js);
    expect(graph).toBeGreaterThan(0);
    expect(graph).toBeLessThanOrEqual(140 * 1024);
    const texts = await page.locator('.wizard-graph [data-kind=node]').allTextContents();
    expect(texts.join(' ')).toMatch(/export\s*Succeeded/);
    expect(texts.join(' ')).toMatch(/apply\s*Pending/);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Move left' }).click();
    await page.getByRole('button', { name: 'Show the whole graph' }).click();
    await check('graph');
  });
});

/** Bytes of the scripts and styles of the page so far, with gzip. */
async function loaded(): Promise<Record<'js' | 'css', number>> {
  const names = await page.evaluate<readonly string[]>(
    'performance.getEntriesByType("resource").map(({ name }) => name)',
  );
  const sizes = { js: 0, css: 0 };
  for (const name of new Set(names)) {
    const kind = /\/assets\/.*\.(js|css)$/.exec(name)?.[1] as 'js' | 'css' | undefined;
    if (kind === undefined) continue;
    const { body } = await page.evaluate<{ body: string }>(
      `fetch(${JSON.stringify(name)}).then(async (r) => ({ body: await r.text() }))`,
    );
    sizes[kind] += gzipSync(body).length;
  }
  return sizes;
}

describe('a log', () => {
  it('is followed, paused, searched and linked to', async () => {
    await createRun(cluster, { name: 'logs', status: running });
    await createTaskRun(cluster, { run: 'logs', task: 'export', pod: 'logs-export' });
    const answers: { more: (lines: readonly string[]) => void }[] = [];
    front.logs.set('logs-export', (asked) => {
      const lines = Array.from({ length: 100_000 }, (_, index) =>
        index % 2 === 0
          ? JSON.stringify({ time: 'x', level: 'info', message: `message ${String(index + 1)} of many` })
          : `plain ${String(index + 1)} of many`,
      );
      writeLines(asked, lines);
      answers.push({ more: (more) => writeLines(asked, more, 200_000) });
    });
    await show('/runs/logs');
    await page.getByRole('button', { name: 'Show the log of export' }).click();
    await page.getByText('Lines: 100000. The end is followed.').waitFor();
    const log = page.getByRole('log');
    await log.getByText('plain 100000 of many').waitFor();
    expect(await log.getByRole('listitem').count()).toBeLessThan(100);
    await check('log');
    for (const { more } of answers) more(['one more']);
    await log.getByText('one more').waitFor();
    await log.hover();
    await page.mouse.wheel(0, -3000);
    await page.getByText('Lines: 100001. Paused').waitFor();
    for (const { more } of answers) more(['and another']);
    await page.getByText('Lines: 100002. Paused').waitFor();
    expect(await log.getByText('and another').count()).toBe(0);
    await log.focus();
    await page.keyboard.press('End');
    await log.getByText('and another').waitFor();
    await page.getByText('Lines: 100002. The end is followed.').waitFor();

    const times: number[] = [];
    // The fastest one: other programs of the computer take their time too.
    for (const number of [11_111, 55_555, 77_777]) times.push(await page.evaluate<number>(searchFor(number)));
    await log.getByText('message 77777 of many').waitFor();
    await page.getByText('1 / 1').waitFor();
    expect(Math.min(...times)).toBeLessThan(300);
    await log.getByRole('link', { name: 'Link to line 77777' }).click();
    await page.waitForURL(/line=77777/);
    await log.getByText('message 77777 of many').waitFor();
    await page.getByText('Lines: 100002. Paused').waitFor();
    await page.getByRole('checkbox', { name: 'Wrap lines' }).uncheck();
    await page.reload();
    expect(await page.getByRole('checkbox', { name: 'Wrap lines' }).isChecked()).toBe(false);
    await page.getByRole('checkbox', { name: 'Wrap lines' }).check();
  });

  it('is shown as text, whatever it holds', async () => {
    await createRun(cluster, { name: 'hostile', status: running });
    await createTaskRun(cluster, {
      run: 'hostile',
      task: 'export',
      pod: 'hostile-export',
      reason: '<script>alert(1)</script>',
    });
    front.logs.set('hostile-export', (asked) => {
      const lines = [
        '<img src=x onerror=alert(1)>',
        '\u001b[31mred\u001b[0m \u001b[2Jcleared',
        'abc\u202egnp.exe',
        'x'.repeat(2_000_000),
        'the end',
      ];
      writeLines(asked, lines);
      asked.answer.end();
    });
    await show('/runs/hostile?task=export');
    const log = page.getByRole('log');
    await page.getByText('Lines: 5. The log has ended.').waitFor();
    const text = await log.innerText();
    expect(text).toContain('<img src=x onerror=alert(1)>');
    expect(text).toContain('red \\u001b[2Jcleared');
    expect(text).toContain('abc\\u202egnp.exe');
    expect(text).toContain('(1996000 more characters');
    expect(text).toContain('the end');
    await check('hostile');
  });
});

/** Milliseconds from the input of a search until the page is drawn. */
const searchFor = (number: number): string => `new Promise((resolve) => {
  const input = document.querySelector('input[aria-label="Search in the log"]');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const since = performance.now();
  set.call(input, 'message ${String(number)} of');
  input.dispatchEvent(new Event('input', { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - since)));
})`;

describe('a run with gaps', () => {
  it('is shown, and the page says what is missing', async () => {
    await createRun(cluster, { name: 'bare' });
    await show('/runs/bare');
    await page.getByText('It has no state yet').waitFor();
    await createTaskRun(cluster, { run: 'bare', task: 'export' });
    await page.getByRole('button', { name: 'Show the log of export' }).click();
    await page.getByText('There is no log yet').waitFor();
    await setTaskRun(cluster, { run: 'bare', task: 'export', hasEnded: true, status: 'False', reason: 'Failed' });
    await setStatus(cluster, 'taskruns/bare-export', { completionTime: new Date().toISOString() });
    await page.getByText('The pod of this task is gone').waitFor();
    await check('gaps');
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByText('Der Pod dieser Aufgabe ist gelöscht').waitFor();
    await check('german');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('The pod of this task is gone').waitFor();
  });
});

describe('the events', () => {
  it('come over one stream for two tabs, and over the other one when a tab is closed', async () => {
    await createRun(cluster, { name: 'two-tabs', status: running });
    await show('/runs/two-tabs');
    await page.getByText('Running', { exact: true }).first().waitFor();
    const other = await page.context().newPage();
    await other.goto(`http://127.0.0.1:${String(pageFront.port)}/runs/two-tabs`);
    await other.getByText('Running', { exact: true }).first().waitFor();
    await expect.poll(() => pageFront.streams(), { timeout: 20_000 }).toBe(1);
    await setStatus(cluster, 'pipelineruns/two-tabs', {
      conditions: [{ type: 'Succeeded', status: 'False', reason: 'Failed' }],
    });
    await Promise.all([page, other].map((each) => each.getByText('Failed', { exact: true }).first().waitFor()));
    await page.goto('about:blank');
    await setStatus(cluster, 'pipelineruns/two-tabs', {
      conditions: [{ type: 'Succeeded', status: 'True', reason: 'Succeeded' }],
    });
    await other.getByText('Succeeded', { exact: true }).first().waitFor();
    await expect.poll(() => pageFront.streams(), { timeout: 20_000 }).toBe(1);
    await other.close();
  });

  it('stop while the server is gone, and the page catches up', async () => {
    await createRun(cluster, { name: 'away', status: running });
    await show('/runs/away');
    await page.getByText('Running', { exact: true }).first().waitFor();
    await expect.poll(() => pageFront.streams(), { timeout: 20_000 }).toBe(1);
    pageFront.setDown(true);
    await page.getByText('The server does not answer').waitFor();
    await page.getByText('Running', { exact: true }).first().waitFor();
    scene.forgive();
    await setStatus(cluster, 'pipelineruns/away', {
      conditions: [{ type: 'Succeeded', status: 'True', reason: 'Succeeded' }],
    });
    pageFront.setDown(false);
    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    await page.getByText('The server does not answer').waitFor({ state: 'detached' });
  });

  it('do not return while a form is filled in, which keeps its input', async () => {
    await show('/move');
    await page.getByRole('textbox', { name: 'Name of the migration' }).fill('kept');
    await expect.poll(() => pageFront.streams(), { timeout: 20_000 }).toBe(1);
    pageFront.setDown(true);
    await page.getByText('The server does not answer').waitFor();
    expect(await page.getByRole('textbox', { name: 'Name of the migration' }).inputValue()).toBe('kept');
    expect(await findViolations(page)).toEqual([]);
    pageFront.setDown(false);
    await page.getByText('The server does not answer').waitFor({ state: 'detached' });
    expect(await page.getByRole('textbox', { name: 'Name of the migration' }).inputValue()).toBe('kept');
  });
});
