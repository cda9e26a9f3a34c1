import { describe, expect, it } from 'vitest';

import { completeApplication } from '../../../../../src/domain/planning/applications/application-answers.ts';
import { checkApplication } from '../../../../../src/domain/planning/applications/check-application.ts';
import { imageAnswers } from '../../../../builders/application.ts';

function problemsOf(more: object): readonly string[] {
  const answers = completeApplication({ ...imageAnswers, ...more }, { isOpenShift: false });
  return checkApplication(answers).map(({ path, code }) => `${path} ${code}`);
}

describe('checkApplication', () => {
  it('finds nothing wrong with an image of a workload', () => {
    expect(problemsOf({ includePaths: ['/home/me/.local'], exportName: 'week-3' })).toEqual([]);
  });

  it.each([
    [{ action: 'portable-image', workload: '', registry: '', path: '' }, ['workload', 'registry', 'path']],
    [{ action: 'app-export' }, ['release', 'claim']],
    [{ action: 'app-publish' }, ['release', 'claim', 'publishTo']],
    [{ action: 'export-delete' }, ['export']],
  ])('names what is missing: %j', (answers, missing) => {
    expect(problemsOf(answers)).toEqual(missing.map((path) => `${path} answer-missing`));
  });

  it.each([
    [{ workload: 'job/x' }, 'workload name-invalid'],
    [{ registry: 'https://registry.example.com' }, 'registry repository-invalid'],
    [{ path: 'Team' }, 'path repository-invalid'],
    [{ exportName: 'a b' }, 'exportName export-name-invalid'],
    [{ exportName: 'a'.repeat(113) }, 'exportName export-name-invalid'],
    [{ includePaths: ['home'] }, 'includePaths path-invalid'],
    [{ excludePaths: ['/a,/b'] }, 'excludePaths path-invalid'],
    [{ excludePaths: ['/a/../b'] }, 'excludePaths path-invalid'],
    [{ folder: '../other' }, 'folder path-invalid'],
    [{ folder: '/absolute' }, 'folder path-invalid'],
    [{ release: 'Web' }, 'release name-invalid'],
    [{ login: { kind: 'secret' } }, 'login.secret secret-missing'],
    [{ run: { volumeSize: 'much' } }, 'run.volumeSize size-invalid'],
    [{ run: { volumeSize: '0' } }, 'run.volumeSize size-invalid'],
  ])('refuses %j', (more, problem) => {
    expect(problemsOf(more)).toEqual([problem]);
  });

  it.each([{ folder: 'exports/2026.1' }, { login: { kind: 'secret', secret: 'source' } }])('accepts %j', (more) => {
    expect(problemsOf(more)).toEqual([]);
  });
});
