import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { releaseStatuses, type ReleaseStatus, type Revision } from '../../../../src/domain/helm/helm.ts';
import { isUnderWay, lastGood, planRecovery, previousGood } from '../../../../src/domain/helm/plan-recovery.ts';

const history = (...statuses: readonly ReleaseStatus[]): readonly Revision[] =>
  statuses.map((status, index) => ({
    revision: index + 1,
    updated: '2026-01-01T00:00:00Z',
    status,
    chart: 'a-1.0.0',
    appVersion: '',
    description: '',
  }));

describe('the recovery of a release', () => {
  it.each<readonly [readonly ReleaseStatus[], string, readonly number[]]>([
    [[], 'none', []],
    [['deployed'], 'none', []],
    [['superseded', 'failed'], 'none', []],
    [['deployed', 'failed'], 'none', []],
    [['pending-install'], 'forget', [1]],
    [['failed'], 'forget', [1]],
    [['failed', 'pending-upgrade'], 'forget', [1, 2]],
    [['deployed', 'pending-upgrade'], 'drop', [2]],
    [['superseded', 'pending-upgrade'], 'drop', [2]],
    [['superseded', 'deployed', 'pending-rollback'], 'drop', [3]],
    [['uninstalled'], 'none', []],
    [['uninstalling'], 'finish-uninstall', []],
    [['unknown'], 'none', []],
  ])('of %j is %s %j', (statuses, kind, revisions) => {
    const plan = planRecovery(history(...statuses));
    expect(plan.kind).toBe(kind);
    expect('revisions' in plan ? plan.revisions.map(({ revision }) => revision) : []).toEqual(revisions);
  });

  it('never loses a revision that was deployed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...releaseStatuses), { maxLength: 8 }), (statuses) => {
        const plan = planRecovery(history(...statuses));
        const lost = 'revisions' in plan ? plan.revisions : [];
        expect(lost.filter(({ status }) => status === 'deployed' || status === 'superseded')).toEqual([]);
      }),
    );
  });

  it('waits for a helm that may be alive', () => {
    const alive: readonly ReleaseStatus[] = ['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling'];
    for (const status of releaseStatuses) expect(isUnderWay(history('deployed', status))).toBe(alive.includes(status));
  });

  it('knows the good revisions', () => {
    expect(lastGood(history('superseded', 'deployed', 'failed'))?.revision).toBe(2);
    expect(previousGood(history('superseded', 'deployed'))?.revision).toBe(1);
    expect(previousGood(history('superseded', 'deployed', 'failed'))?.revision).toBe(2);
    expect(previousGood(history('deployed'))).toBeUndefined();
  });
});
