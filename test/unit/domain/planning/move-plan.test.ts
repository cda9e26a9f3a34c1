import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RunAction } from '../../../../src/domain/planning/run-action.ts';
import { objectsOf } from '../../../../src/domain/planning/run-objects.ts';
import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import { aDeployment, aStream, digest, internal } from '../../../builders/image-plan.ts';
import { aClaim, anInventory, aPlan } from '../../../builders/planning.ts';

const web = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
const resources = [web, aDeployment('web', `${internal}/shop/web:1`), aClaim('data'), aClaim('cache')];

async function paramsOf(action: RunAction, more: Partial<MoveAnswers> = {}) {
  const run = aPlan(await anInventory({ resources }), more).runs.find((each) => each.action === action);
  return run?.params;
}

describe('planMove', () => {
  it.each([
    ['stages and cuts over when a claim is moved', {}, ['crane-stage', 'crane-cutover']],
    [
      'moves in one run when none is',
      { claims: { settings: ['data', 'cache'].map((name) => ({ name, move: false })) } },
      ['crane-app-migration'],
    ],
    ['copies images alone', { action: 'images' as const }, ['crane-image-migration']],
    ['copies volumes alone', { action: 'volumes' as const }, ['crane-stage']],
  ])('%s', async (_, more, pipelines) => {
    const plan = aPlan(await anInventory({ resources }), more);
    expect(plan.runs.map(({ pipeline }) => pipeline)).toEqual(pipelines);
  });

  it('estimates what is moved', async () => {
    const plan = aPlan(await anInventory({ resources }), { claims: { settings: [{ name: 'data', size: '2Gi' }] } });
    expect(plan.estimate).toEqual({ objects: 4, leftOut: 0, images: 1, claims: 2, claimBytes: 3 * 2 ** 30 });
    const without = aPlan(await anInventory({ resources }), { images: { copy: false } });
    expect([without.images, without.estimate.images]).toEqual([undefined, 0]);
  });

  it('gives params only where they differ from the defaults of the Pipeline', async () => {
    expect(await paramsOf('stage')).toEqual({
      'source-cluster-secret': 'shop-source',
      'source-namespace': 'shop',
      'destination-cluster-secret': 'shop-destination',
      'destination-namespace': 'shop',
      'print-reports': 'true',
    });
    expect(await paramsOf('cutover', { images: { copy: false } })).toMatchObject({ images: 'skip' });
    const settings = [
      { name: 'cache', move: false },
      { name: 'data', newName: 'd', size: '2Gi', accessModes: ['ReadWriteMany'] },
    ];
    expect(await paramsOf('stage', { claims: { settings } })).toMatchObject({
      claims: 'data:d',
      'claim-settings': '[{"name":"data","size":"2Gi","accessModes":["ReadWriteMany"]}]',
    });
    expect(await paramsOf('stage', { claims: { settings: [{ name: 'cache', move: false }] } })).toMatchObject({
      claims: 'data',
    });
    expect(
      await paramsOf('images', {
        action: 'images',
        images: { exclude: ['shop/a:1', 'shop/b:1'], ifExists: 'replace' },
      }),
    ).toMatchObject({
      'image-exclude': 'shop/a:1,shop/b:1',
      'if-exists': 'replace',
    });
  });

  it('names the user of the helper pods, root included', async () => {
    expect(await paramsOf('stage', { claims: { runAsUser: 0 } })).toMatchObject({ 'run-as-user': '0' });
  });

  it('names a Secret that exists already', async () => {
    const credentials = { source: { kind: 'secret' as const, secret: 'mine' } };
    expect(await paramsOf('stage', { credentials })).toMatchObject({ 'source-cluster-secret': 'mine' });
  });

  it('sets the class of a claim where it is another one than at the source', async () => {
    const claims = [aClaim('data', { spec: { storageClassName: 'old' } })];
    const run = aPlan(await anInventory({ resources: claims })).runs[0];
    expect(run?.params['claim-settings']).toBe('[{"name":"data","storageClass":"standard"}]');
  });

  it('gives the same objects for the same answers, in whatever order they were given', async () => {
    const inventory = await anInventory({ resources });
    const given: Partial<MoveAnswers> = {
      claims: { settings: [{ name: 'data', size: '2Gi' }], endpointType: 'route' },
      images: { ifExists: 'skip' },
      verify: { readyTimeout: 60 },
      run: { timeoutMinutes: 30 },
    };
    const bytes = (more: Partial<MoveAnswers>) => JSON.stringify(objectsOf(aPlan(inventory, more), settings));
    const settings = { namespace: 'migrations', answersText: '', inventoryDigest: '', action: 'cutover' as const };
    const expected = bytes(given);
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(given), { minLength: 4 }), (entries) => {
        expect(bytes(Object.fromEntries(entries))).toBe(expected);
      }),
    );
  });
});
