import { describe, expect, it } from 'vitest';

import { checkVariableName } from '../../../../src/domain/build/build-environment.ts';
import { refusalOf } from '../../../builders/task-error.ts';

describe('the environment of a build', () => {
  it('has variables with names of letters, digits, dots, dashes and underscores', () => {
    expect(refusalOf(() => checkVariableName('_B.c-d4'))).toBe('');
  });

  it.each(['../x', '.hidden', '1A', 'a b'])('has no variable %j', (name) => {
    expect(refusalOf(() => checkVariableName(name))).toContain('the name of a variable');
  });
});
