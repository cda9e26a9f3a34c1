import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { valueAt } from '../../src/domain/core/json-object.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import {
  claimOf,
  evidenceOf,
  helpersIn,
  inShell,
  killHelper,
  listTree,
  makeNamespace,
  removeNamespace,
  startShell,
  transfer,
  waitForCopying,
  type RunningTransfer,
} from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';

const namespace = 'volumes-large';
const source = localKubectl('source');
const destination = localKubectl('destination');
const writer = { kubectl: source, namespace, name: 'writer' };
const reader = { kubectl: destination, namespace, name: 'reader' };

let image: string;

type OnStart = (process: RunningTransfer) => Promise<void>;

function run(flags: Readonly<Record<string, string>> = {}, onStart: OnStart = () => Promise.resolve()) {
  const claim = { 'source-namespace': namespace, 'source-pvc-name': 'large', verify: 'true' };
  return transfer({ ...claim, 'transfer-image': image, ...flags }, { onStart });
}

/** Something for the next run to copy, long enough to be disturbed. */
async function writeFile(letter: string): Promise<void> {
  await inShell(writer, `head -c 1500000000 /dev/zero | tr "\\0" ${letter} > /large/file`);
}

async function helpers(): Promise<readonly string[]> {
  return [...(await helpersIn(source, namespace)), ...(await helpersIn(destination, namespace))];
}

const evidence = (moved: Awaited<ReturnType<typeof run>>) => evidenceOf(moved, `${namespace}/large`);
const retries = (moved: Awaited<ReturnType<typeof run>>) => Number(valueAt(evidence(moved), 'retries'));

beforeAll(async () => {
  image = await loadTransferImage();
  await Promise.all([makeNamespace(source, namespace), makeNamespace(destination, namespace)]);
  await source.apply([claimOf(namespace, 'large')]);
  await startShell({ ...writer, claims: { '/large': 'large' } });
  await inShell(writer, 'echo small > /large/other');
  await writeFile('x');
});

afterAll(async () => {
  await Promise.all([removeNamespace(source, namespace), removeNamespace(destination, namespace)]);
});

describe('a copy that is disturbed', () => {
  it('is resumed as often as the pod at the destination is killed', async () => {
    const moved = await run({}, async () => {
      // A Job waits twice as long before each further pod, so that a third time would prove little and take long.
      for (let breaks = 0; breaks < 2; breaks += 1) {
        await waitForCopying(source, namespace, breaks);
        await killHelper(destination, namespace, 'server');
      }
    });
    expect(moved.exitCode, moved.stderr).toBe(0);
    expect(moved.stderr).toMatch(/resuming/);
    expect(retries(moved)).toBeGreaterThanOrEqual(2);
    expect(await helpers()).toEqual([]);
    // What the killed programs left half written is gone as well.
    const checked = await run({ 'check-only': 'true' });
    expect(checked.exitCode, checked.stderr).toBe(0);
  });

  it('is resumed after the mover itself was killed', async () => {
    await writeFile('y');
    const moved = await run({}, async () => {
      await waitForCopying(source, namespace);
      await killHelper(source, namespace, 'client');
    });
    expect(moved).toMatchObject({ exitCode: 0, status: 'succeeded' });
    expect(await helpers()).toEqual([]);
  });

  it('ends within two seconds of SIGTERM, and the cluster removes the helpers', async () => {
    await writeFile('z');
    let stoppedAt = 0;
    const moved = await run({}, async ({ kill }) => {
      await waitForCopying(source, namespace);
      stoppedAt = Date.now();
      kill('SIGTERM');
    });
    // Two seconds by itself; a loaded computer takes longer to run and to read it.
    expect(Date.now() - stoppedAt).toBeLessThan(6000);
    expect(moved.exitCode).toBe(4);
    await waitFor({
      what: 'the removal of the helpers',
      seconds: 120,
      check: async () => {
        const left = await helpers();
        return left.length === 0 ? undefined : left.join(', ');
      },
    });
  });

  it('that was killed without a word is cleared away and finished by the next run', async () => {
    await run({}, async ({ kill }) => {
      await waitForCopying(source, namespace);
      kill('SIGKILL');
    });
    expect((await helpersIn(source, namespace)).length).toBeGreaterThan(0);
    const moved = await run();
    expect(moved.exitCode, moved.stderr).toBe(0);
    expect(moved.stderr).toMatch(/removing what an earlier run left/);
    expect(await helpers()).toEqual([]);
  });
});

describe('a large file', () => {
  it('is proven with the others when only these have changed', async () => {
    await inShell(writer, 'echo changed > /large/other');
    const moved = await run();
    const size = 1_500_000_000 + 'changed\n'.length;
    expect(evidence(moved)).toMatchObject({ copiedFiles: 1, files: 3, bytes: size, retries: 0 });
    const checked = await run({ 'check-only': 'true' });
    expect(evidence(checked)).toMatchObject({ contentDigest: valueAt(evidence(moved), 'contentDigest'), bytes: size });
  });

  it('that was removed is removed at the destination, and one that differs only in its time is corrected', async () => {
    await inShell(writer, 'rm /large/file; head -c 70000000 /dev/zero | tr "\\0" v > /large/second');
    expect(evidence(await run())).toMatchObject({ copiedFiles: 1, deletedFiles: 1, files: 3 });
    await inShell(writer, 'touch -d 2001-02-03 /large/second');
    expect(evidence(await run())).toMatchObject({ copiedBytes: 0, files: 3 });
    await startShell({ ...reader, claims: { '/large': 'large' } });
    expect(await listTree(reader, '/large')).toBe(await listTree(writer, '/large'));
  });
});
