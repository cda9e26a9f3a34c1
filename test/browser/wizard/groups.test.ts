import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkPage, openPage, startBrowser } from '../../builders/browser.ts';
import { createConsoleGroup, endRun, serveClusterTasks } from '../../builders/console-group.ts';
import { serveTektonKinds } from '../../builders/tekton-kinds.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardProcess } from '../../builders/wizard.ts';

let cluster: TestCluster;
let browser: Browser;
let wizard: WizardProcess;
let page: Page;
let check: (name: string) => Promise<void>;

beforeAll(async () => {
  [cluster, browser] = await Promise.all([startTestCluster(), startBrowser()]);
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'diary-wizard' } });
  await serveTektonKinds(cluster);
  await createConsoleGroup(cluster);
  wizard = await startWizardProcess([`--kubeconfig=${cluster.server.kubeconfigPath}`, '--namespace=diary-wizard']);
  const origin = `http://127.0.0.1:${String(wizard.port)}`;
  const watched = await openPage(browser, `${origin}/#secret=${wizard.secret}`);
  page = watched.page;
  check = (name) => checkPage(watched, { name: `wizard-group-${name}`, origin });
  // A page that is left before the answer to its login has used its link for nothing.
  await link('diary-group').waitFor();
});

afterAll(async () => {
  await browser.close();
  await wizard.stop();
  await cluster.stop();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const link = (name: string) => page.getByRole('link', { name, exact: true });

async function openList(): Promise<void> {
  await page.goto(`http://127.0.0.1:${String(wizard.port)}/`);
  await link('diary-group').waitFor();
}

describe('a group of the wizard of the OpenShift console', () => {
  it('can only be carried over, or deleted, where no ClusterTasks are', async () => {
    await openList();
    await page.getByRole('row', { name: 'diary-group' }).getByText('OpenShift console').waitFor();
    await check('list');
    await link('diary-group').click();
    await link('Carry over into a new migration').waitFor();
    expect(await button('Copy volumes').count()).toBe(0);
    await check('no-cluster-tasks');
    await link('Carry over into a new migration').click();
    await page.getByRole('heading', { level: 1, name: 'Move an application' }).waitFor();
    expect(await page.locator('#name').inputValue()).toBe('diary-group-2');
  });
});

describe('a group where ClusterTasks are', () => {
  beforeAll(() => serveClusterTasks(cluster));

  it('is staged, followed, asked about before its cutover, and deleted', async () => {
    await openList();
    await link('diary-group').click();
    await button('Copy volumes').waitFor({ timeout: 50_000 });
    await button('Copy volumes').click();
    await page.getByRole('heading', { level: 1, name: /^diary-group-stage-/ }).waitFor();
    const run = await page.getByRole('heading', { level: 1 }).innerText();
    await endRun(cluster, run, 'Unknown');
    await page.getByText('Running', { exact: true }).first().waitFor();
    await check('run');
    await endRun(cluster, run, 'True');
    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    await link('diary-group').click();
    await button('Cut over').click();
    await page.getByText('The last copy of the volumes is younger than 24 hours.').waitFor();
    await page.getByText('The workloads of namespace diary at the source are scaled to zero.').waitFor();
    await check('cutover');
    await page.keyboard.press('Escape');
    await button('Delete').click();
    await page.getByRole('textbox', { name: 'Type diary-group to confirm' }).fill('diary-group');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { level: 2, name: 'No migration yet' }).waitFor();
  });
});
