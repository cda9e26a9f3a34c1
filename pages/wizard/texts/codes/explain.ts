import { ownValue } from '../../../../src/domain/core/json-object.ts';
import type { ReasonGroup } from '../../../../src/domain/reports/reasons.ts';
import type { CodeTexts } from './code-texts.ts';

/** What the server, a cluster or a program says: English. */
export interface Said {
  /** Empty: none. */
  readonly code: string;
  /** Where the code comes from. Empty: the server, or the end of a program. */
  readonly areas: readonly ReasonGroup[];
  /** Empty: only the code is known. */
  readonly message: string;
  readonly remedy: string;
}

export interface Explained {
  readonly title: string;
  /** Empty: it is not known how to fix it. */
  readonly help: string;
  /** What was said, where the title does not say it; English. Else empty. */
  readonly detail: string;
  /** Whether title and help are what was said. */
  readonly isOriginal: boolean;
}

/**
 * What a user reads. In English that is what was said, and the text of the code where nothing was. In another language
 * the text of the code leads, and what was said follows.
 * @param codes undefined: not loaded
 */
export function explain(
  { code, areas, message, remedy }: Said,
  codes: CodeTexts | undefined,
  isEnglish: boolean,
): Explained {
  const { meaning, fix } = codes === undefined ? unknown : textOf(codes, code, areas);
  if (isEnglish || meaning === '') {
    const title = [message, meaning, code].find((text) => text !== '') ?? '';
    return { title, help: remedy === '' && isEnglish ? fix : remedy, detail: '', isOriginal: true };
  }
  return { title: meaning, help: fix, detail: sentences(message, remedy), isOriginal: false };
}

const unknown = { meaning: '', fix: '' };

/** An area before the errors: some have a narrower meaning there. */
function textOf({ errors, reasons, fixes }: CodeTexts, code: string, areas: readonly ReasonGroup[]): typeof unknown {
  const find = (...all: readonly Readonly<Record<string, string>>[]): string =>
    all.map((texts) => ownValue(texts, code)).find((text) => text !== undefined) ?? '';
  const meaning = find(...areas.map((area) => reasons[area]), errors);
  const narrower = [
    ...(areas.includes('planning') ? [fixes.planning] : []),
    ...(areas.includes('validate') ? [fixes.validate] : []),
  ];
  return { meaning, fix: find(...narrower, fixes.errors) };
}

/** Texts as sentences: messages have no full stop. */
export function sentences(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .map((text) => (/[.!?:]$/.test(text) ? text : `${text}.`))
    .join(' ');
}
