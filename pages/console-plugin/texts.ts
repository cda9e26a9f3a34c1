import { createInstance, type i18n } from 'i18next';

import { de } from '../wizard/texts/de.ts';
import { en } from '../wizard/texts/en.ts';

/** The texts of the wizard beside those of the console, in the console's language. */
export function makeTexts(language: string): i18n {
  const texts = createInstance();
  void texts.init({
    resources: { en: { translation: en }, de: { translation: de } },
    lng: language.startsWith('de') ? 'de' : 'en',
    fallbackLng: 'en',
    // React writes texts as texts.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
    initAsync: false,
  });
  return texts;
}
