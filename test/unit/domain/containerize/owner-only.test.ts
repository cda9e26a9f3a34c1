import { expect, it } from 'vitest';

import type { OwnerRule } from '../../../../src/domain/containerize/layer-owner.ts';
import { findOwnerOnly } from '../../../../src/domain/containerize/owner-only.ts';
import type { PlannedArea } from '../../../../src/domain/containerize/plan.ts';
import { containerizePlan } from '../../../builders/containerize-plan.ts';
import { fileEntry, folderEntry } from '../../../builders/file-entries.ts';

const owners: OwnerRule = { runningUid: 7, runningGid: 7, imageUid: 1, imageGid: 1, groupRights: true };

function areaOf(kind: PlannedArea['kind'], path: string): PlannedArea {
  return { name: kind, kind, path, without: [], source: { from: 'container' }, included: true, reason: '' };
}

it('finds files of libraries and of the start command that only the owner and its group can read', () => {
  const areas = [areaOf('library', '/lib'), areaOf('workspace', '/files'), areaOf('changed', '/')];
  const { start } = containerizePlan();
  const plan = containerizePlan({ areas, start: { ...start, entrypoint: ['/start.sh'], arguments: ['run'] } });
  const entries = [
    ...[folderEntry('/lib/a', { mode: 0o750 }), fileEntry('/lib/a/b', { mode: 0o600 }), fileEntry('/lib/open')],
    ...[fileEntry('/lib/closed', { mode: 0o640, uid: 7 }), fileEntry('/lib/link', { kind: 'symlink', mode: 0o700 })],
    ...[fileEntry('/files/x', { mode: 0o600 }), fileEntry('/start.sh', { mode: 0o700 }), fileEntry('/x', { mode: 0 })],
  ];
  expect(findOwnerOnly(entries, { plan, owners })).toEqual(['/lib/a', '/lib/closed', '/start.sh']);
  expect(findOwnerOnly(entries, { plan: containerizePlan(), owners })).toEqual([]);
});
