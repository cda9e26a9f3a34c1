import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

const root = path.resolve(import.meta.dirname, '../..');
const screenshots = path.join(root, '.cache/screenshots');

/** Debian's Chromium: testbed/clusters/packages.ts installs it. As root it has no sandbox of its own. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

/** What a page did that it must not do. */
export interface Watched {
  readonly page: Page;
  /** Requests for anything but the page itself. */
  readonly requests: readonly string[];
  /** Errors, warnings, and refusals of the Content-Security-Policy. */
  readonly complaints: readonly string[];
}

export interface PageOptions {
  readonly dark?: boolean;
  readonly width?: number;
  readonly scripts?: boolean;
}

/** A page that is watched from its first request. */
export async function openPage(browser: Browser, address: string, options: PageOptions = {}): Promise<Watched> {
  const { dark = false, width = 1280, scripts = true } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: scripts,
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address) requests.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() !== 'info' && message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address);
  return { page, requests, complaints };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** A colour between two themes is not one that a user sees. */
async function waitForTransitions(page: Page): Promise<void> {
  await page.evaluate(`Promise.all(
    document.getAnimations()
      .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
      .map(({ finished }) => finished.catch(() => undefined)),
  ).then(() => undefined)`);
}

/** Violations of WCAG 2.0 to 2.2, levels A and AA, and of axe's best practices, one line each. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  await waitForTransitions(page);
  // Through the debugger, so that the policy of the page does not refuse it.
  await page.evaluate(axe.source);
  const violations = await page.evaluate<readonly Violation[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary ?? ''}`),
  );
}

/** Writes a picture to .cache/screenshots, for people. */
export async function takeScreenshot(page: Page, name: string, fullPage = true): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await waitForTransitions(page);
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage });
}
