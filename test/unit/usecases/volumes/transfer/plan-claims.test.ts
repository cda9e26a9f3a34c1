import { describe, expect, it } from 'vitest';

import { valueAt } from '../../../../../src/domain/core/json-object.ts';
import { parseClaimSettings } from '../../../../../src/domain/volumes/claim-settings.ts';
import { aClaim, claimPath, makeScene, move, type VolumeScene } from '../../../../fakes/volume-scene.ts';

const everything = JSON.stringify([
  { name: 'data', newName: 'files', storageClass: 'fast', size: '2Gi', accessModes: ['ReadWriteMany'] },
]);

function sceneOfTwo(): VolumeScene {
  const scene = makeScene();
  scene.source.put(claimPath('log'), aClaim('log'));
  return scene;
}

function claimAt({ destination }: VolumeScene, name: string): unknown {
  return valueAt(destination.objects.get(claimPath(name)), 'spec');
}

describe('settings of claims', () => {
  it('win over what the run asks for all claims, and leave the others alone', async () => {
    const scene = sceneOfTwo();
    const claimSettings = parseClaimSettings(everything);
    await move(scene, {
      claims: '*',
      claimSettings,
      storageClass: 'slow',
      size: '5Gi',
      accessModes: ['ReadWriteOncePod'],
    });
    expect(claimAt(scene, 'files')).toMatchObject({
      storageClassName: 'fast',
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: '2Gi' } },
    });
    expect(claimAt(scene, 'data')).toBeUndefined();
    expect(claimAt(scene, 'log')).toMatchObject({
      storageClassName: 'slow',
      accessModes: ['ReadWriteOncePod'],
      resources: { requests: { storage: '5Gi' } },
    });
  });

  it('find the claim of an earlier run again, and refuse it with other settings', async () => {
    const scene = sceneOfTwo();
    await move(scene, { claimSettings: parseClaimSettings(everything) });
    const again = await move(scene, { claimSettings: parseClaimSettings(everything) });
    expect(again.outcome.items.map(({ outcome }) => outcome)).toEqual(['done']);
    const other = parseClaimSettings(everything.replace('2Gi', '3Gi'));
    await expect(move(scene, { claimSettings: other })).rejects.toMatchObject({
      code: 'incomplete',
      message: expect.stringContaining('it asks for 2Gi, less than 3Gi') as string,
    });
  });

  it.each([
    ['of an unknown claim', '*', [{ name: 'gone' }], 'the source has no claim gone'],
    ['of a claim that is not moved', 'log', [{ name: 'data' }], 'these are not among the claims to move: data'],
    ['of a size below the source', '*', [{ name: 'data', size: '1M' }], 'the size 1M is less than 1Gi'],
    ['that give a name twice', '*', [{ name: 'data', newName: 'log' }], 'data and log would both be named log'],
    ['of a block device', '*', [{ name: 'disk' }], 'claim disk is a block device'],
  ])('%s are refused before anything is created', async (...[, claims, settings, problem]) => {
    const scene = sceneOfTwo();
    scene.source.put(claimPath('disk'), aClaim('disk', { volumeMode: 'Block' }));
    const claimSettings = parseClaimSettings(JSON.stringify(settings));
    await expect(move(scene, { claims, claimSettings })).rejects.toMatchObject({
      code: 'invalid-param',
      message: expect.stringContaining(problem) as string,
    });
    expect([...scene.source.sent, ...scene.destination.sent]).toEqual([]);
  });
});
