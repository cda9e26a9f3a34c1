import { describe, expect, it } from 'vitest';

import { createFileDigest } from '../../../../src/domain/volumes/file-digest.ts';
import {
  formatEvent,
  parseEvent,
  type MoverEvent,
  type MoverPlan,
} from '../../../../src/domain/volumes/mover-protocol.ts';
import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import type { SourceFiles } from '../../../../src/usecases/volumes/find-shortage.ts';
import { moveVolume } from '../../../../src/usecases/volumes/move-volume.ts';

const plan: MoverPlan = {
  checksum: true,
  delete: true,
  owners: false,
  attributes: true,
  checkOnly: false,
  live: false,
  hasCopy: false,
  patienceSeconds: 60,
  endpoint: 'nodes.test:30001',
  freeBytes: undefined,
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

const noFiles: SourceFiles = { usedBytes: () => Promise.resolve(0), bytesOf: () => 0 };

/** Moves with an rsync that does what scripts say, one after the other; the last one again and again. */
async function move(scripts: readonly Script[], change: Partial<MoverPlan> = {}, files = noFiles) {
  let now = 0;
  let runs = 0;
  const calls: (readonly string[])[] = [];
  const inputs: string[] = [];
  const events: MoverEvent[] = [];
  const end = await moveVolume(
    { ...plan, ...change },
    {
      runRsync: ({ args, input }, { onOutput, onError }) => {
        const script = scripts[Math.min(runs, scripts.length - 1)] ?? {};
        runs += 1;
        calls.push(args);
        if (input !== undefined) inputs.push(Buffer.from(input).toString('latin1'));
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
      files,
    },
  );
  const problems = events.filter((event) => event.event === 'problem');
  const notes = events.flatMap((event) => (event.event === 'note' ? [event.message] : []));
  return { end, calls, inputs, events, notes, problems, now: () => now };
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
    const again: Script = { output: [...(different.output ?? []), ...(copied.output ?? [])] };
    expect((await move([copied, different, again, equal])).end).toMatchObject({
      verdict: 'equal',
      totals: { copiedBytes: 2000 },
    });
    const { end, calls, problems } = await move([copied, different, again, different]);
    // What had the same size and time is found by what it holds.
    expect(calls.map((args) => args.includes('--checksum'))).toEqual([false, true, true, true]);
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

describe('a mover that finds a copy', () => {
  const again = { hasCopy: true };
  const name = String.raw`odd\#012\#377`;
  const total = 'Literal data: 7 bytes';
  const listing = [
    '.d          ||4096|.///',
    '.d..t......||4096|a///',
    '.f          |aa|3|a/b//',
    '.d..t......||4096|left///',
    `<f+++++++++|bb|7|${name}//`,
    'cL+++++++++||7|link// -> a/b',
  ];
  const proven = ['.d          ||4096|a///', '.d          ||4096|left///'];
  const rest = [`.f          |bb|7|${name}//`, '.L          ||7|link// -> a/b'];
  const afterwards = ['.d          ||4096|.///', ...proven, '.f          |aa|3|a/b//', ...rest];

  it('copies and compares at once, and then compares only what it copied, with the folders around it', async () => {
    const { end, calls, inputs } = await move(
      [{ output: [...listing, total] }, { output: [...proven, ...rest] }],
      again,
    );
    expect(end).toMatchObject({ verdict: 'equal', totals: { copiedBytes: 7 } });
    expect(calls).toHaveLength(2);
    expect(calls[0]).toEqual(expect.arrayContaining(['--checksum', '--remote-option=--checksum', '--partial']));
    expect(calls[0]).not.toContain('--dry-run');
    expect(calls[1]).toEqual(expect.arrayContaining(['--checksum', '--dry-run', '--files-from=-', '--from0']));
    expect(inputs).toEqual(['./odd\n\xff\0./link\0./a/b\0./left\0']);
    expect(end.digest).toBe((await move([copied, { output: afterwards }])).end.digest);
  });

  it('needs no second look when nothing had changed', async () => {
    const { end, calls } = await move([equal], again);
    expect(end).toMatchObject({ verdict: 'equal', digest: (await move([copied, equal])).end.digest });
    expect(calls).toHaveLength(1);
  });

  it('begins anew when the connection is cut, at any point', async () => {
    const begun = { ...cut, output: listing.slice(0, 3) };
    const halfProven = { ...cut, output: proven };
    const { end } = await move([begun, { output: listing }, halfProven, { output: [...proven, ...rest] }], again);
    expect(end).toMatchObject({ verdict: 'equal', retries: 2 });
    expect(end.digest).toBe((await move([copied, { output: afterwards }])).end.digest);
  });

  it('names what still differs after another copy', async () => {
    const differs = [...proven, `<fc.........|bb|7|${name}//`, '.L          ||7|link// -> a/b'];
    const { end, problems, calls } = await move([{ output: listing }, { output: differs }, different], again);
    expect(end).toMatchObject({ verdict: 'different', problems: 1 });
    expect(problems).toMatchObject([{ path: 'a', message: 'differs in content, time' }]);
    expect(calls.map((args) => args.includes('--dry-run'))).toEqual([false, true, false, true]);
  });

  it.each([
    ['a new name of a file', { output: ['hf+++++++++|aa|3|b// => a'] }],
    ['other attributes of a file', { output: ['.f...p.....|aa|3|b//'] }],
    [
      'more than a list is good for',
      { output: Array.from({ length: 10_001 }, (_, i) => `<f+++++++++|a|1|f${String(i)}//`) },
    ],
    ['a complaint', { output: listing, exitCode: 23, errors: ['IO error encountered'] }],
  ])('compares everything after %s', async (_, copy: Script) => {
    const { end, calls, inputs } = await move([copy, equal], again);
    expect(end.verdict).toBe('equal');
    expect(calls[1]).not.toContain('--files-from=-');
    expect(inputs).toEqual([]);
  });

  it.each([
    ['says nothing of one of them', { output: [...proven, ...rest.slice(1)] }],
    ['complains', { output: [...proven, ...rest], exitCode: 23, errors: ['IO error encountered'] }],
  ])('compares everything when the comparison of what it copied %s', async (_, second: Script) => {
    const { end, calls } = await move([{ output: listing }, second, { output: afterwards }], again);
    expect(end.verdict).toBe('equal');
    expect(calls).toHaveLength(3);
    expect(calls[2]).not.toContain('--files-from=-');
  });

  it('tells of a folder around what it copied that another has changed', async () => {
    const other = ['.d...p.....||4096|around///', ...proven, ...rest];
    const { problems } = await move([{ output: listing }, { output: other }, { output: other }], again);
    expect(problems).toMatchObject([{ path: 'around', message: 'differs in mode' }]);
  });
});

describe('a mover without a connection', () => {
  it('says where it cannot get to, and how long it tries', async () => {
    const { end, notes } = await move([unreachable, unreachable, copied, equal]);
    expect(end).toMatchObject({ verdict: 'equal', retries: 0 });
    expect(notes.slice(0, 3)).toEqual([
      'copying',
      'cannot connect to nodes.test:30001, trying again (60 s left): connect: Connection refused (exit code 12)',
      'cannot connect to nodes.test:30001, trying again (60 s left): connect: Connection refused (exit code 12)',
    ]);
    const gaveUp = (await move([unreachable])).notes.filter((note) => note.startsWith('cannot connect'));
    expect(gaveUp.at(-1)).toMatch(/trying again \(1?\d s left\)/);
  });
});

describe('room at the destination', () => {
  const listing = ['.d          ||4096|.///', '<f+++++++++||900|a//', '<f.st......||900|b//', '<f+++++++++||900|c//'];
  const files: SourceFiles = { usedBytes: () => Promise.resolve(2000), bytesOf: (path) => (path === 'a' ? 600 : 500) };
  const space = { freeBytes: 1000 };

  it('that is too little for what is missing ends the transfer before it begins', async () => {
    const { end, calls } = await move([{ output: listing }], space, files);
    const message = '2 files of 0.0 MiB are missing at the destination, whose file system has 0.0 MiB free';
    expect(end).toMatchObject({ verdict: 'no-space', message, totals: { copiedBytes: 0 } });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toEqual(expect.arrayContaining(['--dry-run']));
    expect(calls[0]).not.toContain('--checksum');
  });

  it.each([
    ['there is enough for all that the file system of the source holds', 2, { freeBytes: 2000 }, listing],
    ['it is not known', 2, { freeBytes: undefined }, listing],
    ['there is enough for what is missing', 3, { freeBytes: 1100 }, listing],
    ['files are to be removed first', 3, space, ['*deleting  ||0|old//', ...listing]],
  ])('is taken for enough when %s', async (_, runs, change: Partial<MoverPlan>, output) => {
    const { end, calls } = await move([...(runs === 3 ? [{ output }] : []), copied, equal], change, files);
    expect(end.verdict).toBe('equal');
    expect(calls).toHaveLength(runs);
  });

  it('is reckoned anew when the connection is cut meanwhile', async () => {
    const begun = { ...cut, output: listing };
    const { end } = await move([begun, { output: listing }, copied, equal], { freeBytes: 1100 }, files);
    expect(end).toMatchObject({ verdict: 'equal', retries: 1 });
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
