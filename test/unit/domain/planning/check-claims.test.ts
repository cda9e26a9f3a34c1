import { describe, expect, it } from 'vitest';

import type { ClaimAnswer } from '../../../../src/domain/schemas/documents.ts';
import { aClaim, anInventory, named, problemsOf, type InventoryParts } from '../../../builders/planning.ts';
import { aKind, aSurface } from '../../../builders/surface.ts';

async function check(settings: readonly ClaimAnswer[], parts: InventoryParts = {}): Promise<readonly string[]> {
  const resources = [aClaim('data'), aClaim('cache'), ...(parts.resources ?? [])];
  return named(problemsOf(await anInventory({ ...parts, resources }), { claims: { settings } }));
}

describe('checkClaims', () => {
  it('takes the defaults', async () => {
    expect(await check([])).toEqual([]);
  });

  it('refuses an entry for a claim that is not there, and two for one claim', async () => {
    expect(await check([{ name: 'dta' }])).toEqual(['error claim-unknown claims.settings.dta']);
    expect(await check([{ name: 'data' }, { name: 'data' }])).toEqual(['error claim-unknown claims.settings.data']);
  });

  it('does not call a claim unknown when the account may not list claims', async () => {
    const lists = [
      {
        kind: aKind('v1 PersistentVolumeClaim persistentvolumeclaims'),
        state: 'denied' as const,
        objects: [],
        message: '',
      },
    ];
    const found = await check([{ name: 'data' }], { lists });
    expect(found).toEqual(['error kind-denied allowForbidden']);
  });

  it('warns when no claim is moved', async () => {
    const settings = ['data', 'cache'].map((name) => ({ name, move: false }));
    expect(await check(settings)).toEqual(['warning no-claims claims.settings']);
  });

  it('refuses a block device that is to be moved', async () => {
    const resources = [aClaim('raw', { spec: { volumeMode: 'Block' } })];
    expect(await check([], { resources })).toEqual([]);
    expect(await check([{ name: 'raw', move: true }], { resources })).toEqual([
      'error claim-block claims.settings.raw.move',
    ]);
  });

  it.each(['1.5Gi', '1073741824', '1E', '2e9', '1100M'])(
    'takes %s for a claim of 1Gi, as Kubernetes does',
    async (size) => {
      expect(await check([{ name: 'data', size }])).toEqual([]);
    },
  );

  it.each(['0', '500M', '-1Gi', '1GB', '1000000000000n', '', '1 Gi'])('refuses the size %j', async (size) => {
    expect(await check([{ name: 'data', size }])).toEqual(['error claim-size claims.settings.data.size']);
  });

  it('cannot compare with a source whose size is odd', async () => {
    const resources = [
      aClaim('odd', { spec: { resources: { requests: { storage: 'odd' } } }, status: { capacity: {} } }),
    ];
    expect(await check([{ name: 'odd', size: '1Gi' }], { resources })).toEqual([]);
  });

  it.each([[[]], [['ReadWriteAlways']]])('refuses the access modes %j', async (accessModes) => {
    expect(await check([{ name: 'data', accessModes }])).toEqual(['error claim-mode claims.settings.data.accessModes']);
  });

  it('refuses a class that the destination does not have, and no class where it has no default', async () => {
    expect(await check([{ name: 'data', storageClass: 'gold' }])).toEqual([
      'error class-unknown claims.settings.data.storageClass',
    ]);
    for (const storageClasses of [[], [{ name: 'fast', isDefault: false }]]) {
      const surface = aSurface({ storageClasses });
      expect(await check([{ name: 'cache', move: false }], { destination: { surface } })).toEqual([
        'error class-unknown claims.settings.data.storageClass',
      ]);
    }
  });

  it('takes any class when the classes cannot be read', async () => {
    const surface = aSurface({ unread: [{ what: 'storageClasses', why: 'forbidden' }] });
    expect(await check([{ name: 'data', storageClass: 'gold' }], { destination: { surface } })).toEqual([]);
  });

  it.each(['a.b', 'x', 'a'.repeat(253)])('takes the name %s', async (newName) => {
    expect(await check([{ name: 'data', newName }])).toEqual([]);
  });

  it.each(['', 'A', 'a_b', 'a'.repeat(254)])('refuses the name %j', async (newName) => {
    expect(await check([{ name: 'data', newName }])).toEqual(['error claim-name-taken claims.settings.data.newName']);
  });

  it('names both claims that would have one name, also where it is the default of one', async () => {
    const found = await check([{ name: 'data', newName: 'cache' }]);
    expect(found).toEqual([
      'error claim-name-taken claims.settings.cache.newName',
      'error claim-name-taken claims.settings.data.newName',
    ]);
    expect(
      await check([
        { name: 'data', newName: 'cache' },
        { name: 'cache', move: false },
      ]),
    ).toEqual([]);
  });

  it('takes a claim of the destination only from an earlier stage of the same claim', async () => {
    const claims = { data: 'source-uid/shop/data', cache: '' };
    expect(await check([], { destination: { claims } })).toEqual([
      'error claim-name-taken claims.settings.cache.newName',
    ]);
    const other = { destination: { claims: { data: 'other-uid/shop/data' } } };
    expect(await check([], other)).toEqual(['error claim-name-taken claims.settings.data.newName']);
    const withoutUid = { source: { clusterUid: '' }, destination: { claims: { data: 'shop/data' } } };
    expect(await check([], withoutUid)).toEqual([]);
  });
});
