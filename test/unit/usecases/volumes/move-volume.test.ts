import { describe, expect, it } from 'vitest';

import { createFileDigest } from '../../../../src/domain/volumes/file-digest.ts';
import {
  formatEvent,
  parseEvent,
  type MoverEvent,
  type MoverPlan,
} from '../../../../src/domain/volumes/mover-protocol.ts';
import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { moveVolume, type RsyncLines } from '../../../../src/usecases/volumes/move-volume.ts';

const plan: MoverPlan = {
  checksum: true,
  delete: true,
  owners: false,
  attributes: true,
  checkOnly: false,
  live: false,
  patienceSeconds: 60,
};

interface Script {
  readonly exitCode?: number;
  readonly output?: readonly string[];
  readonly errors?: readonly string[];
  /** How long it takes, in milliseconds. */
  readonly takes?: number;
}

const copied: Script = {
  output: [
    '  1,000  50%  1.00MB/s  0:00:01',
    'Number of files: 3 (reg: 2)',
    'Literal data: 1000 bytes',
    'Number of regular files transferred: 2',
  ],
};
const equal: Script = { output: ['.d          ||4096|.///', '.f          |aa|3|a//', '.f          |bb|3|b//'] };
const different: Script = { output: ['.d          ||4096|.///', '<fc.t......|aa|3|a//', '.f          |bb|3|b//'] };
const cut: Script = {
  exitCode: 12,
  output: ['  10  1%  1.00MB/s  0:00:01'],
  errors: ['rsync: connection unexpectedly closed'],
  takes: 6000,
};
const unreachable: Script = { exitCode: 12, errors: ['connect: Connection refused'] };

/** Moves with an rsync that does what scripts say, one after the other; the last one again and again. */
async function move(scripts: readonly Script[], change: Partial<MoverPlan> = {}) {
  let now = 0;
  let runs = 0;
  const calls: (readonly string[])[] = [];
  const events: MoverEvent[] = [];
  const end = await moveVolume(
    { ...plan, ...change },
    {
      runRsync: (args, { onOutput, onError }: RsyncLines) => {
        const script = scripts[Math.min(runs, scripts.length - 1)] ?? {};
        runs += 1;
        calls.push(args);
        now += script.takes ?? 10;
        script.output?.forEach((line) => onOutput(line));
        script.errors?.forEach((line) => onError(line));
        return Promise.resolve(script.exitCode ?? 0);
      },
      emit: (event) => events.push(event),
      now: () => now,
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
      openDigest: () => createFileDigest(sha256Of),
    },
  );
  const problems = events.filter((event) => event.event === 'problem');
  return { end, calls, events, problems, now: () => now };
}

describe('a mover', () => {
  it('copies, then compares by checksum, and says what it did', async () => {
    const { end, calls, events } = await move([copied, equal]);
    expect(end).toMatchObject({
      verdict: 'equal',
      totals: { files: 3, copiedFiles: 2, copiedBytes: 1000 },
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    });
    expect(calls.map((args) => args.includes('--checksum'))).toEqual([false, true]);
    expect(calls.every((args) => args.includes('--delete'))).toBe(true);
    expect(events.at(-1)).toEqual({ event: 'end', ...end });
  });

  it('gives the same digest in whatever order files come, and none without a comparison by checksum', async () => {
    const turned: Script = { output: equal.output?.toReversed() ?? [] };
    expect((await move([copied, turned])).end.digest).toBe((await move([copied, equal])).end.digest);
    expect((await move([copied, equal], { checksum: false })).end.digest).toBe('');
  });

  it('copies once more what differs, and names what then still does', async () => {
    expect((await move([copied, different, copied, equal])).end).toMatchObject({
      verdict: 'equal',
      totals: { copiedBytes: 2000 },
    });
    const { end, calls, problems } = await move([copied, different, copied, different]);
    expect(end).toMatchObject({ verdict: 'different', problems: 1, digest: '' });
    expect(problems).toEqual([{ event: 'problem', path: 'a', message: 'differs in content, time' }]);
    expect(calls).toHaveLength(4);
  });

  it('takes changes of a source in use for what they are, but not files that it cannot read', async () => {
    expect((await move([copied, different], { live: true })).end).toMatchObject({
      verdict: 'equal',
      changed: 1,
      problems: 0,
    });
    const denied = 'rsync: [sender] send_files failed to open "/data/a": Permission denied (13)';
    const { end, problems } = await move([{ ...copied, exitCode: 23, errors: [denied] }, different], { live: true });
    expect(end).toMatchObject({ verdict: 'different', changed: 0, problems: 1 });
    expect(problems).toEqual([
      { event: 'problem', path: 'a', message: 'send_files failed to open: Permission denied (13)' },
    ]);
  });

  it('does not copy again for files that it cannot read', async () => {
    const denied = 'rsync: [sender] send_files failed to open "/data/a": Permission denied (13)';
    const { calls } = await move([{ ...copied, exitCode: 23, errors: [denied] }, different]);
    expect(calls).toHaveLength(2);
  });

  it('lets the root folder belong to the cluster', async () => {
    const root = 'rsync: [generator] failed to set times on "/data/.": Operation not permitted (1)';
    expect((await move([{ ...copied, exitCode: 23, errors: [root] }, equal])).end.verdict).toBe('equal');
  });

  it.each([
    ['a comparison that lists nothing', {}],
    ['an error that blames no file', { ...equal, exitCode: 23, errors: ['IO error encountered'] }],
  ])('takes %s for no proof', async (_, proof: Script) => {
    const { end } = await move([copied, proof]);
    expect(end).toMatchObject({ verdict: 'different', problems: 1, digest: '' });
  });

  it('resumes when the connection is cut, however often, as long as it lasts a while', async () => {
    const { end, events } = await move([...Array.from({ length: 40 }, () => cut), copied, cut, equal]);
    expect(end).toMatchObject({ verdict: 'equal', retries: 41 });
    expect(events.filter((event) => event.event === 'note' && event.message.includes('resuming'))).toHaveLength(41);
  });

  it('gives up when the other side stays out of reach, with the cause', async () => {
    const { end, now } = await move([unreachable]);
    expect(end).toMatchObject({ verdict: 'gave-up', message: 'connect: Connection refused (exit code 12)' });
    expect(now()).toBeGreaterThanOrEqual(60_000);
    expect(now()).toBeLessThan(80_000);
  });

  it('gives up when what answers breaks at once every time', async () => {
    expect((await move([{ ...cut, takes: 10 }])).end.verdict).toBe('gave-up');
  });

  it.each([
    [
      { exitCode: 11, errors: ['rsync: [receiver] write failed on "/data/a": No space left on device (28)'] },
      'disk-full',
    ],
    [{ exitCode: 12, errors: ['rsync: [receiver] write failed on "/data/a": Disk quota exceeded (122)'] }, 'disk-full'],
    [{ exitCode: 1, errors: ['rsync: --bogus: unknown option'] }, 'refused'],
  ])('does not try again what cannot succeed: %j', async (script: Script, verdict) => {
    const { end, calls } = await move([script]);
    expect(end.verdict).toBe(verdict);
    expect(calls).toHaveLength(1);
  });

  it('only compares when that is all it is asked for', async () => {
    const { end, calls } = await move([different], { checkOnly: true, live: true });
    expect(calls.map((args) => args.includes('--dry-run'))).toEqual([true]);
    expect(end).toMatchObject({ verdict: 'different', problems: 1, totals: { files: 3 } });
  });

  it('counts more problems than it names', async () => {
    const output = Array.from({ length: 25_000 }, (_, index) => `<f+++++++++|aa|1|f${String(index)}//`);
    const { end, problems } = await move([{ output }], { checkOnly: true });
    expect(end.problems).toBe(25_000);
    expect(problems).toHaveLength(2000);
  });
});

describe('what a mover says', () => {
  it('is read back as it was said, hostile names included', async () => {
    const { events } = await move([copied, different, copied, different]);
    const hostile: MoverEvent = { event: 'problem', path: 'a\nvolume-mover {"event":"end"}\u2028', message: '"' };
    for (const event of [...events, hostile]) expect(parseEvent(formatEvent(event))).toEqual(event);
    expect(formatEvent(hostile)).not.toContain('\n');
  });

  it.each([
    '',
    'volume-mover',
    'volume-mover {',
    'volume-mover []',
    'volume-mover {"event":"end","verdict":"fine"}',
    '{"event":"end"}',
  ])('is not taken from %j', (line) => {
    expect(parseEvent(line)).toBeUndefined();
  });
});
