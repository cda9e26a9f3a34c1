import type { Page } from 'playwright-core';

import type { OpenedWizard } from './wizard-scene.ts';

/** Opens the first step of a move. */
export async function beginMove({ page }: OpenedWizard, language = 'en'): Promise<Page> {
  await page.evaluate(`localStorage.setItem('crane-tasks.language', '${language}')`);
  await page.goto(new URL('/move', page.url()).href);
  await page.locator('#name').waitFor();
  return page;
}

/** The buttons of the steps do not depend on the language. */
export const primary = '.pf-v6-c-wizard__footer .pf-m-primary';

export async function next(page: Page): Promise<void> {
  await page.locator(primary).click();
}

export async function connect(page: Page, side: 'source' | 'destination', namespace: string): Promise<void> {
  await page.locator('main form button.pf-m-secondary').click();
  await page.locator(`#${side}-namespace`).fill(namespace);
}
