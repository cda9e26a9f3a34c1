import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

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
  /** `name=value` of a session, so that the first page is not the login. */
  readonly cookie?: string;
  /** That the user chose at an earlier visit. */
  readonly language?: string;
  /** Whether the server has a certificate that no authority signed. */
  readonly ownCertificate?: boolean;
}

/** A page that is watched from its first request. */
export async function openPage(browser: Browser, address: string, options: PageOptions = {}): Promise<Watched> {
  const { dark = false, width = 1280, scripts = true, ownCertificate = false } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: scripts,
    ...(address.startsWith('http') ? { storageState: stateOf(address, options) } : {}),
    ignoreHTTPSErrors: ownCertificate,
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

/** What an earlier visit has left in the browser. */
function stateOf(address: string, { cookie = '', language = '' }: PageOptions) {
  const { origin, hostname } = new URL(address);
  const [name = '', value = ''] = cookie.split('=');
  const attributes = {
    domain: hostname,
    path: '/',
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: 'Strict' as const,
  };
  const localStorage = language === '' ? [] : [{ name: 'crane-tasks.language', value: language }];
  return { cookies: cookie === '' ? [] : [{ name, value, ...attributes }], origins: [{ origin, localStorage }] };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * Ends transitions: a colour between two themes is not one that a user sees. Drawing all their pictures takes seconds on a
 * busy computer. A page learns of another theme before its next picture.
 */
async function endTransitions(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => requestAnimationFrame(resolve)).then(() => {
    for (let rounds = 0; rounds < 10; rounds += 1)
      document.getAnimations()
        .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)
        .forEach((animation) => animation.finish());
  })`);
}

/**
 * Violations of WCAG 2.0 to 2.2, levels A and AA, and of axe's best practices, one line each.
 * @param rules `colours`: only those about colours, for a page that was looked at in another theme
 */
export async function findViolations(page: Page, rules: 'all' | 'colours' = 'all'): Promise<readonly string[]> {
  await endTransitions(page);
  // Through the debugger, so that the policy of the page does not refuse it. A document gets it once: it takes as long to
  // read as the rules take.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: ['cat.color'] }) };
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary ?? ''}`),
  );
}

/** Writes a picture to .cache/screenshots, for people. */
export async function takeScreenshot(page: Page, name: string, fullPage = true): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await endTransitions(page);
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage });
}

export const themes = ['light', 'dark'] as const;

interface Look {
  /** Of the pictures, without the theme. */
  readonly name: string;
  /** What the page may ask. */
  readonly origin: string;
  readonly fullPage?: boolean;
  readonly in?: readonly (typeof themes)[number][];
}

/** Proves that a page did nothing wrong so far, in each theme, and takes a picture of each. */
export async function checkPage({ page, requests, complaints }: Watched, look: Look): Promise<void> {
  const { name, origin, fullPage, in: chosen = themes } = look;
  for (const [index, colorScheme] of chosen.entries()) {
    await page.emulateMedia({ colorScheme });
    await takeScreenshot(page, `${name}-${colorScheme}`, fullPage);
    expect(await findViolations(page, index === 0 ? 'all' : 'colours'), `${name} ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  expect(requests.filter((url) => !url.startsWith(`${origin}/`) && url !== 'about:blank')).toEqual([]);
  expect(complaints).toEqual([]);
}
