import { describe, expect, it } from 'vitest';

import { recoveryOf } from '../../../../src/domain/planning/recovery.ts';

const again = ['fix-cause', 'retry'];
const rollBack = ['take-back', 'fix-cause', 'retry'];

describe('the steps after a failed run', () => {
  it.each([
    ['export', 'stage', false, 'before-anything-is-written', again],
    ['export', 'cutover', false, 'before-anything-is-written', again],
    ['quiesce', 'cutover', false, 'scaling-down', ['check-source', 'restart-source', ...again]],
    ['volumes', 'stage', false, 'volumes', again],
    ['volumes', 'cutover', false, 'volumes', again],
    ['image-sync', 'images', false, 'images', again],
    ['image-sync', 'app', false, 'images', again],
    ['apply-to-cluster', 'app', true, 'applying', again],
    ['apply-to-cluster', 'cutover', true, 'a-cutover-that-failed-after-it-applied', rollBack],
    ['apply-to-cluster', 'cutover', false, 'applying', again],
    ['verify', 'app', true, 'verifying', ['fix-cause', 'verify', 'retry']],
    ['verify', 'cutover', true, 'a-cutover-that-failed-after-it-applied', rollBack],
    ['restore-scale', 'cutover', true, 'scaling-down', ['check-source', 'restart-source', ...rollBack]],
    ['restore-scale', 'cutover', false, 'scaling-down', ['check-source', 'restart-source', ...again]],
    ['summary', 'app', true, 'an-interrupted-run', ['retry']],
    [undefined, 'stage', false, 'an-interrupted-run', ['retry']],
    [undefined, 'cutover', false, 'an-interrupted-run', ['check-source', 'restart-source', 'retry']],
    [undefined, 'cutover', true, 'an-interrupted-run', ['check-source', 'restart-source', ...rollBack]],
    ['constructor', 'app', false, 'an-interrupted-run', ['retry']],
    ['crane-rollback', 'cutover', true, 'rolling-back', ['fix-cause', 'take-back']],
    ['import', 'other', false, 'importing-an-application', again],
    ['deploy', 'other', false, 'deploying', again],
    ['containerize', 'other', false, 'making-a-portable-image', ['check-export', ...again]],
    ['exports-delete', 'other', false, 'deleting-exports', ['check-export', ...again]],
  ] as const)('at %s of a run %s, applied: %s, are those of %s', (...[task, action, hasApplied, chapter, steps]) => {
    expect(recoveryOf({ task, action, hasApplied })).toMatchObject({ chapter, steps });
  });

  it('have what the user can do instead', () => {
    const cutover = recoveryOf({ task: 'verify', action: 'cutover', hasApplied: true });
    expect(cutover.instead).toEqual(['accept', 'stop-source']);
    expect(recoveryOf({ task: 'apply-to-cluster', action: 'app', hasApplied: true }).instead).toEqual(['take-back']);
  });
});
