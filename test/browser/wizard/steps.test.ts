import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startWizardScene, type OpenedWizard, type WizardScene } from '../../builders/wizard-scene.ts';

let scene: WizardScene;
let opened: OpenedWizard;

beforeAll(async () => {
  scene = await startWizardScene();
});

// The wizard refuses more than ten connections of a session in a minute.
beforeEach(async () => {
  opened = await scene.open();
});

afterEach(async () => {
  await opened.page.context().close();
  await opened.wizard.stop();
});

afterAll(() => scene.stop());

async function begin(language = 'en'): Promise<Page> {
  const { page } = opened;
  await page.evaluate(`localStorage.setItem('crane-tasks.language', '${language}')`);
  await page.goto(new URL('/move', page.url()).href);
  await page.locator('#name').waitFor();
  return page;
}

/** The buttons of the steps do not depend on the language. */
const primary = '.pf-v6-c-wizard__footer .pf-m-primary';

async function next(page: Page): Promise<void> {
  await page.locator(primary).click();
}

async function connect(page: Page, side: 'source' | 'destination', namespace: string): Promise<void> {
  await page.locator('main form button.pf-m-secondary').click();
  await page.locator(`#${side}-namespace`).fill(namespace);
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
      for (let presses = 0; presses < 80; presses += 1) {
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`)) return;
        await page.keyboard.press('Tab');
        expect(await page.evaluate(isHidden), 'the focus is hidden').toBe(false);
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
    await page.getByText(/0 gaps, /).waitFor();
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
    await page.getByText('1 volumes are moved').waitFor();
    await page.getByRole('link', { name: /crane-tasks/ }).click();
    await page.getByRole('dialog').waitFor();
    await opened.check('leave');
    await page.getByRole('button', { name: 'Continue with the answers' }).click();
    expect(page.url()).toContain('/move');
    await page.getByRole('link', { name: /crane-tasks/ }).click();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Migrations' }).waitFor();
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

  it('show an object without the values of a Secret', async () => {
    const page = await begin();
    await toInventory(page);
    await page.locator('#object-search').fill('login');
    await page.getByRole('button', { name: 'Secret login' }).click();
    await page.getByRole('region', { name: 'Secret login' }).getByText('kind: Secret').waitFor();
    expect(await page.content()).not.toContain(Buffer.from('canary-of-a-secret').toString('base64'));
  });

  it.each(['pseudo', 'de'])('are complete in the language %s', async (language) => {
    const page = await begin(language);
    const look = async (name: string): Promise<void> => {
      await opened.check(`${language}-${name}`);
      expect(await page.evaluate(clippedButtons), name).toEqual([]);
      if (language === 'pseudo') expect(await page.evaluate(untranslated), name).toEqual([]);
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
  });

  it('fit into a window of 320 pixels, and are usable in forced colours and without motion', async () => {
    const page = await begin();
    await page.setViewportSize({ width: 320, height: 640 });
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    const look = async (name: string): Promise<void> => {
      await opened.check(`narrow-${name}`);
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

describe('a token', () => {
  it('can be pasted, and nothing is asked twice', async () => {
    const page = await begin();
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

// What is evaluated in the page.

/** Whether the element with the focus is covered by another one. */
const isHidden = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return false;
  const box = at.getBoundingClientRect();
  if (box.width === 0 || box.height > innerHeight) return false;
  const found = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 12));
  return found !== null && !at.contains(found) && !found.contains(at) && found.closest('label') === null;
})()`;

/** Buttons whose text does not fit. */
const clippedButtons = `[...document.querySelectorAll('button')]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.closest('.crane-list') === null)
  .map((each) => each.textContent)`;

/** Texts for people that no translation gave. Names of objects, of plugins and of code are the same everywhere. */
const untranslated = `[...document.querySelectorAll('h1, h2, h3, label, legend, th, main button, a, option')]
  .filter((each) => each.closest('.crane-list, tbody') === null && each.children.length === 0)
  .map((each) => each.textContent.trim())
  .filter((text) => text !== '' && !text.includes('\\u27e6'))
  .filter((text) => !/^(local|silver.*|crane-tasks .*|\\w+Plugin|English|Deutsch|[A-Z]\\w+|\\*|[a-z]+-[a-z-]+|route)$/.test(text))`;

/**
 * Targets of less than 24 by 24 pixels that are no links in a text, and whose circle of 24 pixels touches another target or
 * its circle: WCAG 2.5.8. The label of a checkbox belongs to its target.
 */
const smallTargets = `(() => {
  const parts = (each) => [each, ...(each.labels ?? [])].map((part) => part.getBoundingClientRect());
  const whole = (boxes) => {
    const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
    const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const targets = [...document.querySelectorAll('button, input, select, textarea, [role=tab]')]
    .filter((each) => each.getBoundingClientRect().width > 0)
    .map((each) => ({ each, box: each.matches('[type=checkbox], [type=radio]') ? whole(parts(each)) : each.getBoundingClientRect() }));
  const isSmall = ({ box }) => box.width < 24 || box.height < 24;
  const centre = ({ left, top, width, height }) => ({ x: left + width / 2, y: top + height / 2 });
  const distance = (point, box) => Math.hypot(
    Math.max(box.left - point.x, 0, point.x - box.right),
    Math.max(box.top - point.y, 0, point.y - box.bottom),
  );
  const touches = (one, other) => {
    const [from, to] = [centre(one.box), centre(other.box)];
    if (isSmall(other) && Math.hypot(from.x - to.x, from.y - to.y) < 24) return true;
    return distance(from, other.box) < 12;
  };
  return targets
    .filter((one) => isSmall(one) && targets.some((other) => other !== one && touches(one, other)))
    .map(({ each, box }) => [each.textContent || each.id, box.width, box.height].join(' '));
})()`;

/** Elements that move although the user does not want that. */
const movingParts = `[...document.querySelectorAll('*')]
  .filter((each) => Number.parseFloat(getComputedStyle(each).transitionDuration) > 0.001)
  .map((each) => each.className)`;
