import { describe, expect, it } from 'vitest';

import { addFolders } from '../../../../src/domain/containerize/made-folders.ts';
import { entriesToRead } from '../../../../src/domain/containerize/layer-plan.ts';
import type { OwnerRule } from '../../../../src/domain/containerize/layer-owner.ts';
import { splitLayers, type SplitInput } from '../../../../src/domain/containerize/split-layers.ts';
import { fileEntry, folderEntry } from '../../../builders/file-entries.ts';

const owners: OwnerRule = { runningUid: 7, runningGid: 7, imageUid: 1000, imageGid: 100, groupRights: true };
const nothing: SplitInput = { areas: [], above: [], removed: [], opaque: [] };
const home = '/home/u';
const unknown = { runningUid: undefined, imageUid: undefined, imageGid: undefined };

describe('folders that an image needs', () => {
  it('belong to the user of the image, and nothing is read for them', () => {
    const input = addFolders(nothing, { homes: [home], shared: ['/tmp'] }, { found: [], owners });
    const [layer, other] = splitLayers(input, { mostLayers: 9 }).layers;
    expect(other).toBeUndefined();
    expect(layer?.entries.map(({ entry: { path, uid, gid, mode } }) => [path, uid, gid, mode])).toEqual([
      [home, 1000, 0, 0o775],
      ['/tmp', 0, 0, 0o1777],
    ]);
    expect(layer === undefined ? [] : entriesToRead(layer)).toEqual([]);
  });

  it('are what is above files in them, in the lowest layer with files', () => {
    const files = { area: 'packages', entries: [folderEntry(`${home}/lib`), fileEntry(`${home}/lib/a.py`)] };
    const above = [folderEntry(home, { gid: 2000, mode: 0o2770 })];
    const input = addFolders(
      { ...nothing, areas: [files], above },
      { homes: [home], shared: [] },
      { found: above, owners },
    );
    const { layers } = splitLayers(input, { mostLayers: 9 });
    expect(layers.map(({ area, entries }) => [area, entries[0]?.entry])).toMatchObject([
      ['packages', { path: home, uid: 1000, gid: 0, mode: 0o770, isMade: true }],
    ]);
  });

  it.each([
    [{ ...owners, groupRights: false }, [1000, 100, 0o750]],
    [{ ...owners, ...unknown, runningUid: 7 }, [7, 0, 0o770]],
    [{ ...owners, ...unknown, groupRights: false }, [0, 0, 0o750]],
  ] as const)('have an owner by the rule', (rule, expected) => {
    const found = [folderEntry(home, { mode: 0o4050 })];
    const { areas } = addFolders(nothing, { homes: [home], shared: [] }, { found, owners: rule });
    expect(areas.flatMap(({ entries }) => entries.map(({ uid, gid, mode }) => [uid, gid, mode]))).toEqual([expected]);
  });

  it('are not made where the container has a link', () => {
    const found = [fileEntry('/tmp', { kind: 'symlink', target: '/var/tmp' })];
    expect(addFolders(nothing, { homes: [], shared: ['/tmp'] }, { found, owners })).toBe(nothing);
  });
});
