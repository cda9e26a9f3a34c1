import type { CodeTexts } from './code-texts.ts';

/** The texts of the codes are loaded when a view needs them: most visits need none. */
export const loadCodes: Readonly<Record<'en' | 'de', () => Promise<CodeTexts>>> = {
  en: async () => (await import('./en.ts')).codes,
  de: async () => (await import('./de.ts')).codes,
};
