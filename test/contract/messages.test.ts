import { globSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { findNames, findWords } from '../../scripts/prose/messages.ts';

describe('messages and comments', () => {
  it('have no words that docs/style.md does not allow', () => {
    expect(globSync('src/**/*.ts').flatMap((file) => findWords(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each([
    ['a literal', "log.warn('the run shall end');", 'shall'],
    ['a template', 'throw new TaskError(code, `reading ${name}: ${value} is no kind`);', 'is no'],
    ['a remedy of several literals', "const remedy = 'Run again: ' + 'what is done stays.';", 'stays'],
    ['a line comment', '// the run shall end', 'shall'],
    ['a comment after code', 'run(); // begins anew', 'anew'],
    ['a comment of a parameter', 'run(/* mends it */ true);', 'mends'],
    ['a docstring', '/** Whoever runs it. */ export const a = 1;', 'Whoever'],
    ['a comment at the end of a block', 'if (a) {\n} // goes\n', 'goes'],
  ])('are checked in %s', (_, source, word) => {
    expect(findWords('a.ts', source)).toMatchObject([{ file: 'a.ts', line: source.startsWith('if') ? 2 : 1, word }]);
  });

  it.each(["it('stays');", 'import x from "tells";', "log.info('there is no such kind');", 'const stays = 1;'])(
    'are not looked for in %s',
    (source) => {
      expect(findWords('a.ts', source)).toEqual([]);
    },
  );
});

describe('exported names', () => {
  it('have no words that docs/style.md does not allow', () => {
    const findings = globSync('src/**/*.ts').flatMap((file) => findNames(file, readFileSync(file, 'utf8')));
    expect(findings).toEqual([]);
  });

  it.each([
    ['export function tellPlan(): void {}', 'tell'],
    ['export const staysBehind = 1;', 'stays'],
    ['export interface FreeRoom {}', 'Room'],
    ['export type BringOne = string;', 'Bring'],
    ['export const isNoHost = true;', 'is No'],
  ])('are checked in %s', (source, word) => {
    expect(findNames('a.ts', source)).toMatchObject([{ file: 'a.ts', line: 1, word }]);
  });

  it.each(['const staysBehind = 1;', 'export const bathroom = 1;'])('are not looked for in %s', (source) => {
    expect(findNames('a.ts', source)).toEqual([]);
  });
});
