import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import { de } from './de.ts';
import { en } from './en.ts';

const languageKey = 'crane-tasks.language';

/** Loads the texts in the language that the user chose, else that of the browser, else English. */
export async function startTexts(): Promise<void> {
  const chosen = localStorage.getItem(languageKey) ?? navigator.language;
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, de: { translation: de } },
    lng: chosen.startsWith('de') ? 'de' : 'en',
    fallbackLng: 'en',
    // React writes texts as texts.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  });
  document.documentElement.lang = i18next.language;
}

/** Changes the language, and keeps it for the next visit. */
export async function chooseLanguage(language: 'en' | 'de'): Promise<void> {
  localStorage.setItem(languageKey, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
