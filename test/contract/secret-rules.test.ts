import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { makeRules } from '../../scripts/secret-rules/make-rules.ts';
import { translate } from '../../scripts/secret-rules/translate.ts';

describe('the rules that find secrets', () => {
  it('are those of the stated version of gitleaks, with its licence', async () => {
    for (const [path, text] of await makeRules()) expect(await readFile(path, 'utf8'), path).toBe(text);
  });

  it.each([
    ['a(?i)b|c', 'a(?i:b)|(?i:c)'],
    ['(?i)a(?-i:B)c', '(?i:a(?-i:B)c)'],
    ['(?P<name>a)', '(a)'],
    ['[[:alnum:]_]', '[0-9A-Za-z_]'],
    [String.raw`a\z`, 'a$'],
    [String.raw`\s[\s;]`, String.raw`[\t\n\f\r ][\t\n\f\r ;]`],
    [String.raw`[\s\S-]`, '[^]'],
    ['[^]]', String.raw`[^\]]`],
    ['(?s:.)', '(?:[^])'],
    [String.raw`\x60`, String.raw`\x60`],
  ])('are translated: %s', (source, wanted) => {
    expect(translate(source)).toBe(wanted);
  });

  it.each([String.raw`\pL`, '(?m)a', '(?=a)', '[[:cntrl:]]', String.raw`\Qa\E`, '[a'])('are refused: %s', (source) => {
    expect(() => translate(source)).toThrow(Error);
  });
});
