import { describe, expect, it } from 'vitest';

import { checkSourcePath } from '../../../../src/domain/source/source-path.ts';
import { refusalOf } from '../../../builders/task-error.ts';

describe('a path in the workspace', () => {
  it.each([
    ['a', 'a'],
    ['./a//b/', 'a/b'],
    ['a/reports', 'a/reports'],
    ['reports.txt', 'reports.txt'],
    ['.gitignore', '.gitignore'],
  ])('%s is %s', (path, expected) => {
    expect(checkSourcePath(path, 'folder')).toBe(expected);
  });

  it.each([
    'é'.repeat(128),
    'a/'.repeat(2100),
    '',
    '.',
    '/',
    '/a',
    '..',
    'a/..',
    'a/../b',
    'a\nb',
    'reports',
    './reports/x',
    '.tmp-1',
    '.tmp-1/x',
  ])('%j is refused', (path) => {
    expect(refusalOf(() => checkSourcePath(path, 'folder'))).toMatch(/^invalid-param: reading folder/);
  });
});
