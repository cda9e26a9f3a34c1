import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { itemLog, printedLog } from '../../builders/after-scene.ts';
import { checkPage, findViolations, openPage, startBrowser } from '../../builders/browser.ts';
import { inGerman, markedTexts } from '../../builders/in-german.ts';
import { startWizardScene, type WizardScene } from '../../builders/started-wizard.ts';
import { startWizardProcess } from '../../builders/wizard.ts';

const done = { condition: ['True', 'Succeeded'] } as const;
const web = 'apps/v1 Deployment shop-new/web';

let all: WizardScene;
let browser: Browser;

beforeAll(async () => {
  [all, browser] = await Promise.all([startWizardScene(['lost', 'staged', 'watched']), startBrowser()]);
  await failAfterApply('lost');
  const stage = { name: 'staged-stage-1', migration: 'staged', action: 'stage', ...done };
  await all.scene.addRun(stage);
  const results = { 'copied-bytes': '1288490189' };
  await all.scene.addTask(stage, { task: 'volumes', taskRef: 'crane-transfer-pvc', ...done, results });
});

afterAll(async () => {
  await browser.close();
  await all.stop();
});

/** A cutover whose verification found a difference. */
async function failAfterApply(migration: string): Promise<void> {
  const condition = ['False', 'Failed', 'Tasks Completed: 9 (Failed: 1)'] as const;
  const run = { name: `${migration}-cutover-1`, migration, action: 'cutover', condition };
  const items = [{ id: web, outcome: 'failed', reason: 'not-ready', message: 'it is not ready' }];
  const counts = { planned: 1, done: 0, skipped: 0, failed: 1 };
  const report = {
    task: 'crane-verify',
    status: 'incomplete',
    message: '1 not ready',
    remedy: 'Look at its pods.',
    counts,
    items,
  };
  const { log, digest } = printedLog('verify/reports/crane-verify.json', report);
  const { scene } = all;
  await scene.addRun(run);
  await scene.addTask(run, { task: 'quiesce', taskRef: 'kubectl-scale-down', ...done });
  await scene.addTask(run, { task: 'apply-to-cluster', taskRef: 'kubectl-apply-kustomize', ...done });
  const results = { 'report-digest': digest };
  await scene.addTask(run, { task: 'verify', taskRef: 'crane-verify', condition, exitCode: 4, results });
  await scene.addTask(run, { task: 'restore-scale', taskRef: 'crane-restore-scale', ...done });
  await scene.addTask(run, { task: 'summary', taskRef: 'crane-summary', ...done, log });
}

interface Opened {
  readonly page: Page;
  /** Proves that the page did nothing wrong so far, in both themes, and takes pictures. */
  readonly check: (name: string) => Promise<void>;
}

async function open(path: string): Promise<Opened> {
  const origin = `http://127.0.0.1:${String(all.wizard.port)}`;
  const watched = await openPage(browser, `${origin}${path}`, { cookie: all.wizard.cookie() });
  const { page } = watched;
  // Menus fade in otherwise, and what is half there has no contrast.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const check = (part: string): Promise<void> => checkPage(watched, { name: `wizard-after-${part}`, origin });
  return { page, check };
}

/** Ends the TaskRun that the page has started, as Tekton would. */
async function endTakeBack(migration: string, results: Readonly<Record<string, string>>, log: string): Promise<void> {
  const { json } = await all.ask('GET', `/migrations/${migration}/take-back`);
  const condition = ['False', 'Failed'] as const;
  await all.scene.endTask(stringAt(json, 'task', 'name') ?? '', { condition, exitCode: 4, results, log });
}

describe('a run that fails while its page is open', () => {
  it('shows what to do, and its tabs whole', async () => {
    const run = {
      name: 'watched-app-1',
      migration: 'watched',
      action: 'app',
      condition: ['Unknown', 'Running'],
    } as const;
    await all.scene.addRun(run);
    const { page } = await open('/runs/watched-app-1');
    await page.getByRole('button', { name: 'Cancel the run' }).waitFor();
    const condition = ['False', 'Failed', 'Tasks Completed: 1 (Failed: 1)'] as const;
    await all.scene.addTask(run, { task: 'export', taskRef: 'crane-export-plan', condition, exitCode: 3 });
    await all.scene.endRun('watched-app-1', condition);
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    const [tabs, tab] = await Promise.all(
      [page.locator('.pf-v6-c-tabs').first(), page.getByRole('tab', { name: 'Tasks' })].map((each) =>
        each.boundingBox(),
      ),
    );
    expect(tabs?.height).toBeGreaterThanOrEqual(tab?.height ?? Infinity);
    await page.close();
  });
});

describe('after the creation', () => {
  it('shows what failed, its report, and takes the move back', async () => {
    const { page, check } = await open('/runs/lost-cutover-1');
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    await page.getByText('1 not ready').first().waitFor();
    await page.getByRole('grid', { name: 'Report of crane-verify' }).waitFor();
    expect(await button('Retry').getAttribute('aria-disabled')).toBe('true');
    expect(await button('Take back').getAttribute('class')).toContain('pf-m-primary');
    await check('failure');
    await inGerman(page, async () => {
      await page.getByText('Die Arbeit konnte nicht vollständig getan werden.').first().waitFor();
      const table = page.getByRole('grid', { name: 'Bericht von crane-verify' });
      await table.getByText('Der Workload ist nicht bereit.').waitFor();
      const said = ['1 not ready. Look at its pods.', 'it is not ready.'];
      expect(await markedTexts(page)).toEqual(expect.arrayContaining(said));
      await check('failure-german');
    });

    await button('Take back').click();
    await page.getByRole('heading', { level: 1, name: 'Take back lost' }).waitFor();
    await button('Make the list').click();
    await page.getByText('The list is being made').waitFor();
    await check('listing');
    const log = itemLog([
      ['v1 ConfigMap shop-new/settings', 'done', 'would-delete'],
      [web, 'failed', 'changed-since', 'it was scaled'],
      ['v1 PersistentVolumeClaim shop-new/data', 'skipped', 'kept', 'it holds data'],
    ]);
    await endTakeBack('lost', { status: 'incomplete', 'kept-count': '1', 'failed-count': '1' }, log);
    await page.getByRole('checkbox', { name: 'Delete Deployment.apps/web although it changed' }).check();
    await check('list');
    await button('Take back').click();
    await page.getByRole('textbox', { name: 'Type lost to confirm' }).fill('lost');
    await check('confirm');
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Objects are being deleted.').waitFor();
    const { json } = await all.ask('GET', '/migrations/lost/take-back');
    const path = `/apis/tekton.dev/v1/namespaces/migrations/taskruns/${stringAt(json, 'task', 'name') ?? ''}`;
    const params = arrayAt(await all.cluster.cluster.request({ path }), 'spec', 'params');
    expect(params).toContainEqual({ name: 'allow-changed', value: 'Deployment.apps/web' });
    expect(params).toContainEqual({ name: 'dry-run', value: 'false' });
    await page.close();
  });

  it('shows one migration and the list, and asks before a cutover', async () => {
    const { page, check } = await open('/');
    await page.getByRole('textbox', { name: 'Filter by name' }).fill('stag');
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    const menu = page.getByRole('button', { name: 'More actions for staged' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).waitFor();
    await check('row-menu');
    expect(await page.evaluate(cutItems)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    await page.getByRole('textbox', { name: 'Type staged to confirm' }).waitFor();
    await check('delete');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('[aria-label="More actions for staged"]:focus').count()).toBe(1);

    await page.getByRole('link', { name: 'staged', exact: true }).click();
    await page.getByText(/^The last copy of the volumes took .* It copied 1\.2 GiB\.$/).waitFor();
    for (const tab of ['Runs', 'Images', 'Volumes', 'Objects', 'Logins', 'YAML', 'Overview']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('heading', { level: 2, name: tab }).waitFor();
      if (tab === 'YAML') await page.getByText('kind: ConfigMap').waitFor();
      await check(`tab-${tab.toLowerCase()}`);
    }
    const cutOver = page.getByRole('button', { name: 'Cut over' });
    await cutOver.click();
    await page.getByText('The last copy of the volumes is younger than 24 hours.').waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Cut over' }).isDisabled()).toBe(true);
    await check('cutover');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('button:focus', { hasText: 'Cut over' }).count()).toBe(1);
    await page.close();
  });

  it('renews a login', async () => {
    const { page } = await open('/migrations/staged?tab=credentials');
    await page.getByRole('button', { name: 'New token for the account at the source' }).click();
    await page.getByText('The login is renewed').waitFor();
    await page.close();
  });

  it('says which rule a user lacks, and why the button is disabled', async () => {
    const rules = [{ apiGroups: ['', 'tekton.dev'], resources: ['*'], verbs: ['get', 'list'] }];
    const token = await all.cluster.makeAccount('migrations', 'viewer', rules);
    const kubeconfig = await all.cluster.writeKubeconfig('viewer', { token });
    const wizard = await startWizardProcess([`--kubeconfig=${kubeconfig}`, '--namespace=migrations']);
    const origin = `http://127.0.0.1:${String(wizard.port)}`;
    const { page, complaints } = await openPage(browser, `${origin}/#secret=${wizard.secret}`);
    await page.getByRole('link', { name: 'staged', exact: true }).click();
    await page.getByText('resources: ["pipelineruns"]').waitFor();
    const cutOver = page.getByRole('button', { name: 'Cut over' });
    expect(await cutOver.getAttribute('aria-disabled')).toBe('true');
    const why = await cutOver.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${why ?? ''}"]`).textContent()).toContain('may not create PipelineRuns');
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
    await wizard.stop();
  });
});

describe('new answers', () => {
  it('takes new answers for a migration, and shows them in words before', async () => {
    const { page, check } = await open('/migrations/staged');
    await page.getByRole('button', { name: 'More actions for staged' }).click();
    await page.getByRole('menuitem', { name: 'Change the answers' }).click();
    await page.getByRole('heading', { level: 1, name: 'Change the answers of staged' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name of the migration' }).getAttribute('readonly')).not.toBeNull();
    const next = (): Promise<void> => page.getByRole('button', { name: 'Next', exact: true }).click();
    await next();
    for (const side of ['source', 'destination']) {
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.locator(`#${side}-namespace`).waitFor();
      expect(await page.locator(`#${side}-namespace`).inputValue()).toBe(side === 'source' ? 'shop' : 'shop-new');
      await next();
    }
    await page.locator('#object-search').waitFor();
    await next();
    await page.locator('#copy-images').waitFor();
    await next();
    const size = '2Gi';
    const input = page.getByRole('textbox', { name: 'Size: data' });
    await input.fill('1Mi');
    await inGerman(page, async () => {
      await page.getByText('Die Größe ist ungültig oder kleiner als an der Quelle.').waitFor();
      expect((await markedTexts(page)).join()).toContain('1Mi');
      await check('answer-german');
    });
    await input.fill(size);
    await page.getByRole('button', { name: 'Skip to review' }).click();
    const row = page.getByRole('row', { name: /Size: data/ });
    await row.getByText(size).waitFor();
    await page.getByRole('row', { name: /What is moved The application/ }).waitFor();
    await page.getByRole('row', { name: /Login at the source Create an account/ }).waitFor();
    expect(await page.getByRole('grid', { name: 'Answers' }).innerText()).not.toMatch(
      /settings\.|credentials\.|true|false/,
    );
    await check('change');
    await page.getByRole('button', { name: 'Save the answers' }).click();
    await page.getByRole('heading', { level: 1, name: 'staged', exact: true }).waitFor();
    expect(stringAt((await all.ask('GET', '/migrations/staged')).json, 'answers')).toContain(size);
    await page.close();
  });
});

/** Items of a menu that are cut, or not where the user can click on them. */
const cutItems = `[...document.querySelectorAll('[role=menuitem]')]
  .filter((each) => {
    each.scrollIntoView({ block: 'nearest' });
    const { left, top, width, height } = each.getBoundingClientRect();
    const text = each.querySelector('.pf-v6-c-menu__item-text');
    return text.scrollWidth > text.clientWidth + 1 || !each.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  })
  .map((each) => each.textContent)`;
