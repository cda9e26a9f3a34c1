import i18next, { type ResourceKey } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { de } from './de.ts';
import { en } from './en.ts';

const languageKey = 'crane-tasks.language';

/** A language of tests: every text is longer and in brackets, so that one that is not translated or is cut is seen. */
const pseudo = 'pseudo';

function pseudoOf(texts: object): ResourceKey {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]: [string, unknown]) => [
      key,
      typeof text === 'string' ? pseudoText(text) : pseudoOf(text as object),
    ]),
  );
}

function pseudoText(text: string): string {
  return `\u27E6${text} \u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u27E7`;
}

/** Loads the texts in the language that the user chose, else that of the browser, else English. */
export async function startTexts(): Promise<void> {
  const chosen = localStorage.getItem(languageKey) ?? navigator.language;
  const isPseudo = chosen === pseudo;
  await i18next.use(initReactI18next).init({
    resources: {
      en: { translation: en },
      de: { translation: de },
      ...(isPseudo ? { [pseudo]: { translation: pseudoOf(en) } } : {}),
    },
    lng: isPseudo ? pseudo : chosen.startsWith('de') ? 'de' : 'en',
    fallbackLng: 'en',
    // React writes texts as texts.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  });
  document.documentElement.lang = isPseudo ? 'en' : i18next.language;
}

/** Changes the language, and keeps it for the next visit. */
export async function chooseLanguage(language: string): Promise<void> {
  localStorage.setItem(languageKey, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
