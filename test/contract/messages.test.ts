import { globSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { findWords } from '../../scripts/prose/messages.ts';
import { messagesLater } from './messages-later.ts';

const findings = globSync('src/**/*.ts').flatMap((file) => findWords(file, readFileSync(file, 'utf8')));

describe('messages', () => {
  it('have no words that docs/style.md does not allow', () => {
    expect(findings.filter(({ file }) => !messagesLater.includes(file))).toEqual([]);
  });

  it('have them in each file that is exempt', () => {
    const files = new Set(findings.map(({ file }) => file));
    expect(messagesLater.filter((file) => !files.has(file))).toEqual([]);
  });

  it.each([
    ['a literal', "log.warn('the run shall end');", 'shall'],
    ['a template', 'throw new TaskError(code, `reading ${name}: ${value} is no kind`);', 'is no'],
    ['a remedy of several literals', "const remedy = 'Run again: ' + 'what is done stays.';", 'stays'],
  ])('are checked in %s', (_, source, word) => {
    expect(findWords('a.ts', source)).toMatchObject([{ file: 'a.ts', line: 1, word }]);
  });

  it.each(["it('stays');", '// the run shall end', 'import x from "tells";', "log.info('there is no such kind');"])(
    'are not looked for in %s',
    (source) => {
      expect(findWords('a.ts', source)).toEqual([]);
    },
  );
});
