import { describe, expect, it } from 'vitest';

import { copied, cut, different, equal, move, type Script } from '../../../../fakes/mover-scene.ts';

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

  it('starts again when the connection is cut, at any point', async () => {
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

  it('reports a folder around what it copied that another has changed', async () => {
    const other = ['.d...p.....||4096|around///', ...proven, ...rest];
    const { problems } = await move([{ output: listing }, { output: other }, { output: other }], again);
    expect(problems).toMatchObject([{ path: 'around', message: 'differs in mode' }]);
  });
});
