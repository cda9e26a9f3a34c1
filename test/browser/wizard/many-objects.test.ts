import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { inGerman, markedTexts } from '../../builders/in-german.ts';
import { startWizardScene, type OpenedWizard, type WizardScene } from '../../builders/wizard-scene.ts';

let scene: WizardScene;

beforeAll(async () => {
  scene = await startWizardScene();
});

afterAll(() => scene.stop());

async function toInventory({ page }: OpenedWizard): Promise<void> {
  await next(page);
  for (const [side, namespace] of [
    ['source', 'shop'],
    ['destination', 'shop-2'],
  ] as const) {
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.locator(`#${side}-namespace`).fill(namespace);
    await next(page);
  }
  await page.locator('#object-search').waitFor();
}

function next(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Next', exact: true }).click();
}

describe('the wizard', () => {
  it('has a few rows of 5,000 objects in the page, and finds one at once', async () => {
    const opened = await scene.open({ path: '/move' });
    const { page, wizard } = opened;
    // The answer of the server, with more objects than an API server takes in a short time.
    await page.route('**/api/v1/inventories/*', async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as { inventory?: { source: { objects: unknown[] } } };
      const more = Array.from({ length: 5000 }, (_, index) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: `object-${String(index)}`,
        leftOut: '',
      }));
      answer.inventory?.source.objects.push(...more);
      await route.fulfill({ response, json: answer });
    });
    await toInventory(opened);
    expect(await page.locator('.crane-list li').count()).toBeLessThanOrEqual(60);
    await page.evaluate("document.querySelector('.crane-list').scrollTo(0, 100000)");
    await page.getByRole('button', { name: 'ConfigMap object-2270' }).waitFor();
    expect(await page.locator('.crane-list li').count()).toBeLessThanOrEqual(60);
    await page.locator('#object-search').fill('object-4999');
    await page.getByRole('button', { name: 'ConfigMap object-4999' }).waitFor();
    expect(await page.locator('.crane-list li').count()).toBe(1);
    expect(await page.evaluate('performance.memory.usedJSHeapSize')).toBeLessThan(150 * 1024 * 1024);
    await opened.check('many-objects');
    await wizard.stop();
  });

  it('has room for the names of images beside their reasons', async () => {
    const opened = await scene.open({ path: '/move' });
    const { page, wizard } = opened;
    await page.route('**/api/v1/plans', async (route) => {
      const response = await route.fetch();
      const images = ['frontend', 'backend', 'worker'].map((name) => ({
        source: `shop/${name}:1`,
        name: `default-route-openshift-image-registry.apps.example.com/shop-2/${name}:1`,
        outcome: 'copy',
        imageClass: 'pushed',
        digest: `sha256:${'a'.repeat(64)}`,
        size: 131_072_000,
        reason: 'referenced',
        message: `a workload names registry.apps.source.example.com/shop/${name}@sha256:${'a'.repeat(64)}`,
      }));
      await route.fulfill({ response, json: { ...((await response.json()) as object), images } });
    });
    await toInventory(opened);
    await page.locator('.pf-v6-c-wizard__footer .pf-m-primary:enabled').waitFor();
    await next(page);
    const names = page.locator('td[data-label=Image]');
    await names.first().waitFor();
    for (const box of await Promise.all((await names.all()).map((each) => each.boundingBox())))
      expect([(box?.width ?? 0) > 200, (box?.height ?? 0) < 150]).toEqual([true, true]);
    expect(await page.getByText('125 MiB', { exact: true }).count()).toBe(3);
    await opened.check('images-many');
    await wizard.stop();
  });

  it('says which rule is missing, and why nothing can be created, to a user without the right to start runs', async () => {
    const { cluster } = scene;
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
    const token = await cluster.makeAccount('migrations', 'reader', rules);
    const at = '/apis/rbac.authorization.k8s.io/v1';
    const metadata = { name: 'reader' };
    await cluster.create(`${at}/clusterroles`, { metadata, rules });
    const subjects = [{ kind: 'ServiceAccount', name: 'reader', namespace: 'migrations' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' };
    await cluster.create(`${at}/clusterrolebindings`, { metadata, subjects, roleRef });
    const opened = await scene.open({ path: '/move', kubeconfig: await cluster.writeKubeconfig('reader', { token }) });
    const { page, wizard } = opened;
    await toInventory(opened);
    await page.getByRole('button', { name: 'Skip to review' }).click();
    await page.getByText('resources: ["pipelineruns"').first().waitFor();
    for (const name of ['Create', 'Create and start']) {
      const button = page.getByRole('button', { name, exact: true });
      expect(await button.getAttribute('aria-disabled'), name).toBe('true');
      await button.focus();
      const ids = (await button.getAttribute('aria-describedby')) ?? '';
      const reasons = await Promise.all(ids.split(' ').map((id) => page.locator(`[id="${id}"]`).allTextContents()));
      expect(reasons.flat().join(' '), name).toContain('You may not');
    }
    await opened.check('no-rights');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('resources: ["');
    await wizard.stop();
  });

  it('creates nothing while a gap has no reason', async () => {
    const quota = { metadata: { name: 'tight' }, spec: { hard: { persistentvolumeclaims: '0' } } };
    await scene.cluster.create('/api/v1/namespaces/shop-2/resourcequotas', quota);
    const opened = await scene.open({ path: '/move' });
    const { page, wizard } = opened;
    await toInventory(opened);
    await page.getByRole('button', { name: 'Skip to review' }).click();
    await page.getByText('Accept or close these gaps').waitFor();
    const create = page.getByRole('button', { name: 'Create', exact: true });
    expect(await create.isDisabled()).toBe(true);
    await opened.check('gaps');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page
      .getByRole('textbox', { name: /Reason for accepting/ })
      .first()
      .fill('the quota is raised today');
    await opened.check('gap-accepted');
    await inGerman(page, async () => {
      await page.getByText('Die Objekte überschreiten ein Kontingent.').waitFor();
      await page.getByText('Das Kontingent des Namespace am Ziel erhöhen.').waitFor();
      expect((await markedTexts(page)).join()).toContain('tight');
      await opened.check('gap-german');
    });
    await next(page);
    await create.and(page.locator(':not([aria-disabled="true"])')).waitFor();
    expect(await page.content()).toContain('the quota is raised today');
    await wizard.stop();
  });
});
