import { readFile } from 'node:fs/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { beginMove, connect, next, primary } from '../../builders/move-steps.ts';
import { startWizardScene, type OpenedWizard, type WizardScene } from '../../builders/wizard-scene.ts';

let scene: WizardScene;
let opened: OpenedWizard;

beforeAll(async () => {
  scene = await startWizardScene();
});

afterEach(async () => {
  await opened.page.context().close();
  await opened.wizard.stop();
});

afterAll(() => scene.stop());

describe('what a user needs to decide', () => {
  beforeAll(async () => {
    const mounted = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
    const container = { name: 'web', image: 'registry.example/web:1' };
    const metadata = { labels: { app: 'web' } };
    const spec = { containers: [container], volumes: [mounted] };
    await scene.cluster.create('/apis/apps/v1/namespaces/shop/deployments', {
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: metadata.labels }, template: { metadata, spec } },
    });
  });

  it('is on the step: who a token is, which workload uses a volume, where an error is, and the file of answers', async () => {
    const { cluster } = scene;
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
    const token = await cluster.makeAccount('shop', 'owner', rules);
    opened = await beginMove(scene);
    const { page } = opened;
    await next(page);
    await page.locator('#source-context').selectOption('(other)');
    await page.locator('#source-server').fill(cluster.server.url);
    await page.locator('#source-token').fill(token);
    const buffer = Buffer.from(cluster.ca);
    await page.locator('#source-ca-file').setInputFiles({ name: 'ca.crt', mimeType: 'text/plain', buffer });
    await expect.poll(() => page.locator('#source-ca').inputValue()).toContain('BEGIN CERTIFICATE');
    // It connects when its fields are left, without the button.
    await page.locator('#source-ca-file').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.getByText('as system:serviceaccount:shop:owner').waitFor();
    await page.getByText('The token expires at').waitFor();
    await page.getByText(/^Fingerprint of the certificate: ([0-9A-F]{2}:){31}[0-9A-F]{2}$/).waitFor();
    await opened.check('connected', 'light');
    await page.locator('#source-context').selectOption('local');
    await connect(page, 'source', 'shop');
    await next(page);
    await connect(page, 'destination', 'shop-2');
    await next(page);
    await page.locator(`${primary}:enabled`).waitFor();
    await next(page);
    await next(page);
    expect(await page.getByRole('row', { name: 'data' }).innerText()).toContain('Deployment web');
    const volumes = page.getByRole('navigation').getByRole('button', { name: 'Volumes' });
    expect(await volumes.innerText()).toBe('Volumes');
    await page.getByRole('textbox', { name: 'Size: data' }).fill('0');
    await expect.poll(() => volumes.innerText()).toMatch(/^Volumes\s+Has an error$/);
    await opened.check('step-error');
    await page.getByRole('textbox', { name: 'Size: data' }).fill('2Gi');
    await expect.poll(() => volumes.innerText()).toBe('Volumes');
    await page.getByRole('button', { name: 'Skip to review' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download answers.yaml' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('answers.yaml');
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toContain('size: "2Gi"');
    expect(text).not.toContain(token);
  });
});

describe('a token', () => {
  it('can be pasted, and nothing is asked twice', async () => {
    opened = await beginMove(scene);
    const { page } = opened;
    await next(page);
    await page.locator('#source-context').selectOption('(other)');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate("navigator.clipboard.writeText('a-long-token')");
    await page.locator('#source-token').focus();
    await page.keyboard.press('Control+V');
    expect(await page.locator('#source-token').inputValue()).toBe('a-long-token');
    await page.locator('#source-context').selectOption('local');
    await connect(page, 'source', 'shop');
    await next(page);
    await page.locator('#destination-context').waitFor();
    // What was given on one step is there on the way back.
    await page.getByRole('button', { name: 'Back' }).click();
    expect(await page.locator('#source-namespace').inputValue()).toBe('shop');
  });

  it('is not needed again on the way back, where the cluster is chosen as before and the error is explained', async () => {
    const { cluster } = scene;
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
    const token = await cluster.makeAccount('shop', `elsewhere-${String(Date.now())}`, rules);
    opened = await beginMove(scene);
    const { page } = opened;
    await next(page);
    await connect(page, 'source', 'shop');
    await next(page);
    await page.locator('#destination-context').selectOption('(other)');
    await page.locator('#destination-server').fill(cluster.server.url);
    await page.locator('#destination-token').fill(token);
    await page.locator('#destination-ca').fill(cluster.ca);
    await connect(page, 'destination', 'nowhere');
    await next(page);
    await page.locator('#object-search').waitFor();
    const destination = page.getByRole('navigation').getByRole('button', { name: 'Destination' });
    await destination.click();
    await page.getByText('Create the namespace if it does not exist').waitFor();
    expect(await page.locator('#destination-context').inputValue()).toBe('(other)');
    expect(await page.locator('#destination-server').inputValue()).toBe(cluster.server.url);
    await page.locator('#destination-context').selectOption('local');
    await connect(page, 'destination', 'nowhere');
    await next(page);
    await expect.poll(() => destination.innerText(), { timeout: 10_000 }).toMatch(/^Destination\s+Has an error$/);
    await destination.click();
    await page.getByRole('status').getByText('nowhere').waitFor();
    await opened.check('destination-error');
  });
});
