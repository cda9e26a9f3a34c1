import type { Page } from 'playwright-core';

import type { OpenedWizard, WizardScene } from './wizard-scene.ts';

/** Opens the first step of a move in a session of its own: the wizard refuses more than ten connections of one in a minute. */
export async function beginMove(scene: WizardScene, language = 'en'): Promise<OpenedWizard> {
  const opened = await scene.open({ path: '/move', language });
  await opened.page.locator('#name').waitFor();
  return opened;
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
