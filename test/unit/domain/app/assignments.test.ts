import { describe, expect, it } from 'vitest';

import { formatAssignments, parseAssignments } from '../../../../src/domain/app/assignments.ts';
import { refusalOf } from '../../../builders/task-error.ts';

describe('parseAssignments', () => {
  it.each([
    ['', []],
    ['A=1', [['A', '1']]],
    [
      'A=1, B=x=y',
      [
        ['A', '1'],
        ['B', 'x=y'],
      ],
    ],
    ['A=', [['A', '']]],
    [
      '["A= 1,2 ","B=line\\nline"]',
      [
        ['A', ' 1,2 '],
        ['B', 'line\nline'],
      ],
    ],
    ['a.b-c_D=1', [['a.b-c_D', '1']]],
  ])('reads %j', (text, expected) => {
    expect(parseAssignments(text, 'environment').map(({ name, value }) => [name, value])).toEqual(expected);
  });

  it.each([
    ['secretvalue', 'entry 1: expected NAME=value'],
    ['A=1,=secretvalue', 'entry 2: expected NAME=value'],
    ['A=secretvalue,A=secretvalue', 'entry 2: A is given twice'],
    ['A=a,secretvalue', 'entry 2'],
    ['1A=secretvalue', 'entry 1'],
    ['A B=secretvalue', 'entry 1'],
  ])('refuses %j without its values', (text, message) => {
    const refusal = refusalOf(() => parseAssignments(text, 'environment'));
    expect(refusal).toContain(`invalid-param: reading environment: ${message}`);
    expect(refusal).not.toContain('secretvalue');
  });
});

describe('formatAssignments', () => {
  it.each([
    [[], ''],
    [[{ name: 'A', value: '1' }], 'A=1'],
    [[{ name: 'A', value: 'a,b' }], '["A=a,b"]'],
    [[{ name: 'A', value: '$$(HOME)' }], '["A=\\u0024\\u0024(HOME)"]'],
  ])('writes what is read as the same: %j', (assignments, text) => {
    expect(formatAssignments(assignments)).toBe(text);
    expect(parseAssignments(text, 'environment')).toEqual(assignments);
  });
});
