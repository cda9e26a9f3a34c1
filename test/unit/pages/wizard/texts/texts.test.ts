import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { de } from '../../../../../pages/wizard/texts/de.ts';
import { en } from '../../../../../pages/wizard/texts/en.ts';

const folder = join(import.meta.dirname, '../../../../../pages/wizard/texts');

/** The names of the sections in all files of a language. */
async function sectionsIn(language: string): Promise<readonly string[]> {
  const files = readdirSync(join(folder, language));
  const modules = await Promise.all(
    files.map((file) => import(join(folder, language, file)) as Promise<Record<string, object>>),
  );
  return modules.flatMap((module) => Object.values(module).flatMap(Object.keys));
}

describe('texts of the wizard', () => {
  it.each([
    ['en', en],
    ['de', de],
  ])('no file hides a section of another one: %s', async (language, texts) => {
    expect((await sectionsIn(language)).toSorted()).toEqual(Object.keys(texts).toSorted());
  });
});
