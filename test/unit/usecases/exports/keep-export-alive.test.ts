import { expect, it } from 'vitest';

import { startExport } from '../../../../src/usecases/exports/export-run.ts';
import { findExport, takeExport } from '../../../../src/usecases/exports/export-store.ts';
import { keepExportAlive } from '../../../../src/usecases/exports/keep-export-alive.ts';
import { silentLog } from '../../../builders/test-cluster.ts';
import { anExport } from '../../../builders/exports.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { MemoryExports } from '../../../fakes/memory-exports.ts';

async function keep() {
  const memory = new MemoryExports();
  let time = Date.parse('2026-01-01T00:00:00Z');
  const store = memory.store('a', () => time);
  const begun = anExport();
  const started = await startExport(store, begun);
  const beats: (() => void)[] = [];
  let stopped = 0;
  const every = (_milliseconds: number, call: () => void) => {
    beats.push(call);
    return () => void (stopped += 1);
  };
  const keeper = keepExportAlive(store, started, { log: silentLog, every });
  return {
    memory,
    store,
    keeper,
    beat: () => beats.forEach((call) => call()),
    wait: (milliseconds: number) => void (time += milliseconds),
    stopped: () => stopped,
  };
}

it('a run that gives signs of life keeps its record fresh until it stops', async () => {
  const { store, keeper, beat, wait, stopped } = await keep();
  wait(20_000);
  beat();
  await keeper.note({ size: 3 });
  const last = await keeper.stop();
  expect(last.entry).toMatchObject({ size: 3, updated: '2026-01-01T00:00:20Z' });
  expect(await findExport(store, 'id1')).toEqual(last);
  expect([keeper.lost.aborted, stopped()]).toEqual([false, 1]);
});

it('a run that cannot write its record for minutes is lost', async () => {
  const { memory, keeper, beat, wait } = await keep();
  memory.before = () => {
    throw refusal(500, 'InternalError', 'no');
  };
  beat();
  await keeper.stop();
  expect(keeper.lost.aborted).toBe(false);
  wait(200_000);
  beat();
  await keeper.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(keeper.lost.aborted).toBe(true);
});

it('a run whose record another run took is lost', async () => {
  const { memory, keeper, beat } = await keep();
  const other = memory.store('b', Date.now);
  const found = await findExport(other, 'id1');
  if (found !== undefined) await takeExport(other, found);
  beat();
  await keeper.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(keeper.lost.aborted).toBe(true);
  await expect(keeper.note({})).rejects.toMatchObject({ code: 'interrupted' });
});
