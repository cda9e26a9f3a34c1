import { describe, expect, it } from 'vitest';

import { codes as german } from '../../../../../../pages/wizard/texts/codes/de.ts';
import { codes as english } from '../../../../../../pages/wizard/texts/codes/en.ts';
import { explain, type Said } from '../../../../../../pages/wizard/texts/codes/explain.ts';
import { errorReasons } from '../../../../../../src/domain/reports/error-reasons.ts';
import { reasons } from '../../../../../../src/domain/reports/reasons.ts';

/** `group.code` of all texts. */
function namesIn(texts: object): readonly string[] {
  return Object.entries(texts).flatMap(([name, text]: [string, string | object]) =>
    typeof text === 'string' ? [name] : namesIn(text).map((inner) => `${name}.${inner}`),
  );
}

function textsIn(texts: object): readonly string[] {
  return Object.values(texts).flatMap((text: string | object) => (typeof text === 'string' ? [text] : textsIn(text)));
}

describe('texts of the codes', () => {
  it.each([
    ['en', english],
    ['de', german],
  ])('has each code of reports and of errors, and none besides: %s', (_language, texts) => {
    expect(namesIn(texts.reasons).toSorted()).toEqual(namesIn(reasons).toSorted());
    expect(Object.keys(texts.errors)).toEqual(expect.arrayContaining(Object.keys(errorReasons)));
    expect(Object.keys(texts.fixes.errors).toSorted()).toEqual(Object.keys(texts.errors).toSorted());
  });

  it('has the same codes in both languages, each with a sentence of its own', () => {
    expect(namesIn(german).toSorted()).toEqual(namesIn(english).toSorted());
    const both = new Set(textsIn(english));
    expect(textsIn(german).filter((text) => both.has(text))).toEqual([]);
    expect([...textsIn(german), ...textsIn(english)].filter((text) => !/^\p{Lu}.*\.$/u.test(text))).toEqual([]);
  });
});

describe('what a user reads', () => {
  const said: Said = { code: 'unauthorized', areas: [], message: 'no login for a.example', remedy: 'Sign in.' };

  it('is what was said, in English', () => {
    expect(explain(said, english, true)).toEqual({
      title: 'no login for a.example',
      help: 'Sign in.',
      detail: '',
      isOriginal: true,
    });
  });

  it('is the text of the code where nothing was said, in English', () => {
    expect(explain({ ...said, message: '', remedy: '' }, english, true)).toEqual({
      title: english.errors.unauthorized,
      help: english.fixes.errors.unauthorized,
      detail: '',
      isOriginal: true,
    });
  });

  it('is the text of the code and then what was said, in German', () => {
    expect(explain(said, german, false)).toEqual({
      title: german.errors.unauthorized,
      help: german.fixes.errors.unauthorized,
      detail: 'no login for a.example. Sign in.',
      isOriginal: false,
    });
  });

  it('is what was said where the code is unknown, or its text is not loaded', () => {
    const original = { title: 'no login for a.example', help: 'Sign in.', detail: '', isOriginal: true };
    expect(explain({ ...said, code: 'of-a-later-version' }, german, false)).toEqual(original);
    expect(explain(said, undefined, false)).toEqual(original);
    expect(explain({ code: 'toString', areas: [], message: '', remedy: '' }, german, false).title).toBe('toString');
  });

  it.each([
    ['planning', 'registry-unknown', german.fixes.planning['registry-unknown']],
    ['validate', 'forbidden', german.fixes.validate.forbidden],
    ['apply', 'not-ready', ''],
  ] as const)('has the meaning that a code has in the area %s: %s', (area, code, help) => {
    const { title, help: shown } = explain({ ...said, code, areas: [area] }, german, false);
    const texts: Readonly<Record<string, string>> = german.reasons[area];
    expect(title).toBe(texts[code] ?? german.errors.forbidden);
    expect(shown).toBe(help);
  });
});
