import { describe, expect, it } from 'vitest';

import { RsyncRunner } from '../../../../../src/usecases/volumes/mover/run-rsync.ts';

const minute = 60_000;

/** A connection that is opened ahead of what it shall ask, and breaks after some time; later ones go as they are told. */
async function runAhead(laterExits: readonly number[]) {
  let now = 0;
  const notes: string[] = [];
  const { promise: input, resolve } = Promise.withResolvers<Uint8Array>();
  const exits = [12, ...laterExits];
  const reads: string[] = [];
  const runner = new RsyncRunner(
    { endpoint: 'nodes.test:30001', patienceSeconds: 60 },
    {
      runRsync: async ({ input: names }) => {
        const exitCode = exits.shift() ?? 0;
        if (reads.length === 0) {
          now += 10 * minute;
          setTimeout(() => {
            resolve(new TextEncoder().encode('name'));
          }, 0);
          reads.push('nothing');
          return exitCode;
        }
        reads.push(new TextDecoder().decode(await names));
        return exitCode;
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
  const quiet = () => undefined;
  const end = await runner.run({ args: [], input, onStart: quiet, onOutput: quiet, onError: quiet });
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
