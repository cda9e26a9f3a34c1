import { beforeEach, describe, expect, it } from 'vitest';

import {
  beat,
  claimInterrupted,
  failExport,
  finishExport,
  startExport,
} from '../../../../src/usecases/exports/export-run.ts';
import { findExport, listExports, removeRecord, takeExport } from '../../../../src/usecases/exports/export-store.ts';
import { anExport } from '../../../builders/exports.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { MemoryExports } from '../../../fakes/memory-exports.ts';

let memory: MemoryExports;
let time = Date.parse('2026-01-01T00:00:00Z');
const begun = anExport({ digest: '' });

beforeEach(() => {
  memory = new MemoryExports();
});

function run(owner: string) {
  return memory.store(owner, () => time);
}

describe('the record of a run', () => {
  it('begins, gives signs of life, and ends as ready', async () => {
    const started = await startExport(run('a'), begun);
    const later = await beat(run('a'), started, { size: 7 });
    const done = await finishExport(run('a'), later, { digest: anExport().digest, size: 9, isPublic: true });
    expect(done.entry).toMatchObject({ state: 'ready', size: 9, isPublic: true, message: '' });
    expect((await listExports(run('b'))).exports).toEqual([done]);
  });

  it('keeps no secret in its message', async () => {
    const started = await startExport(run('a'), begun);
    memory.redactor.secret('correct-horse-battery');
    await failExport(run('a'), started, 'pushing with correct-horse-battery: 401');
    expect(JSON.stringify([...memory.objects])).not.toContain('correct-horse-battery');
  });

  it.each([{ id: 'A' }, { image: 'web:1' }])('is refused with %j', async (more) => {
    await expect(startExport(run('a'), { ...begun, ...more })).rejects.toMatchObject({ code: 'invalid-param' });
  });

  it('is not created twice, unless the answer was lost', async () => {
    const started = await startExport(run('a'), begun);
    expect(await startExport(run('a'), begun)).toEqual(started);
    await expect(startExport(run('b'), begun)).rejects.toMatchObject({ code: 'name-collision' });
  });

  it('is written again after a lost answer, and not after another run took it', async () => {
    const started = await startExport(run('a'), begun);
    await beat(run('a'), started);
    expect((await beat(run('a'), started, { size: 5 })).entry.size).toBe(5);
    const found = await findExport(run('b'), 'id1');
    if (found !== undefined) await takeExport(run('b'), found);
    await expect(beat(run('a'), started)).rejects.toMatchObject({ code: 'interrupted' });
    if (found !== undefined) await removeRecord(run('b'), found);
    await removeRecord(run('b'), started);
    await expect(beat(run('a'), started)).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('gives up when its record changes all the time, and reports other refusals', async () => {
    const started = await startExport(run('a'), begun);
    memory.before = ({ method }) => {
      if (method === 'PUT') throw refusal(409, 'Conflict', 'changed');
    };
    await expect(beat(run('a'), started)).rejects.toMatchObject({ code: 'interrupted' });
    memory.before = ({ method }) => {
      if (method !== 'GET') throw refusal(403, 'Forbidden', 'no');
    };
    await expect(beat(run('a'), started)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(startExport(run('a'), begun)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(removeRecord(run('a'), started)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('can be claimed when its run died', async () => {
    const started = await startExport(run('a'), begun);
    await expect(claimInterrupted(run('b'), 'id1')).rejects.toMatchObject({ code: 'name-collision' });
    await expect(claimInterrupted(run('b'), 'NO')).rejects.toMatchObject({ code: 'invalid-param' });
    await expect(claimInterrupted(run('b'), 'id2')).rejects.toMatchObject({ code: 'invalid-param' });
    time += 600_000;
    expect(await claimInterrupted(run('b'), 'id1')).toMatchObject({ owner: 'b' });
    const taken = await findExport(run('b'), 'id1');
    if (taken !== undefined) await failExport(run('b'), taken, 'x');
    await expect(claimInterrupted(run('c'), started.entry.id)).rejects.toMatchObject({ code: 'name-collision' });
  });
});
