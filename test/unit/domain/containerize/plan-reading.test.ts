import { describe, expect, it } from 'vitest';

import { planReading, type ReadingFacts } from '../../../../src/domain/containerize/plan-reading.ts';
import type { PlannedArea } from '../../../../src/domain/containerize/plan.ts';

const area = (kind: PlannedArea['kind'], path: string, claim?: string): PlannedArea => ({
  name: kind,
  kind,
  path,
  without: [],
  source: claim === undefined ? { from: 'container' } : { from: 'claim', claim, subPath: '' },
  included: true,
  reason: 'because',
});
const files = area('workspace', '/files', 'files');
const changed = area('changed', '/');
const packages = area('packages', '/home/u/.local');

function plan(areas: readonly PlannedArea[], facts: Partial<ReadingFacts> = {}) {
  return planReading(
    { areas, warnings: ['first'] },
    {
      missing: '',
      isMountedHere: () => false,
      claims: 'auto',
      hasSnapshots: false,
      mayAddContainer: false,
      ...facts,
    },
  );
}
const missing = 'there is no shell';

describe('files', () => {
  it('are read by the programs of the container, if it has them', () => {
    const areas = [files, changed];
    expect(plan(areas)).toEqual({ areas, warnings: ['first'], reading: { claims: 'container', own: 'exec' } });
    expect(plan(areas, { claims: 'pod' }).reading).toEqual({ claims: 'pod', own: 'exec' });
    expect(plan(areas, { mayAddContainer: true }).reading.own).toBe('exec');
  });

  it('of claims are read by a pod else, and changed files are said to be missing', () => {
    const { areas, warnings, reading } = plan([files, changed], { missing });
    expect(reading).toEqual({ claims: 'pod', own: 'none' });
    expect(areas).toEqual([files, { ...changed, included: false, reason: 'cannot be read: there is no shell' }]);
    expect(warnings[1]).toContain('own file system are missing: there is no shell');
    expect(plan([files], { missing }).warnings).toEqual(['first']);
  });

  it('of the container are read by a debug container, where that is allowed', () => {
    const { areas, warnings, reading } = plan([files, packages, changed], { missing, mayAddContainer: true });
    expect(reading).toEqual({ claims: 'pod', own: 'debug-container' });
    expect(areas).toEqual([files, packages, changed]);
    expect(warnings[1]).toContain('Kubernetes cannot remove it');
  });

  it('that the image must have are not left out silently', () => {
    expect(() => plan([files, packages], { missing })).toThrow(/how to read \/home\/u\/.local: there is no shell/);
    expect(() => plan([files], { missing, claims: 'container' })).toThrow(/how to read \/files/);
    const out = { ...packages, included: false };
    expect(plan([files, out], { missing, claims: 'container', isMountedHere: () => true }).areas).toEqual([files, out]);
  });

  it('of snapshots are as after a power cut', () => {
    const { reading, warnings } = plan([files], { hasSnapshots: true, claims: 'container' });
    expect(reading).toEqual({ claims: 'snapshot', own: 'exec' });
    expect(warnings[1]).toContain('as after a power cut');
  });
});
