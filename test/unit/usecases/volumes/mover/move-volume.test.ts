import { describe, expect, it } from 'vitest';

import type { MoverEvent } from '../../../../../src/domain/schemas/documents.ts';
import type { VolumeSurvey } from '../../../../../src/domain/volumes/copier/volume-survey.ts';
import { formatEvent, parseEvent } from '../../../../../src/domain/volumes/mover-protocol.ts';
import {
  copied,
  cut,
  different,
  equal,
  move,
  noFiles,
  unreachable,
  type Script,
} from '../../../../fakes/mover-scene.ts';

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

  it('gives up when the other side remains out of reach, with the cause', async () => {
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

describe('what a mover learns of its volume', () => {
  const knowing = (survey: Omit<VolumeSurvey, 'large'>) => ({ ...noFiles, survey: () => ({ ...survey, large: [] }) });
  const withOption = (calls: readonly (readonly string[])[], option: string) =>
    calls.map((args) => args.includes(option));

  it.each([
    ['at once when they were counted', { counted: 200_000, atOnce: true }],
    ['at once when the copy told that they are few', { told: '200,000', atOnce: true }],
    ['folder by folder when the copy told that they are many', { told: '200,001', counted: 1, atOnce: false }],
    ['folder by folder when nothing tells how many they are', { atOnce: false }],
  ])('lists files for the proof %s', async (_, given: { told?: string; counted?: number; atOnce: boolean }) => {
    const { told = '', counted, atOnce } = given;
    const files = knowing({ files: counted, hasHoles: undefined });
    const { calls } = await move([{ output: [`Number of files: ${told} (reg: 1)`] }, equal], {}, files);
    expect(withOption(calls, '--no-inc-recursive')).toEqual([false, atOnce]);
  });

  it('lists files at once, too, when it compares and copies in one go', async () => {
    const { calls } = await move([equal], { hasCopy: true }, knowing({ files: 3, hasHoles: true }));
    expect(withOption(calls, '--no-inc-recursive')).toEqual([true]);
  });

  it.each([true, undefined, false])('makes holes unless there are none: %j', async (hasHoles) => {
    const { calls } = await move([copied, equal], {}, knowing({ files: undefined, hasHoles }));
    expect(withOption(calls, '--remote-option=--sparse')).toEqual([hasHoles !== false, false]);
  });

  it('is looked for once', async () => {
    let looks = 0;
    const survey = () => {
      looks += 1;
      return { files: 3, hasHoles: false, large: [] };
    };
    await move([copied, different, different, equal], { freeBytes: 1 }, { ...noFiles, survey });
    expect(looks).toBe(1);
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
