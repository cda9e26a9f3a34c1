import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { formatHtml } from '../../../src/domain/containerize/page/format-html.ts';
import { showText } from '../../../src/domain/containerize/page/html-text.ts';
import { summarizeImage } from '../../../src/domain/containerize/summary.ts';
import type { ImageSummary } from '../../../src/domain/schemas/documents.ts';
import { findViolations, openPage, startBrowser, takeScreenshot, type PageOptions } from '../../builders/browser.ts';
import { hostileNames, hostileSummary, jupyterFacts, manyFiles } from '../../builders/image-summary.ts';

let browser: Browser;
let folder: string;
const large = summarizeImage(jupyterFacts(manyFiles(20_000, 1000)));
// The checks of axe take time for each row.
const small = summarizeImage(jupyterFacts(manyFiles(1000, 60)));

beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(path.join(tmpdir(), 'report-'));
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

let pages = 0;

async function open(summary: ImageSummary, options: PageOptions = {}) {
  pages += 1;
  const file = path.join(folder, `${String(pages)}.html`);
  await writeFile(file, formatHtml(summary));
  return openPage(browser, pathToFileURL(file).href, options);
}

/** Texts of a column of the table with that caption. */
function column(page: Page, caption: string, number: number): Promise<readonly string[]> {
  return page
    .getByRole('region', { name: caption })
    .locator(`tbody tr td:nth-child(${String(number)})`)
    .allTextContents();
}

const crumbs = (page: Page) => page.locator('#crumbs button').allTextContents();

describe('the page about an image', () => {
  it.each([
    ['light', {}],
    ['dark', { dark: true }],
    ['narrow', { width: 400 }],
  ])('is without a request, a complaint and a violation: %s', async (name, options) => {
    const { page, requests, complaints } = await open(small, options);
    await page.locator('#map .cell').first().waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect([requests, complaints]).toEqual([[], []]);
    const isTooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    expect(isTooWide).toBe(false);
    await takeScreenshot(page, `image-report-${name}`);
    await page.context().close();
  });

  it('of 20,000 files in 1000 folders is drawn without a complaint', async () => {
    const { page, requests, complaints } = await open(large);
    await page.locator('#map .cell').first().waitFor();
    expect([requests, complaints]).toEqual([[], []]);
    await page.context().close();
  });

  it('has its tables without scripts, and nothing that needs them', async () => {
    const { page } = await open(large, { scripts: false });
    expect(await column(page, 'Areas of the image', 1)).toEqual(large.areas.map((area) => area.name + area.path));
    expect(await page.locator('button:visible').count()).toBe(0);
    await page.context().close();
  });

  it('sorts a table by numbers, largest first, and by names', async () => {
    const { page } = await open(small);
    const region = page.getByRole('region', { name: 'Folders of the image' });
    await region.getByRole('button', { name: 'Size' }).click();
    const cells = await region.locator('tbody tr td:nth-child(4)').all();
    const values = await Promise.all(cells.slice(0, 100).map((cell) => cell.getAttribute('data-value')));
    const sizes = values.map(Number);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(await region.locator('th[aria-sort]').allTextContents()).toEqual(['Size']);
    await region.getByRole('button', { name: 'Folder' }).click();
    const paths = await column(page, 'Folders of the image', 1);
    expect([paths[0], paths.length]).toEqual(['/', small.folders.length]);
    await region.getByRole('button', { name: 'Folder' }).press('Enter');
    expect((await column(page, 'Folders of the image', 1)).at(-1)).toBe('/');
    expect(await region.locator('th').first().getAttribute('aria-sort')).toBe('descending');
    await page.context().close();
  });

  it('shows what is in a folder when it is chosen, and the folders above again', async () => {
    const { page } = await open(large);
    expect(await crumbs(page)).toEqual(['/']);
    const up = page.getByRole('button', { name: 'Up', exact: true });
    expect(await up.isDisabled()).toBe(true);
    await page.getByRole('button', { name: /^app-library/ }).click();
    expect(await crumbs(page)).toEqual(['/', 'app-library']);
    await page.locator('#map button').first().click();
    expect(await crumbs(page)).toEqual(['/', 'app-library', '/lib/python3.12/site-packages']);
    await takeScreenshot(page, 'image-report-zoomed', false);
    await up.click();
    expect(await crumbs(page)).toEqual(['/', 'app-library']);
    await page.locator('#crumbs button').first().click();
    expect(await crumbs(page)).toEqual(['/']);
    await page.context().close();
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await open(large);
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
    await page.locator('#map button').first().focus();
    const [first, second] = [await focused(), await page.locator('#map button').nth(1).getAttribute('aria-label')];
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe(second);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    expect(await crumbs(page)).toHaveLength(2);
    expect(await focused()).not.toBe(first);
    await page.keyboard.press('Escape');
    expect(await crumbs(page)).toEqual(['/']);
    expect(await focused()).toBe(first);
    await page.context().close();
  });

  it('copies the command that starts the image', async () => {
    const { page } = await open(large);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: /^(Copied|Selected)$/ }).waitFor();
    expect(await page.locator('#run-command').textContent()).toBe(large.runCommand);
    await page.context().close();
  });

  it('draws the treemap in proportion: no part overlaps another or leaves the map', async () => {
    const { page } = await open(large);
    const cells = await page.locator('#map > .cell').all();
    const boxes = await Promise.all(cells.map((cell) => cell.boundingBox()));
    const map = await page.locator('#map').boundingBox();
    const area = boxes.reduce((sum, box) => sum + (box?.width ?? 0) * (box?.height ?? 0), 0);
    expect(area / ((map?.width ?? 0) * (map?.height ?? 0))).toBeCloseTo(1, 1);
    await page.context().close();
  });
});

describe('hostile texts', () => {
  it('are shown as text in all places, and nothing of them runs', async () => {
    const summary = hostileSummary();
    const { page, requests, complaints } = await open(summary);
    await page.locator('#map .cell').first().waitFor();
    for (const region of ['Findings of the secret scan', 'Packages in the new layers'])
      expect([...(await column(page, region, 1))].sort()).toEqual(hostileNames.map(showText).sort());
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(await page.locator('img, iframe, script:not([type]) ~ script, [onmouseover], [onerror]').count()).toBe(0);
    expect([requests, complaints]).toEqual([[], []]);
    expect(await findViolations(page)).toEqual([]);
    await takeScreenshot(page, 'image-report-hostile');
    await page.context().close();
  });

  it('stay within the page when the policy is taken away', async () => {
    const text = formatHtml(hostileSummary()).replace(/<meta http-equiv[^>]*>/, '');
    const file = path.join(folder, 'without-policy.html');
    await writeFile(file, text);
    const { page, requests } = await openPage(browser, pathToFileURL(file).href);
    await page.locator('#map .cell').first().waitFor();
    expect([await page.evaluate('window.attacked'), requests]).toEqual([undefined, []]);
    await page.context().close();
  });

  it('of a script are refused by the policy even if they were not escaped', async () => {
    const attack = '<script>window.attacked = 1</script><img src="http://127.0.0.1:9/x">';
    const file = path.join(folder, 'attack.html');
    await writeFile(file, formatHtml(large).replace('<main>', `<main>${attack}`));
    const { page, complaints } = await openPage(browser, pathToFileURL(file).href);
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(complaints.filter((each) => each.includes('Content Security Policy'))).toHaveLength(2);
    await page.context().close();
  });
});

describe('a page about an image without anything', () => {
  it('has its sections and no treemap', async () => {
    const empty = { findings: [], packages: [], leftOut: [], layers: [], runCommand: '', isPublic: undefined };
    const { page, complaints } = await open(summarizeImage(jupyterFacts([], empty)));
    expect(await page.locator('#sizes').isVisible()).toBe(false);
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await takeScreenshot(page, 'image-report-empty');
    await page.context().close();
  });
});
