import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { formatSyncPlan } from '../../../../src/domain/images/plan/sync-plan.ts';
import type { Folder } from '../../../../src/domain/core/ports.ts';
import { readImagePlan } from '../../../../src/usecases/transform/read-image-plan.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const text = formatSyncPlan({
  schemaVersion: 1,
  source: { registry: 'registry.source.test', internalRegistry: '' },
  destination: { registry: 'registry.test', namespace: 'shop' },
  images: [],
  skipped: [{ image: 'shop/web:1', class: 'public', reason: 'public-source', message: '', usedBy: [] }],
  problems: [],
});

function aFolder(plan: string | undefined): Folder {
  return {
    path: '/skopeo',
    read: (path: string) => Promise.resolve(path === 'plan.json' ? plan : undefined),
  } as Folder;
}

const read = (folder: Folder | undefined, digest?: string) => readImagePlan({ folder, digest }, sha256Of);

describe('the image plan of a transformation', () => {
  it('is read when its folder has one', async () => {
    expect([...((await read(aFolder(text)))?.skipped.keys() ?? [])]).toEqual(['shop/web:1']);
    expect(await read(aFolder(text), sha256Of(text))).toBeDefined();
  });

  it('is unknown without a folder, or in a folder without one', async () => {
    expect(await read(undefined)).toBeUndefined();
    expect(await read(aFolder(undefined))).toBeUndefined();
  });

  it('must be there, and be the one of the digest, when a digest is given', async () => {
    for (const folder of [undefined, aFolder(undefined), aFolder(`${text}\n`)])
      expect((await thrownBy(() => read(folder, sha256Of(text)))).code).toBe('invalid-file');
  });
});
