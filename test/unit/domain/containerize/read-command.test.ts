import { describe, expect, it } from 'vitest';

import { parseTools, type ContainerTools } from '../../../../src/domain/containerize/container-tools.ts';
import {
  confirmationOf,
  findLoss,
  parseConfirmation,
  readRun,
  splitRuns,
} from '../../../../src/domain/containerize/read-command.ts';

const gnu: ContainerTools = { ...parseTools(''), tar: 'gnu', keepsAttributes: true, knowsHoles: true, confirms: true };
const busybox: ContainerTools = { ...gnu, tar: 'busybox' };

describe('the command that reads files', () => {
  it('gets the names on its standard input, none of which can be an option', () => {
    const { command, input } = readRun(['/-x', '/a\nb'], gnu);
    expect(Buffer.from(input).toString()).toBe('./-x\0./a\nb\0');
    expect(command.slice(5, 7)).toEqual(['sh', '11']);
    expect(command).toEqual(expect.arrayContaining(['--xattrs', '--sparse', '--null', '--no-unquote']));
  });

  it('asks only for what the tar there knows', () => {
    const { command } = readRun(['/a'], { ...gnu, keepsAttributes: false, knowsHoles: false, confirms: false });
    expect(command).not.toContain('--xattrs');
    expect(command).not.toContain('--sparse');
    expect(command.join(' ')).not.toContain('sha256');
    expect(readRun(['/a'], busybox).command).toHaveLength(7);
    expect(readRun(['/a'], { ...gnu, tar: undefined }).command).toHaveLength(7);
  });

  it('remains after it has sent everything, where that is asked for', () => {
    expect(readRun(['/a'], gnu).command.join(' ')).not.toContain('sleep');
    expect(readRun(['/a'], gnu, 10).command[4]).toMatch(/\nsleep 10 \|\| :$/);
    expect(readRun(['/a'], busybox, 10).command[4]).toMatch(/\nsleep 10 \|\| :$/);
  });

  it('starts tar itself where there is no shell', () => {
    expect(readRun(['/a'], { ...gnu, hasShell: false, confirms: true }).command).toEqual([
      'crane-tasks',
      'files-sender',
      '--bytes=4',
    ]);
    const { command } = readRun(['/a'], { ...gnu, hasShell: false, confirms: false });
    expect(command.slice(0, 3)).toEqual(['env', 'LC_ALL=C', 'tar']);
  });
});

describe('the runs of a list', () => {
  const entries = Array.from({ length: 1000 }, (_, index) => ({ path: `/${'x'.repeat(50)}${String(index)}` }));

  it('are one for GNU tar, and none for an empty list', () => {
    expect(splitRuns(entries, gnu)).toEqual([entries]);
    expect(splitRuns([], gnu)).toEqual([]);
    expect(splitRuns([], busybox)).toEqual([]);
  });

  it('are several for busybox, in order', () => {
    const runs = splitRuns(entries, busybox);
    expect(runs).toHaveLength(2);
    expect(runs.flat()).toEqual(entries);
  });
});

describe('what the sender says at its end', () => {
  const sha256 = 'a'.repeat(64);
  const end = `tar: ./a: file changed as we read it\ncrane-tasks status 1\ncrane-tasks bytes 10\ncrane-tasks sha256 ${sha256}\n`;
  const received = { bytes: 10, sha256, exitCode: 0 };

  it('confirms what came', () => {
    expect(parseConfirmation(end)).toEqual({ status: 1, bytes: 10, sha256 });
    expect(findLoss(parseConfirmation(end), received, true)).toBeUndefined();
  });

  it.each<[string, string, Partial<typeof received>, string]>([
    ['no status', end.replace('status 1', ''), {}, 'did not come to its end'],
    ['a failure of the shell', end, { exitCode: 137 }, 'did not come to its end'],
    ['another status of tar', end.replace('status 1', 'status 139'), {}, 'exit code 139'],
    ['fewer bytes', end, { bytes: 9 }, '9 bytes came, the sender sent 10'],
    ['no length', end.replace('bytes 10', ''), {}, 'an unknown number'],
    ['another digest', end, { sha256: 'b' }, 'SHA-256'],
  ])('does not confirm with %s', (...[, text, changes, why]) => {
    expect(findLoss(parseConfirmation(text), { ...received, ...changes }, true)).toContain(why);
  });

  it('is the exit code of tar without a shell', () => {
    expect(findLoss(confirmationOf(2), received, false)).toBeUndefined();
    expect(findLoss(confirmationOf(64), received, false)).toContain('exit code 64');
  });

  it('is only the status where the sender has no more', () => {
    expect(findLoss(parseConfirmation('crane-tasks status 0\n'), received, false)).toBeUndefined();
  });
});
