import { describe, expect, it } from 'vitest';

import { wrongSteps } from '../../../../../pages/wizard/move/wrong-steps.ts';

const error = (path: string) => ({ path, severity: 'error' }) as const;

describe('the steps with an error', () => {
  it.each([
    ['name', 'what'],
    ['source.labelSelector', 'source'],
    ['source.includeResources', 'inventory'],
    ['allowForbidden', 'inventory'],
    ['destination.namespace', 'destination'],
    ['images.allowProblems', 'images'],
    ['claims.settings.data.size', 'claims'],
    ['changes.patches', 'changes'],
    ['credentials.source.secret', 'credentials'],
    ['run.volumeSize', 'credentials'],
    ['acceptedGaps', 'check'],
  ])('have the place of the answer: %s', (path, step) => {
    expect([...wrongSteps([error(path)])]).toEqual([step]);
  });

  it('are those of errors alone, and each is named once', () => {
    const problems = [
      error('claims.settings.data.size'),
      error('claims.settings.logs.newName'),
      error('names'),
      { path: 'destination.namespace', severity: 'warning' } as const,
    ];
    expect([...wrongSteps(problems)]).toEqual(['claims']);
  });
});
