import { expect, it } from 'vitest';

import { areaOf } from '../../../../src/domain/containerize/area-of.ts';
import type { PlannedArea } from '../../../../src/domain/containerize/plan.ts';

function area(name: string, path: string): PlannedArea {
  return { name, kind: 'changed', path, without: [], source: { from: 'container' }, included: true, reason: '' };
}

it('a path belongs to the area with the most specific path, in any order', () => {
  const areas = [area('all', '/'), area('inner', '/files/a'), area('files', '/files')];
  expect(areaOf('/files/a/b', areas)?.name).toBe('inner');
  expect(areaOf('/files/ab', areas.toReversed())?.name).toBe('files');
  expect(areaOf('/etc', areas)?.name).toBe('all');
  expect(areaOf('/etc', areas.slice(1))).toBeUndefined();
});
