import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { de } from '../../../../../pages/wizard/texts/de.ts';
import { en } from '../../../../../pages/wizard/texts/en.ts';

const pages = join(import.meta.dirname, '../../../../../pages');
const folder = join(pages, 'wizard/texts');

/** The names of the sections in all files of a language. */
async function sectionsIn(language: string): Promise<readonly string[]> {
  const files = readdirSync(join(folder, language));
  const modules = await Promise.all(
    files.map((file) => import(join(folder, language, file)) as Promise<Record<string, object>>),
  );
  return modules.flatMap((module) => Object.values(module).flatMap(Object.keys));
}

/** Names of all texts, such as `move.next`, without the endings by which i18next tells numbers apart. */
function namesIn(texts: object, prefix = ''): readonly string[] {
  return Object.entries(texts).flatMap(([name, text]: [string, unknown]) =>
    typeof text === 'object' && text !== null
      ? namesIn(text, `${prefix}${name}.`)
      : `${prefix}${name.replace(/_(one|other)$/, '')}`,
  );
}

describe('texts of the wizard', () => {
  it('are all used by a page: one that is not belongs to a part that was lost', () => {
    const files = globSync('**/*.{ts,tsx}', { cwd: pages }).filter((file) => !file.startsWith('wizard/texts/'));
    const code = files.map((file) => readFileSync(join(pages, file), 'utf8')).join('');
    const starts = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, start = '']) => start);
    const isUsed = (name: string) => code.includes(`'${name}'`) || starts.some((start) => name.startsWith(start));
    expect(namesIn(en).filter((name) => !isUsed(name))).toEqual([]);
  });

  it.each([
    ['en', en],
    ['de', de],
  ])('no file hides a section of another one: %s', async (language, texts) => {
    expect((await sectionsIn(language)).toSorted()).toEqual(Object.keys(texts).toSorted());
  });
});
