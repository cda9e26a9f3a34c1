import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { findViolations, openPage, startBrowser, takeScreenshot, type PageOptions } from '../../builders/browser.ts';
import { serveTektonKinds } from '../../builders/tekton-kinds.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardProcess } from '../../builders/wizard.ts';

const runsPath = '/apis/tekton.dev/v1/namespaces/migrations/pipelineruns';

let cluster: TestCluster;
let browser: Browser;

beforeAll(async () => {
  [cluster, browser] = await Promise.all([startTestCluster(), startBrowser()]);
  await serveTektonKinds(cluster);
  for (const name of ['shop', 'shop-2', 'migrations'])
    await cluster.create('/api/v1/namespaces', { metadata: { name } });
  const at = '/api/v1/namespaces/shop';
  await cluster.create(`${at}/configmaps`, { metadata: { name: 'settings' }, data: { colour: 'red' } });
  const resources = { requests: { storage: '1Gi' } };
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'gold', resources };
  await cluster.create(`${at}/persistentvolumeclaims`, { metadata: { name: 'data' }, spec });
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const provisioner = 'example.com/none';
  await cluster.create('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'silver', annotations },
    provisioner,
  });
});

afterAll(async () => {
  await browser.close();
  await cluster.stop();
});

interface Opened {
  readonly page: Page;
  readonly wizard: WizardProcess;
  /** Proves that the page did nothing wrong so far, and takes a picture. */
  readonly check: (name: string) => Promise<void>;
}

async function open(options: PageOptions = {}): Promise<Opened> {
  const wizard = await startWizardProcess([`--kubeconfig=${cluster.server.kubeconfigPath}`, '--namespace=migrations']);
  const origin = `http://127.0.0.1:${String(wizard.port)}`;
  const { page, requests, complaints } = await openPage(browser, `${origin}/#secret=${wizard.secret}`, options);
  await page.getByRole('button', { name: 'Move an application' }).waitFor();
  const mode = options.dark === true ? 'dark' : 'light';
  const check = async (name: string): Promise<void> => {
    await takeScreenshot(page, `wizard-${name}-${mode}`);
    expect(await findViolations(page)).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(origin))).toEqual([]);
    expect(complaints).toEqual([]);
  };
  return { page, wizard, check };
}

async function connect(page: Page, side: 'source' | 'destination', namespace: string): Promise<void> {
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByText('Connected to').waitFor();
  await page.locator(`#${side}-namespace`).fill(namespace);
}

describe('the wizard', () => {
  it.each([
    ['light', { dark: false }],
    ['dark', { dark: true }],
  ])('moves an application by mouse, without a violation on any page: %s', async (name, options) => {
    const { page, wizard, check } = await open(options);
    const next = (): Promise<void> => page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByText('Namespace migrations does not have the Pipelines').waitFor();
    await check('migrations');
    await page.getByRole('button', { name: 'Move an application' }).click();
    await page.getByRole('textbox', { name: 'Name of the migration' }).fill(`move-${name}`);
    await check('what');
    await next();
    await connect(page, 'source', 'shop');
    await check('source');
    await next();
    await connect(page, 'destination', 'shop-2');
    await next();
    await page.getByText('objects are moved').waitFor();
    await check('inventory');
    await next();
    await page.getByText('No image is on the registry').waitFor();
    await check('images');
    await next();
    await page.getByRole('textbox', { name: 'Size: data' }).fill('2Gi');
    await check('claims');
    await next();
    await page.getByRole('button', { name: 'ConfigMap settings' }).click();
    await page.getByRole('region', { name: 'Changes of ConfigMap settings' }).waitFor();
    await check('changes');
    await next();
    await check('credentials');
    await next();
    await page.getByText(/0 gaps, /).waitFor();
    await check('check');
    await next();
    await page.getByText('1 volumes are moved').waitFor();
    await check('review');
    await page.getByRole('button', { name: 'Create and start' }).click();
    await page.getByRole('heading', { level: 1, name: `move-${name}-stage-` }).waitFor();
    await check('run');
    const runs = arrayAt(await cluster.cluster.request({ path: runsPath }), 'items');
    const run = runs.find((each) => stringAt(each, 'metadata', 'name')?.startsWith(`move-${name}-stage-`) === true);
    expect(arrayAt(run, 'spec', 'params')).toContainEqual({
      name: 'claim-settings',
      value: '[{"name":"data","storageClass":"silver","size":"2Gi"}]',
    });
    await page.getByRole('link', { name: `move-${name}`, exact: true }).click();
    await page.getByRole('heading', { level: 2, name: 'Runs' }).waitFor();
    await check('migration');
    await wizard.stop();
  });

  it('speaks German', async () => {
    const { page, wizard, check } = await open();
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { level: 1, name: 'Umzüge' }).waitFor();
    await check('german');
    await wizard.stop();
  });

  it('asks for the link when it was used, and keeps no secret in the address', async () => {
    const { page, wizard } = await open();
    expect(page.url()).not.toContain('secret');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Open the link that the command printed').waitFor();
    expect(await findViolations(page)).toEqual([]);
    await wizard.stop();
  });
});
