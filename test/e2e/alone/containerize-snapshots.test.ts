// The definitions of snapshots are of the whole cluster.
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stateFolder } from '../../../testbed/clusters/places.ts';
import { publishSceneImage } from '../../../testbed/notebook/build-images.ts';
import { snapshotDriver, startSnapshotDriver, type SnapshotDriver } from '../../../testbed/snapshots/driver.ts';
import { openReadingScene, type ReadingScene } from '../exports/reading-scene.ts';

let scene: ReadingScene;
let driver: SnapshotDriver;
let image: string;

/** The application's state says between which hooks it was read. */
const hooks = (before: string) => ({
  before: { command: ['sh', '-ec', before], timeoutSeconds: 60 },
  after: { command: ['sh', '-c', 'echo thawed > /files/state; echo thawed >> /files/log'], timeoutSeconds: 20 },
});
const freeze = 'echo frozen > /files/state; echo frozen; sleep 2';

function startPod(name: string, before = freeze): Promise<string> {
  const fill = 'echo running > state; echo kept > kept; chmod 666 state; : > log; chmod 666 log';
  const profile = { hooks: hooks(before) };
  return scene.startPod({ name, image, fill, profile, storageClass: snapshotDriver });
}

beforeAll(async () => {
  scene = await openReadingScene('cont-snapshot-hooks');
  image = await publishSceneImage('busybox');
  const folder = join(stateFolder(), 'source/volumes/copies');
  driver = await startSnapshotDriver(scene.kubectl, folder, 'source');
});

afterAll(async () => {
  await scene.close();
  await driver.stop();
});

describe.concurrent('an export with snapshots', () => {
  it('has the files of the moment between both hooks, and leaves nothing behind', async () => {
    await startPod('whole');
    const { exitCode, stdout, stderr } = await scene.containerize('whole', ['--snapshots=required']);
    expect([exitCode, stderr.trimEnd().split('\n').at(-1)]).toEqual([0, expect.stringContaining('pushed')]);
    const { digest = '' } = JSON.parse(stdout) as { digest?: string };
    expect(await scene.fileIn('whole', digest, 'files/state')).toBe('frozen');
    expect(await scene.fileIn('whole', digest, 'files/kept')).toBe('kept');
    expect(await scene.inPod('pod/whole', 'cat /files/state')).toBe('thawed');
    expect(await scene.itemsOf('whole')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'hook before', reason: 'hook-ran', message: 'frozen' }),
        expect.objectContaining({ id: 'hook after', reason: 'hook-ran' }),
        expect.objectContaining({ id: 'snapshot of claim whole', reason: 'snapshot-taken' }),
      ]),
    );
    expect(await scene.warningsOf('whole')).toContainEqual(expect.stringContaining('as after a power cut'));
  });

  it('ends without a snapshot when the first hook fails, and runs the other one', async () => {
    await startPod('failing', 'echo no space; exit 3');
    const { exitCode, stderr } = await scene.containerize('failing', ['--snapshots=required']);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('before-hook')]);
    expect(stderr).toContain('exit code 3: no space');
    expect(await scene.inPod('pod/failing', 'cat /files/log')).toBe('thawed');
    expect((await scene.helpers()).filter((each) => each.includes('failing'))).toEqual([]);
  });

  it('runs the last hook after a signal too', async () => {
    await startPod('stopped', 'echo frozen >> /files/log; sleep 50');
    const run = scene.containerize('stopped', ['--snapshots=required']);
    await expect.poll(() => scene.inPod('pod/stopped', 'cat /files/log'), { timeout: 60_000 }).toBe('frozen');
    run.kill('SIGTERM');
    const { exitCode } = await run;
    expect(exitCode).toBe(4);
    expect(await scene.inPod('pod/stopped', 'cat /files/log')).toBe('frozen\nthawed');
  });

  it('says that no snapshot can be taken of a claim of another driver', async () => {
    await scene.startPod({ name: 'other', image, fill: 'echo kept > kept' });
    const refused = await scene.containerize('other', ['--snapshots=required']);
    expect([refused.exitCode, refused.stderr]).toEqual([
      3,
      expect.stringContaining('claim other: there is no VolumeSnapshotClass of the driver rancher.io/local-path'),
    ]);
    const without = await scene.containerize('other', ['--snapshots=if-possible']);
    expect(without.exitCode).toBe(0);
    expect(await scene.warningsOf('other')).toContainEqual(expect.stringContaining('No snapshots are taken'));
  });
});

describe('an export that is killed', () => {
  it('leaves a pod, a claim and a snapshot, which the next run removes', async () => {
    await startPod('killed');
    const run = scene.containerize('killed', ['--snapshots=required']);
    await scene.helperIs('Pod export-');
    run.kill('SIGKILL');
    await run;
    expect((await scene.helpers()).map((each) => each.split(' ')[0])).toEqual([
      'Pod',
      'PersistentVolumeClaim',
      'VolumeSnapshot',
    ]);
    await scene.age();
    const again = await scene.containerize('killed', ['--snapshots=required']);
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('resuming')]);
    expect(await scene.helpers()).toEqual([]);
  });

  it('is cleaned up by exports prune as well', async () => {
    await startPod('pruned');
    const run = scene.containerize('pruned', ['--snapshots=required']);
    await scene.helperIs('PersistentVolumeClaim export-');
    run.kill('SIGKILL');
    await run;
    await scene.age();
    const listed = await scene.start(['exports', 'prune', '--older-than=1d', '--workload=nothing']);
    expect([listed.exitCode, listed.stderr]).toEqual([0, expect.stringContaining('would-delete-helper')]);
    expect(await scene.helpers()).not.toEqual([]);
    const pruned = await scene.start(['exports', 'prune', '--older-than=1d', '--workload=nothing', '--dry-run=false']);
    expect([pruned.exitCode, pruned.stderr]).toEqual([0, expect.stringContaining('helper-deleted')]);
    await expect.poll(() => scene.helpers(), { timeout: 30_000 }).toEqual([]);
  });
});
