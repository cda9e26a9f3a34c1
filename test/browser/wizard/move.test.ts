import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { checkPage, findViolations, openPage, takeScreenshot } from '../../builders/browser.ts';
import { markedTexts } from '../../builders/in-german.ts';
import { startWizardScene, type WizardScene } from '../../builders/wizard-scene.ts';
import { startWizardProcess } from '../../builders/wizard.ts';

const runsPath = '/apis/tekton.dev/v1/namespaces/migrations/pipelineruns';

let scene: WizardScene;

beforeAll(async () => {
  scene = await startWizardScene();
});

afterAll(() => scene.stop());

async function connect(page: Page, side: 'source' | 'destination', namespace: string): Promise<void> {
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByText('Connected to').waitFor();
  await page.locator(`#${side}-namespace`).fill(namespace);
}

/** Holds answers of the server back while something is done. */
async function stopAnswers(page: Page, path: string, work: () => Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  await page.route(path, async (route) => {
    await promise;
    await route.continue();
  });
  await work();
  resolve(undefined);
}

describe('the wizard', () => {
  it('moves an application by mouse, without a violation on any page, in both themes', async () => {
    const { page, wizard, check } = await scene.open();
    const next = (): Promise<void> => page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByText('Namespace migrations does not have the Pipelines').waitFor();
    await page.getByRole('heading', { level: 2, name: 'No migration yet' }).waitFor();
    const docs = page.getByRole('link', { name: 'Documentation of the wizard' });
    expect(await docs.getAttribute('href')).toMatch(/^https:.*\/docs\/wizard\.md$/);
    await check('migrations');
    await page.getByRole('button', { name: 'Move an application' }).click();
    await page.getByRole('textbox', { name: 'Name of the migration' }).fill('by-mouse');
    await check('what');
    await next();
    await connect(page, 'source', 'shop');
    await check('source');
    await next();
    await connect(page, 'destination', 'shop-2');
    await next();
    await page.getByText('Objects moved: ').waitFor();
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
    await page.getByText('Gaps: 0, ').waitFor();
    await check('check');
    await next();
    await page.getByText('volumes: 1, ').waitFor();
    await page.getByText('Namespace migrations does not have the Pipelines').waitFor();
    await check('review');
    await page.getByRole('button', { name: 'Create and start' }).click();
    await page.getByRole('heading', { level: 1, name: 'by-mouse-stage-' }).waitFor();
    await check('run');
    const runs = arrayAt(await scene.cluster.cluster.request({ path: runsPath }), 'items');
    const run = runs.find((each) => stringAt(each, 'metadata', 'name')?.startsWith('by-mouse-stage-') === true);
    expect(arrayAt(run, 'spec', 'params')).toContainEqual({
      name: 'claim-settings',
      value: '[{"name":"data","storageClass":"silver","size":"2Gi"}]',
    });
    await page.getByRole('link', { name: 'by-mouse', exact: true }).click();
    await page.getByRole('heading', { level: 2, name: 'Overview' }).waitFor();
    await check('migration');
    await stopAnswers(page, '**/api/v1/migrations/by-mouse', async () => {
      await page.reload();
      await page.getByRole('status', { name: 'Loading' }).locator('.pf-v6-c-skeleton').first().waitFor();
      await check('loading');
    });
    await page.goto(new URL('/', page.url()).href);
    const row = page.getByRole('row', { name: 'by-mouse' });
    expect(await row.innerText()).toContain('Copy volumes: ');
    await wizard.stop();
  });

  it('speaks German', async () => {
    const { page, wizard, check } = await scene.open();
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { level: 1, name: 'Umzüge' }).waitFor();
    await check('german');
    await page.goto(new URL('/runs/absent', page.url()).href);
    await page.getByText('Das Objekt gibt es nicht, oder es wurde gelöscht.').waitFor();
    await page.getByText('Laden Sie die Liste neu.').waitFor();
    expect((await markedTexts(page)).join()).toContain('absent');
    await takeScreenshot(page, 'wizard-problem-german');
    expect(await findViolations(page)).toEqual([]);
    await wizard.stop();
  });

  it('changes its theme without a transition for users who want no motion', async () => {
    const { page, wizard } = await scene.open();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.evaluate('document.documentElement.classList.add("pf-v6-theme-dark")');
    // An animation of what still loads ends at once; a transition would last.
    const transitions = 'document.getAnimations().filter((each) => each instanceof CSSTransition).length';
    expect(await page.evaluate(transitions)).toBe(0);
    await wizard.stop();
  });

  it('asks for the link when it was used, and keeps no secret in the address', async () => {
    const { page, wizard } = await scene.open();
    expect(page.url()).not.toContain('secret');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Open the link that the command printed').waitFor();
    expect(await findViolations(page)).toEqual([]);
    await wizard.stop();
  });
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(one: Box, other: Box): boolean {
  const isBeside = one.x + one.width <= other.x || other.x + other.width <= one.x;
  return !isBeside && one.y < other.y + other.height && other.y < one.y + one.height;
}

describe('the head of the page', () => {
  it('has links that do not overlap, in narrow and in wide windows', async () => {
    const { page, wizard } = await scene.open();
    for (const width of [320, 800, 1100, 1400]) {
      await page.setViewportSize({ width, height: 640 });
      const links = await page.locator('header a, header button').all();
      const boxes = await Promise.all(links.map((link) => link.boundingBox()));
      const places = boxes.flatMap((box) => box ?? []);
      expect(places.length, String(width)).toBeGreaterThan(3);
      for (const [index, one] of places.entries()) {
        const over = places.slice(index + 1).filter((other) => overlap(one, other));
        expect(over, `${String(width)}: ${JSON.stringify(one)}`).toEqual([]);
      }
    }
    await wizard.stop();
  });
});

describe('the login by token', () => {
  it('shows the token only when asked, opens the page that was asked for, and says when the session ends', async () => {
    const { cluster, browser } = scene;
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
    const token = await cluster.makeAccount('migrations', 'jane', rules);
    const login = [`--kubeconfig=${cluster.server.kubeconfigPath}`, '--namespace=migrations'];
    // Its certificate is its own: there is none in the folder.
    const args = [...login, '--mode=deployment', `--tls-dir=${cluster.scratch}`];
    const wizard = await startWizardProcess(args, { origin: 'https' });
    const origin = `https://127.0.0.1:${String(wizard.port)}`;
    const watched = await openPage(browser, `${origin}/settings`, { ownCertificate: true });
    const { page } = watched;
    const check = (part: string): Promise<void> => checkPage(watched, { name: `wizard-login-${part}`, origin });
    const field = page.getByRole('textbox', { name: 'Token' });
    await field.fill('not-a-token-of-it');
    expect(await field.getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Show the token' }).click();
    expect(await field.getAttribute('type')).toBe('text');
    await check('shown');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Get a token with').waitFor();
    expect([await field.inputValue(), await field.getAttribute('type')]).toEqual(['', 'password']);
    await field.fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings');
    expect(await page.content()).not.toContain(token);
    await page.clock.install();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect(await page.getByText('Your session ends at').count()).toBe(0);
    await page.clock.setSystemTime(Date.now() + 55 * 60_000);
    await page.clock.runFor(20_000);
    await page.getByText('Your session ends at').waitFor();
    await page.context().close();
    await wizard.stop();
  });
});
