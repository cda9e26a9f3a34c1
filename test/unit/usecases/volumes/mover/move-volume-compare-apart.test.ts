import { describe, expect, it } from 'vitest';

import type { MoverPlan } from '../../../../../src/domain/schemas/documents.ts';
import { copied, cut, move, noFiles, type Script } from '../../../../fakes/mover-scene.ts';

const big = '.f          |cc|9|in/big//';
const others = [
  '.d          ||4096|.///',
  '.d          ||4096|in///',
  '.f          |aa|3|a//',
  '.L          ||1|l// -> a',
];
const whole: Script = { output: [...others, big] };
const rest: Script = { output: others };
/** Folders around it are told as well, as they are at that moment. */
const alone: Script = { output: ['.d          ||4096|.///', '.d..t......||4096|in///', big] };
const silent: Script = { output: alone.output?.slice(0, 2) ?? [] };
const complaining: Script = { ...alone, exitCode: 23, errors: ['IO error encountered'] };

const files = {
  ...noFiles,
  survey: () => ({ files: 5, hasHoles: false, large: ['in/big'] }),
  bytesOf: () => 9,
};

const moveApart = (scripts: readonly Script[], change: Partial<MoverPlan> = {}) => move(scripts, change, files);
const isApart = (args: readonly string[]) => args.includes('--exclude=/in/big');
const ofNames = (args: readonly string[]) => args.includes('--files-from=-');

describe('a proof of a volume with a large file', () => {
  it('compares it on a connection of its own, and reports the same as one connection', async () => {
    const { end, calls, inputs } = await moveApart([copied, rest, alone]);
    expect(calls.map(isApart)).toEqual([false, true, false]);
    expect(calls.map(ofNames)).toEqual([false, false, true]);
    expect(inputs).toEqual(['./in/big\0']);
    expect(end).toEqual((await move([copied, whole])).end);
    expect(end).toMatchObject({ verdict: 'equal', totals: { files: 5, bytes: 13 } });
  });

  it('reports what differs in it, and copies again', async () => {
    const changed: Script = { output: ['<fc.t......|cc|9|in/big//'] };
    const { end, notes } = await moveApart([copied, rest, changed, rest, alone]);
    expect(notes).toContain('1 files differ after the copy: copying again');
    expect(end.verdict).toBe('equal');
  });

  it.each([
    ['says nothing of it', silent],
    ['complains', complaining],
    ['finds a folder of that name', { output: ['.d          ||4096|in/big///'] }],
  ])('compares all on one connection when its own %s', async (_, second) => {
    const { end, calls } = await moveApart([copied, rest, second, whole]);
    expect(calls.map(isApart)).toEqual([false, true, false, false]);
    expect(end.verdict).toBe('equal');
  });

  it('looks at it with all others when it is gone since, or when nothing is read', async () => {
    const gone = await move([copied, whole], {}, { ...files, bytesOf: () => 0 });
    const unread = await moveApart([copied, whole], { checksum: false });
    expect([...gone.calls, ...unread.calls].some(isApart)).toBe(false);
  });
});

describe('a mover that finds a copy with a large file', () => {
  const again = { hasCopy: true };

  it('compares it apart while it copies what differs of the others', async () => {
    const { end, calls } = await moveApart([rest, alone], again);
    expect(calls.map(isApart)).toEqual([true, false]);
    expect(end).toMatchObject({ verdict: 'equal', digest: (await move([copied, whole])).end.digest });
  });

  it('copies it when it differs, and compares it again', async () => {
    const changed: Script = { output: ['.d          ||4096|in///', '<fc.t......|cc|9|in/big//'] };
    const copy: Script = { output: ['Number of files: 2 (reg: 1)', 'Literal data: 4 bytes'] };
    const { end, calls, inputs } = await moveApart([rest, changed, copy, { output: [big] }], again);
    expect(calls.map(ofNames)).toEqual([false, true, true, true]);
    expect(calls.map((args) => args.includes('--ignore-times'))).toEqual([false, false, true, false]);
    expect(calls.map((args) => args.includes('--dry-run'))).toEqual([false, true, false, true]);
    expect(inputs).toEqual(Array.from({ length: 3 }, () => './in/big\0'));
    expect(end).toMatchObject({ verdict: 'equal', totals: { files: 5, bytes: 13, copiedBytes: 4 } });
    expect(end.digest).toBe((await move([copied, whole])).end.digest);
  });

  it.each([
    ['its comparison says nothing of it', [rest, silent]],
    ['its comparison complains', [rest, complaining]],
    ['its copy was cut', [rest, { output: ['<fc........|cc|9|in/big//'] }, cut, copied]],
    ['its copy complains', [rest, { output: ['<fc........|cc|9|in/big//'] }, complaining]],
    ['it is not told of after its copy', [rest, { output: ['<fc........|cc|9|in/big//'] }, copied, silent]],
  ])('compares everything when %s', async (_, scripts) => {
    const { end, calls } = await moveApart([...scripts, rest, alone], again);
    const last = calls.slice(scripts.length);
    expect(last.map((args) => args.includes('--dry-run'))).toEqual([true, true]);
    expect(last.map(isApart)).toEqual([true, false]);
    expect(end.verdict).toBe('equal');
  });

  it('reports no progress of a copy that had nothing to do', async () => {
    const idle: Script = { output: [...others, '  0  100%  0.00kB/s  0:00:00'] };
    const { events } = await moveApart([idle, alone], again);
    expect(events.filter(({ event }) => event === 'progress')).toEqual([]);
  });

  it('stops reading it when the copy of the others cannot continue', async () => {
    const full: Script = { exitCode: 11, errors: ['rsync: write failed on "/data/a": No space left on device (28)'] };
    const { end } = await moveApart([full, { isEndless: true }], again);
    expect(end.verdict).toBe('disk-full');
  });
});
