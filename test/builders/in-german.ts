import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Looks at the page in German, and returns to English. */
export async function inGerman(page: Page, look: () => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe('de');
  await look();
  await page.getByRole('button', { name: 'English' }).click();
  await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe('en');
}

/** The texts of the page that are marked as English. */
export function markedTexts(page: Page): Promise<readonly string[]> {
  return page.locator('main [lang=en]').allTextContents();
}
