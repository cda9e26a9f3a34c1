import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { finishExport, startExport } from '../../../src/usecases/exports/export-run.ts';
import type { ExportStore } from '../../../src/usecases/exports/export-store.ts';
import { printedLog } from '../../builders/after-scene.ts';
import { checkPage, findViolations, openPage, startBrowser, takeScreenshot } from '../../builders/browser.ts';
import { clippedButtons, cutTitles, untranslated, widerThanWindow } from '../../builders/page-checks.ts';
import { anExport } from '../../builders/exports.ts';
import { startWizardScene, type WizardScene } from '../../builders/started-wizard.ts';
import { startWizardProcess } from '../../builders/wizard.ts';

let all: WizardScene;
let browser: Awaited<ReturnType<typeof startBrowser>>;
/** The cluster and the namespace in the address: a session may connect ten times a minute. */
let connected = '';
const succeeded = ['True', 'Succeeded'] as const;

beforeAll(async () => {
  [all, browser] = await Promise.all([startWizardScene([]), startBrowser()]);
  const { cluster } = all;
  for (const name of ['course', 'empty', 'epinio']) await cluster.create('/api/v1/namespaces', { metadata: { name } });
  for (const [name, annotations] of [
    ['lab', {}],
    ['exam', { 'crane-tasks.dev/export': 'false' }],
  ] as const) {
    const labels = { app: name };
    const containers = [{ name: 'main', image: 'registry.example.com/lab:1' }];
    await cluster.create('/apis/apps/v1/namespaces/course/deployments', {
      metadata: { name, annotations },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    });
  }
  await addExports();
  await cluster.create('/api/v1/namespaces/course/secrets', {
    metadata: {
      name: 'sh.helm.release.v1.web.v1',
      labels: { owner: 'helm', name: 'web', version: '1', status: 'deployed' },
    },
  });
  const auth = Buffer.from('user:canary').toString('base64');
  const secret = { '.dockerconfigjson': JSON.stringify({ auths: { 'registry.example.com': { auth } } }) };
  const labels = { 'epinio.io/api-export-registry': 'true' };
  const annotations = { 'epinio.io/registry-namespace': 'team' };
  const path = '/api/v1/namespaces/epinio/secrets';
  await cluster.create(path, { metadata: { name: 'partner', labels, annotations }, stringData: secret });
  const resources = { requests: { storage: '1Gi' } };
  await cluster.create('/api/v1/namespaces/migrations/persistentvolumeclaims', {
    metadata: { name: 'exports' },
    spec: { accessModes: ['ReadWriteOnce'], resources },
  });
});

afterAll(async () => {
  await browser.close();
  await all.stop();
});

/** One export in each state that a filter knows. */
async function addExports(): Promise<void> {
  const store: ExportStore = { cluster: all.cluster.cluster, namespace: 'course', owner: 'run', now: Date.now };
  for (const [id, name, change] of [
    ['ready1', 'week-3', { digest: `sha256:${'a'.repeat(64)}`, size: 734_003_200, isPublic: false }],
    ['begun1', 'week-4', undefined],
  ] as const) {
    const image = `registry.example.com/team/exports:${id}_${name}`;
    const begun = await startExport(store, anExport({ id, name, image }));
    if (change !== undefined) await finishExport(store, begun, change);
  }
  for (const [id, state] of [
    ['failed1', 'failed'],
    ['deleted1', 'deleted'],
  ] as const) {
    const entry = anExport({ id, name: id, state, message: state === 'failed' ? 'a secret was found' : '' });
    const record = { schemaVersion: 1, ...entry, namespace: undefined, isPublic: undefined, owner: 'run' };
    record.image = `registry.example.com/team/exports:${id}_x`;
    await all.cluster.create('/api/v1/namespaces/course/configmaps', {
      metadata: { name: `export-${id}`, labels: { 'crane-tasks.dev/export': id } },
      data: { 'export.json': JSON.stringify(record) },
    });
  }
}

interface Opened {
  readonly page: Page;
  readonly check: (part: string) => Promise<void>;
}

async function open(path: string, language = 'en'): Promise<Opened> {
  const origin = `http://127.0.0.1:${String(all.wizard.port)}`;
  const watched = await openPage(browser, `${origin}${path}`, { cookie: all.wizard.cookie(), language });
  const { page } = watched;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.locator('main h1').waitFor();
  const suffix = language === 'en' ? '' : `-${language}`;
  const check = (part: string): Promise<void> =>
    checkPage(watched, { name: `wizard-applications-${part}${suffix}`, origin });
  return { page, check };
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function choose(page: Page, namespace: string): Promise<void> {
  await button(page, 'Connect').click();
  await page.getByRole('combobox', { name: 'Namespace', exact: true }).fill(namespace);
  await button(page, 'Show').click();
}

/** Ends the run that lists what an image has, as Tekton would. */
async function endListing(): Promise<void> {
  const { json } = await all.ask('GET', '/applications/runs');
  const name = stringAt(arrayAt(json, 'runs')[0], 'name') ?? '';
  const items = [
    {
      id: 'repository registry.example.com/course',
      outcome: 'skipped',
      reason: 'public-repository',
      message: 'it does not exist yet',
    },
    {
      id: 'area library /app-library',
      outcome: 'skipped',
      reason: 'area-planned',
      message: 'the claim app-library is mounted there',
    },
    { id: 'variable TOKEN', outcome: 'skipped', reason: 'secret-source', message: 'Secret hub, key token' },
  ];
  const report = { schemaVersion: 1, task: 'app-containerize', status: 'succeeded', counts: { planned: 3 }, items };
  const { log, digest } = printedLog('containerize/reports/app-containerize.json', report);
  const scene = { name, migration: '', action: 'portable-image', condition: succeeded };
  const results = { 'report-digest': digest };
  await all.scene.addTask(scene, { task: 'containerize', taskRef: 'app-containerize', condition: succeeded, results });
  await all.scene.addTask(scene, { task: 'summary', taskRef: 'crane-summary', condition: succeeded, log });
  await all.scene.endRun(name, succeeded);
}

describe('portable images', () => {
  it('lists portable images, leaves out states and deletes one', async () => {
    const { page, check } = await open('/');
    await page.getByRole('link', { name: 'Applications', exact: true }).click();
    await page.getByText('Connect a cluster and give').waitFor();
    await check('none-chosen');
    await choose(page, 'empty');
    await page.getByText('left out by the filter').or(page.getByText('has no portable images')).waitFor();
    await page.getByRole('button', { name: 'Namespace of the application' }).click();
    await choose(page, 'course');
    await page.getByText('a secret was found').waitFor();
    await page.getByText('In progress').waitFor();
    await expect.poll(() => page.getByText('deleted1_x').count()).toBe(0);
    await check('exports');
    await page.getByRole('checkbox', { name: 'Show deleted ones' }).check();
    await page.getByText('deleted1_x').waitFor();
    await page.getByRole('checkbox', { name: 'Show failed ones' }).uncheck();
    await expect.poll(() => page.getByText('a secret was found').count()).toBe(0);
    const remove = button(page, 'Delete week-3');
    await remove.click();
    await page.getByRole('dialog').getByText('Copies that others have pulled remain').waitFor();
    await page.getByRole('button', { name: 'Objects as YAML' }).click();
    await page.getByText('exports-delete').first().waitFor();
    await check('delete');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('button:focus', { hasText: 'Delete week-3' }).count()).toBe(1);
    await remove.click();
    await page.getByRole('textbox', { name: 'Type week-3 to confirm' }).fill('week-3');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the image' }).click();
    await page.getByRole('heading', { level: 1, name: 'ready1-export-delete-' }).waitFor();
    await page.close();
  });

  it('makes an image after its content was listed', async () => {
    const { page, check } = await open('/applications?tab=image');
    await choose(page, 'course');
    await page.getByRole('radio', { name: 'deployment/exam' }).waitFor();
    connected = new URL(page.url()).search;
    expect(await page.getByRole('radio', { name: 'deployment/exam' }).isDisabled()).toBe(true);
    await page.getByRole('radio', { name: 'deployment/lab' }).check();
    await page.getByRole('textbox', { name: 'Registry', exact: true }).fill('registry.example.com');
    await page.getByRole('textbox', { name: 'Name of the image' }).fill('not a name');
    await page.getByText('letters, digits, dots, dashes and underscores, got').waitFor();
    await check('image-problems');
    await page.getByRole('textbox', { name: 'Name of the image' }).fill('week-5');
    await page.getByRole('textbox', { name: 'Repository' }).fill('course/exports');
    await page.getByRole('button', { name: 'Objects as YAML' }).click();
    await page.getByText('name: app-portable-image').waitFor();
    await check('image-objects');
    await button(page, 'List the content').click();
    await page.getByText('The list is being made').waitFor();
    await endListing();
    await page.getByRole('heading', { name: 'In the image', exact: true }).waitFor();
    const make = button(page, 'Make the image');
    expect(await make.isDisabled()).toBe(true);
    await check('image-list');
    await page.getByRole('checkbox', { name: 'Publish the image to anyone in the world' }).check();
    await make.click();
    await page.getByRole('heading', { level: 1, name: 'lab-portable-image-' }).waitFor();
    await page.close();
  });
});

describe('applications as parts', () => {
  it('exports a release with the keyboard, and shows its run', async () => {
    const { page, check } = await open('/applications?tab=release');
    await choose(page, 'course');
    await page.getByRole('radio', { name: 'web' }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await expect.poll(() => page.locator('#application-claim:focus').count()).toBe(1);
    await page.keyboard.type('exports');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2026');
    await page.getByText('to exports/2026/app/web').waitFor();
    await check('release');
    const start = button(page, 'Export');
    await expect.poll(() => start.isEnabled(), { timeout: 10_000 }).toBe(true);
    await start.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'web-app-export-' }).waitFor();
    await page.close();
  });

  it('publishes to a registry of the Secrets, without its login', async () => {
    const { page, check } = await open('/applications?tab=publish');
    await choose(page, 'course');
    await page.getByText('registry.example.com/team').waitFor();
    expect(await page.content()).not.toContain('canary');
    await page.getByRole('radio', { name: 'partner' }).check();
    await page.getByRole('combobox', { name: 'Claim with the export' }).fill('exports');
    await page.getByRole('textbox', { name: 'Exported release' }).fill('web');
    await check('publish');
    await expect.poll(() => button(page, 'Publish').isEnabled(), { timeout: 10_000 }).toBe(true);
    await button(page, 'Publish').click();
    await page.getByRole('heading', { level: 1, name: 'web-app-publish-' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Applications' }).click();
    await page.getByRole('tab', { name: 'Runs' }).click();
    await page.getByText('Publishes an application').waitFor();
    await check('runs');
    await page.close();
  });

  it.each(['de', 'pseudo'])('is complete in the language %s', async (language) => {
    const { page, check } = await open('/applications', language);
    for (const [tab, shown] of [
      ['exports', page.locator('td').first()],
      ['image', page.getByRole('radio', { name: 'deployment/lab' })],
      ['release', page.getByRole('radio', { name: 'web' })],
      ['publish', page.getByRole('radio', { name: 'partner' })],
      ['runs', page.locator('td').first()],
    ] as const) {
      const address = new URL(page.url());
      address.search = connected;
      address.searchParams.set('tab', tab);
      await page.goto(address.href);
      await shown.waitFor();
      expect(await page.evaluate(clippedButtons), tab).toEqual([]);
      expect(await page.evaluate(widerThanWindow), tab).toEqual([]);
      expect(await page.evaluate(cutTitles), tab).toEqual([]);
      expect(await page.locator('#plan-problems').allInnerTexts(), tab).not.toEqual([
        expect.stringContaining('is not given'),
      ]);
      if (language === 'pseudo') expect(await page.evaluate(untranslated), tab).toEqual([]);
      else await check(tab);
    }
    await page.close();
  });

  it('says which right is missing', async () => {
    const rules = [{ apiGroups: ['tekton.dev'], resources: ['*'], verbs: ['get', 'list'] }];
    const token = await all.cluster.makeAccount('migrations', 'viewer', rules);
    const kubeconfig = await all.cluster.writeKubeconfig('viewer', { token });
    const wizard = await startWizardProcess([`--kubeconfig=${kubeconfig}`, '--namespace=migrations']);
    const origin = `http://127.0.0.1:${String(wizard.port)}`;
    const { page } = await openPage(browser, `${origin}/#secret=${wizard.secret}`);
    await page.getByRole('link', { name: 'Applications', exact: true }).click();
    await choose(page, 'course');
    await page.getByText('cannot list resource "configmaps"').waitFor();
    await page.getByRole('tab', { name: 'Make a portable image' }).click();
    await page.getByText('resources: ["pipelineruns"]').waitFor();
    await takeScreenshot(page, 'wizard-applications-no-rights-light');
    expect(await findViolations(page)).toEqual([]);
    await page.close();
    await wizard.stop();
  });
});
