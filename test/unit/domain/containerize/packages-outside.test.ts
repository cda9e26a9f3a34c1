import { expect, it } from 'vitest';

import { packagesOutside } from '../../../../src/domain/containerize/packages-outside.ts';
import type { PlannedArea } from '../../../../src/domain/containerize/plan.ts';

const area = (path: string, included = true) => ({ path, included, reason: 'left out' }) as PlannedArea;
const never = [
  { path: '/home/u', reason: 'HOME is never included' },
  { path: '/home', reason: 'home folders are never included' },
];

it('packages that no area has are named once, with all programs that load them', () => {
  const areas = [area('/'), area('/app-library'), area('/files', false), area('/home/u/.local')];
  const load = (path: string, loader = 'python3 sys.path') => ({ path, loader });
  expect(
    packagesOutside(
      [
        load('/usr/lib/python3'),
        load('/app-library'),
        load('/home/u/.local/lib'),
        load('/home/u/R', 'R .libPaths()'),
        load('/home/u/R'),
        load('/home/shared'),
        load('/files/lib'),
      ],
      { areas, never },
    ),
  ).toEqual([
    {
      path: '/home/u/R',
      loader: 'R .libPaths(), python3 sys.path',
      bytes: undefined,
      reason: 'HOME is never included',
    },
    { path: '/home/shared', loader: 'python3 sys.path', bytes: undefined, reason: 'home folders are never included' },
    { path: '/files/lib', loader: 'python3 sys.path', bytes: undefined, reason: 'left out' },
  ]);
  expect(packagesOutside([load('/x')], { areas: [], never: [{ path: '/x', reason: 'r' }] })).toMatchObject([
    { reason: 'r' },
  ]);
  expect(packagesOutside([load('/x')], { areas: [], never: [] })).toEqual([]);
});
