import { describe, expect, it } from 'vitest';

import type { CopierVerdict, CopierWork } from '../../../../../src/domain/volumes/copier/volume-copier.ts';
import { CopierRunner } from '../../../../../src/usecases/volumes/mover/run-copier.ts';

const minute = 60_000;

/** A connection that is opened ahead of what it shall ask, and breaks after some time; later ones go as they are told. */
async function runAhead(laterExits: readonly number[]) {
  let now = 0;
  const notes: string[] = [];
  const { promise: names, resolve } = Promise.withResolvers<readonly string[]>();
  const exits = [12, ...laterExits];
  const reads: string[] = [];
  const runner = new CopierRunner(
    { endpoint: 'nodes.test:30001', patienceSeconds: 60 },
    {
      copier: {
        async run(work: CopierWork): Promise<CopierVerdict> {
          const exitCode = exits.shift() ?? 0;
          if (reads.length === 0) {
            now += 10 * minute;
            setTimeout(() => resolve(['name']), 0);
            reads.push('nothing');
          } else reads.push('names' in work ? (await work.names).join(' ') : '');
          if (exitCode === 0) return { kind: 'done', complaint: '' };
          return { kind: 'retry', message: 'the connection broke', wasConnected: false };
        },
      },
      emit: (event) => {
        if (event.event === 'note') notes.push(event.message);
      },
      now: () => now,
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
    },
  );
  const end = await runner.run({ work: { kind: 'compare-named', names } });
  return { end, reads, notes, retries: runner.retries };
}

describe('a connection that waits to learn what to ask', () => {
  it('is opened again in silence when it broke meanwhile', async () => {
    expect(await runAhead([0])).toEqual({
      end: { kind: 'done', complaint: '' },
      reads: ['nothing', 'name'],
      notes: [],
      retries: 0,
    });
  });

  it('has all the patience from then on, however long it waited', async () => {
    const { end, notes } = await runAhead([12, 12, 0]);
    expect(end.kind).toBe('done');
    expect(notes[0]).toMatch(/^cannot connect to nodes.test:30001, trying again \(60 s left\)/);
  });
});
