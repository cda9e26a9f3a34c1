import { describe, expect, it } from 'vitest';

import { findInconsistent, isSamePlan } from '../../../../src/domain/containerize/changed-entries.ts';
import type { FileEntry } from '../../../../src/domain/containerize/file-entry.ts';
import type { LayerPlan } from '../../../../src/domain/containerize/layer-plan.ts';
import { fileEntry, folderEntry } from '../../../builders/file-entries.ts';

function planOf(entries: readonly FileEntry[], changes: Partial<LayerPlan> = {}): LayerPlan {
  const planned = entries.map((entry) => ({ entry, linkTo: undefined, source: undefined }));
  return { area: 'library', part: 1, entries: planned, whiteouts: [], opaque: [], bytes: 0, ...changes };
}

const file = fileEntry('/a/f');
const mapOf = (...entries: readonly FileEntry[]) => new Map(entries.map((entry) => [entry.path, entry]));
const find = (
  entries: readonly FileEntry[],
  now: readonly FileEntry[],
  more: { missing?: string[]; databases?: string[] } = {},
) =>
  findInconsistent(
    { plan: planOf(entries), missing: more.missing ?? [], databases: more.databases ?? [] },
    mapOf(...now),
  );

describe('two plans of a layer', () => {
  it('are the same for the same files, whatever their numbers', () => {
    expect(isSamePlan(planOf([file]), planOf([fileEntry('/a/f')], { part: 2 }))).toBe(true);
  });

  it.each([
    ['a further file', planOf([file, fileEntry('/a/g')])],
    ['another file', planOf([fileEntry('/a/g')])],
    ['another size', planOf([fileEntry('/a/f', { size: 11 })])],
    ['another time', planOf([fileEntry('/a/f', { modified: '1' })])],
    ['a change that left the time', planOf([fileEntry('/a/f', { changed: '1' })])],
    ['another mode', planOf([fileEntry('/a/f', { mode: 0o600 })])],
    ['something hidden', planOf([file], { whiteouts: ['/x'] })],
    ['a hidden folder', planOf([file], { opaque: ['/x'] })],
    ['a link', planOf([], { entries: [{ entry: file, linkTo: '/a/e', source: undefined }] })],
    ['another source', planOf([], { entries: [{ entry: file, linkTo: undefined, source: fileEntry('/s') }] })],
  ])('differ by %s', (_, other) => {
    expect(isSamePlan(planOf([file]), other)).toBe(false);
  });
});

describe('files that are not as they were', () => {
  it('are none where nothing changed, or only the time of a folder and the number of names', () => {
    const folder = folderEntry('/a');
    expect(find([folder, file], [folderEntry('/a', { modified: '9', changed: '9' }), file])).toEqual([]);
    expect(find([file], [fileEntry('/a/f', { links: 2, changed: '9' })])).toEqual([]);
  });

  it('have a reason each', () => {
    const [changed, vanished, absent] = [fileEntry('/c'), fileEntry('/v'), fileEntry('/n')];
    const now = [fileEntry('/c', { size: 11 }), absent];
    expect(find([changed, vanished, absent], now, { missing: ['/n', '/v'] })).toEqual([
      { path: '/c', reason: 'changed', isDatabase: false },
      { path: '/v', reason: 'vanished', isDatabase: false },
      { path: '/n', reason: 'not-read', isDatabase: false },
    ]);
  });

  it('are named as databases by their beginning or by the files beside them', () => {
    const entries = ['/d', '/d-wal', '/e', '/x-wal'].map((path) => fileEntry(path));
    const now = [...entries.map(({ path }) => fileEntry(path, { size: 11 })), fileEntry('/e-journal')];
    const found = find(entries, now, { databases: ['/d'] });
    expect(found.map(({ path, isDatabase }) => [path, isDatabase])).toEqual([
      ['/d', true],
      ['/d-wal', true],
      ['/e', true],
      ['/x-wal', false],
    ]);
  });
});
