import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { stringAt } from '../../../src/domain/core/json-object.ts';
import {
  isHidden,
  clippedButtons,
  cutTitles,
  untranslated,
  smallTargets,
  movingParts,
} from '../../builders/page-checks.ts';
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

async function begin(language?: string): Promise<Page> {
  opened = await beginMove(scene, language);
  return opened.page;
}

/** From the first step to the inventory. */
async function toInventory(page: Page): Promise<void> {
  await next(page);
  await connect(page, 'source', 'shop');
  await next(page);
  await connect(page, 'destination', 'shop-2');
  await next(page);
  await page.locator('#object-search').waitFor();
  await page.locator(`${primary}:enabled`).waitFor();
}

describe('the steps', () => {
  it('are walked through with the keyboard alone', async () => {
    const page = await begin();
    const reach = async (selector: string): Promise<void> => {
      const look = `[document.activeElement?.matches(${JSON.stringify(selector)}) === true, ${isHidden}]`;
      for (let presses = 0; presses < 80; presses += 1) {
        const [isThere, isCovered] = await page.evaluate<readonly [boolean, boolean]>(look);
        expect(isCovered, 'the focus is hidden').toBe(false);
        if (isThere) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${selector} is not reached`);
    };
    const press = async (selector: string): Promise<void> => {
      await reach(selector);
      await page.keyboard.press('Enter');
      // The focus is on the step then.
      const hasFocus = `document.activeElement?.matches(${JSON.stringify(selector)}) === true`;
      await expect.poll(() => page.evaluate(hasFocus), { timeout: 10_000 }).toBe(false);
    };
    await reach('#name');
    await page.keyboard.type('by-keyboard');
    await press(primary);
    for (const [side, namespace] of [
      ['source', 'shop'],
      ['destination', 'shop-2'],
    ]) {
      await page.locator(`#${side ?? ''}-context`).waitFor();
      await press('main form button.pf-m-secondary');
      await page.locator(`#${side ?? ''}-namespace`).waitFor();
      await reach(`#${side ?? ''}-namespace`);
      await page.keyboard.type(namespace ?? '');
      await press(primary);
    }
    await page.locator(`${primary}:enabled`).waitFor();
    for (const place of ['copy-images', 'move-data', 'modernize', 'source-account']) {
      await press(primary);
      await page.locator(`#${place}`).waitFor();
    }
    await press(primary);
    await page.getByText('Gaps: 0, ').waitFor();
    await press(primary);
    const create = page.getByRole('button', { name: 'Create', exact: true });
    await create.and(page.locator(':not([aria-disabled="true"])')).waitFor();
    await reach('main section button.pf-m-secondary:not([disabled])');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'by-keyboard' }).waitFor();
    await opened.check('by-keyboard');
  });
});

describe('a draft and its steps', () => {
  it('keep the answers over a reload, and the way back asks before they are lost', async () => {
    const page = await begin();
    await page.locator('#name').fill('kept');
    await toInventory(page);
    await page.reload();
    expect(await page.locator('#name').inputValue()).toBe('kept');
    await page.getByRole('button', { name: 'Skip to review' }).click();
    await page.getByText('volumes: 1, ').waitFor();
    await page.getByRole('link', { name: /crane-tasks/ }).click();
    await page.getByRole('dialog').waitFor();
    await opened.check('leave');
    await page.getByRole('button', { name: 'Continue with the answers' }).click();
    expect(page.url()).toContain('/move');
    await page.getByRole('link', { name: /crane-tasks/ }).click();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Migrations' }).waitFor();
  });

  it('begin at their first field, with their buttons in sight', async () => {
    const page = await begin();
    await page.setViewportSize({ width: 1280, height: 700 });
    await toInventory(page);
    await next(page);
    await page.locator('#copy-images').waitFor();
    await page.evaluate("document.querySelector('.pf-v6-c-wizard__main').scrollTo(0, 10_000)");
    await next(page);
    await page.locator('#move-data').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.locator('#copy-images').waitFor();
    const top = (await page.locator('.pf-v6-c-wizard__main').boundingBox())?.y ?? 0;
    expect((await page.locator('#copy-images').boundingBox())?.y).toBeGreaterThanOrEqual(top);
    const button = await page.locator(primary).boundingBox();
    expect((button?.y ?? Infinity) + (button?.height ?? 0)).toBeLessThan(700);
  });

  it('that are hidden break nothing', async () => {
    const page = await begin();
    await page.locator('#action-images').click();
    await toInventory(page);
    await next(page);
    await page.locator('#copy-images').waitFor();
    await next(page);
    await page.locator('#source-account').waitFor();
    expect(await page.locator('.pf-v6-c-wizard__nav-link').count()).toBe(8);
  });

  it('take a token for a cluster, which no answer has and a reload forgets', async () => {
    const page = await begin();
    await page.locator('#name').fill('by-token');
    await toInventory(page);
    for (const place of ['copy-images', 'move-data', 'modernize', 'source-token']) {
      await next(page);
      await page.locator(`#${place}`).waitFor();
    }
    await page.locator('#source-token').click();
    expect(await page.locator(primary).isDisabled()).toBe(true);
    const token = 'canary-of-a-token';
    await page.locator('#source-run-token').fill(token);
    await opened.check('credentials-token');
    await next(page);
    await page.getByText('Gaps: 0, ').waitFor();
    const places =
      '[...Object.values(sessionStorage), ...Object.values(localStorage), location.href, document.documentElement.outerHTML].join()';
    expect(await page.evaluate(places)).not.toContain(token);
    await next(page);
    const create = page.getByRole('button', { name: 'Create', exact: true });
    await create.and(page.locator(':not([aria-disabled="true"])')).waitFor();
    expect(await page.evaluate(places)).not.toContain(token);
    await create.click();
    await page.getByRole('heading', { level: 1, name: 'by-token' }).waitFor();
    const path = '/api/v1/namespaces/migrations/secrets/by-token-source';
    const secret = await scene.cluster.cluster.request({ path });
    expect(Buffer.from(stringAt(secret, 'data', 'token') ?? '', 'base64').toString()).toBe(token);
    expect(opened.wizard.output()).not.toContain(token);
  });

  it('leave out a kind of the inventory, and show an object without the values of a Secret', async () => {
    const page = await begin();
    await toInventory(page);
    const counts = page.getByText('Objects moved: ');
    const all = await counts.innerText();
    await page.getByRole('checkbox', { name: 'Move ConfigMap' }).uncheck();
    await expect.poll(() => counts.innerText()).not.toBe(all);
    await page.getByRole('checkbox', { name: 'Move ConfigMap' }).check();
    await expect.poll(() => counts.innerText()).toBe(all);
    await page.locator('#object-search').fill('login');
    await page.getByRole('button', { name: 'Secret login' }).click();
    await page.getByRole('region', { name: 'Secret login' }).getByText('kind: Secret').waitFor();
    expect(await page.content()).not.toContain(Buffer.from('canary-of-a-secret').toString('base64'));
  });
});

/** What has the name that PatternFly gives it. */
const namedInEnglish =
  '[aria-label="Close"], [aria-label$=" content"], .pf-v6-c-alert .pf-v6-screen-reader:text-matches("^(Info|Warning|Danger|Success) alert")';

describe('all steps', () => {
  it.each(['pseudo', 'de'])('are complete in the language %s', async (language) => {
    const page = await begin(language);
    const look = async (name: string): Promise<void> => {
      expect(await page.evaluate(clippedButtons), name).toEqual([]);
      expect(await page.evaluate(cutTitles), name).toEqual([]);
      expect(await page.locator(namedInEnglish).count(), name).toBe(0);
      // The pseudo-language is for the texts alone: the page is otherwise the one of the other languages.
      if (language === 'pseudo') expect(await page.evaluate(untranslated), name).toEqual([]);
      else await opened.check(`${language}-${name}`);
    };
    await look('what');
    await toInventory(page);
    await look('inventory');
    for (const place of ['copy-images', 'move-data', 'modernize', 'source-account']) {
      await next(page);
      await page.locator(`#${place}`).waitFor();
      await look(place);
    }
    await next(page);
    await page.locator('.pf-v6-c-expandable-section').waitFor();
    await look('check');
    await next(page);
    await page.locator('main section table').waitFor();
    await look('review');
    await page.getByRole('link', { name: /crane-tasks/ }).click();
    await page.getByRole('dialog').waitFor();
    expect(await page.locator(namedInEnglish).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('fit into a window of 320 pixels, and are usable in forced colours and without motion', async () => {
    const page = await begin();
    await page.setViewportSize({ width: 320, height: 640 });
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    const look = async (name: string): Promise<void> => {
      // Forced colours are the same in both themes.
      await opened.check(`narrow-${name}`, 'light');
      expect(await page.evaluate('document.scrollingElement.scrollWidth'), name).toBeLessThanOrEqual(320);
      expect(await page.evaluate(smallTargets), name).toEqual([]);
    };
    await look('what');
    await toInventory(page);
    await look('inventory');
    for (const place of ['copy-images', 'move-data', 'modernize', 'source-account']) {
      await next(page);
      await page.locator(`#${place}`).waitFor();
      await look(place);
    }
    expect(await page.evaluate(movingParts)).toEqual([]);
  });
});

describe('the settings', () => {
  it('change language and theme at once, and are kept', async () => {
    const page = await begin();
    await page.goto(new URL('/settings', page.url()).href);
    await page.locator('#theme').selectOption('dark');
    await page.locator('#times').selectOption('utc');
    await page.locator('#language').selectOption('de');
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
    expect(await page.evaluate("document.documentElement.classList.contains('pf-v6-theme-dark')")).toBe(true);
    await opened.check('settings');
    expect(await page.evaluate('Object.keys(localStorage).sort()')).toEqual([
      'crane-tasks.language',
      'crane-tasks.settings',
    ]);
  });
});
