import { location } from '../../../../builders/image-plan.ts';
import { describe, expect, it } from 'vitest';

import type { SyncPlan } from '../../../../../src/domain/images/plan/sync-plan.ts';
import type { Outcome } from '../../../../../src/domain/reports/outcome.ts';
import { craneImageSync } from '../../../../../src/tasks/crane/crane-image-sync/task.ts';
import { syncExportedImages } from '../../../../../src/usecases/images/copy/sync-exported-images.ts';
import type { SyncResult } from '../../../../../src/usecases/images/copy/sync-images.ts';
import type { PlanSyncResult } from '../../../../../src/usecases/images/plan/plan-outcome.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const image = {
  source: location('a.example/shop/web'),
  digest,
  destination: location('b.example/store/web'),
  tags: ['1'],
  class: 'pushed',
  reason: 'pushed',
  usedBy: [],
} as const;
const plan: SyncPlan = {
  schemaVersion: 1,
  source: { registry: 'a.example', internalRegistry: '' },
  destination: { registry: 'b.example', namespace: 'store' },
  images: [image],
  skipped: [],
  problems: [],
};
const names = Array.from({ length: 9 }, (_, number) => `b.example/store/web-${String(number)}@${digest}`);
const counts = { 'image-count': '99999', 'skipped-count': '99999', 'problem-count': '99999' };

/** Both halves with results as long as they may become. */
function run(replacement: string) {
  const planning: Outcome<PlanSyncResult> = {
    items: [],
    results: { ...counts, 'plan-digest': digest, 'registry-replacement': replacement },
    summary: 'planned',
  };
  const copied: Outcome<SyncResult> = {
    items: [],
    results: {
      ...counts,
      'copied-count': '99999',
      'present-count': '99999',
      'failed-count': '99999',
      'referrer-count': '99999',
      IMAGES: names.join(','),
    },
    summary: 'copied',
  };
  return syncExportedImages({ plan, planning, allowProblems: [] }, () => Promise.resolve(copied));
}

/** What Tekton keeps of results, as a step leaves them behind. */
function sizeOf(results: Readonly<Record<string, string>>): number {
  const all = { ...results, status: 'collision-of-names', 'report-digest': digest };
  expect(Object.keys(all).sort()).toEqual([...Object.keys(craneImageSync.results)].sort());
  return JSON.stringify(Object.entries(all).map(([key, value]) => ({ key, value, type: 1 }))).length;
}

describe('the results of planning and copying', () => {
  it.each([0, 400, 1024])('take less than 2 KiB beside pairs of %i characters', async (length) => {
    const { results } = await run('x'.repeat(length));
    expect(results['registry-replacement']).toHaveLength(length);
    expect(sizeOf(results)).toBeLessThan(2048);
  });

  it('name all images if they fit', async () => {
    const { results, summary } = await run('');
    expect(results.IMAGES).toBe(names.join(','));
    expect(summary).toBe('planned; copied');
  });

  it('name whole images only where pairs take the space, and say so', async () => {
    const { results, summary } = await run('x'.repeat(400));
    expect(results.IMAGES).toBe(names.slice(0, 6).join(','));
    expect(summary).toBe('planned; copied; beside registry-replacement the result IMAGES can hold 6');
    expect((await run('x'.repeat(1024))).results.IMAGES).toBe('');
  });
});
