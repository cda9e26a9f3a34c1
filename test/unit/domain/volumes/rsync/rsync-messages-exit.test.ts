import { describe, expect, it } from 'vitest';

import { judgeExit } from '../../../../../src/domain/volumes/rsync/rsync-messages.ts';

describe('an end of rsync', () => {
  it.each([0, 24])('with %i means that it read all files', (exitCode) => {
    expect(judgeExit({ exitCode, errors: [], wasConnected: true })).toEqual({ kind: 'done', complaint: '' });
  });

  it('with 23 means so too, with a complaint', () => {
    const errors = ['rsync: [sender] opendir "/data/a" failed', '', 'rsync error: some files could not be transferred'];
    expect(judgeExit({ exitCode: 23, errors, wasConnected: true })).toEqual({
      kind: 'done',
      complaint: 'rsync: [sender] opendir "/data/a" failed (exit code 23)',
    });
  });

  it.each([1, 2, 4])('with %i is not tried again', (exitCode) => {
    expect(judgeExit({ exitCode, errors: ['unknown option'], wasConnected: false })).toEqual({
      kind: 'final',
      reason: 'refused',
      message: `unknown option (exit code ${String(exitCode)})`,
    });
  });

  it.each(['write failed: No space left on device (28)', 'mkdir failed: Disk quota exceeded (122)'])(
    'with a full disk is not tried again: %s',
    (line) => {
      const errors = ['connection reset', line];
      expect(judgeExit({ exitCode: 12, errors, wasConnected: true })).toEqual({
        kind: 'final',
        reason: 'disk-full',
        message: line,
      });
    },
  );

  it.each([true, false])('with a broken connection is tried again (answered: %j)', (wasConnected) => {
    const errors = ['one', 'two', 'three', 'four'];
    expect(judgeExit({ exitCode: 12, errors, wasConnected })).toEqual({
      kind: 'retry',
      message: 'one; two; three (exit code 12)',
      wasConnected,
    });
  });

  it('reports once, and without when and where, what each thread of the tunnel says', () => {
    const errors = [
      '2026.11.21 19:04:01 LOG3[ui]: Error resolving "nodes.test"',
      '2026.11.21 19:04:02 LOG3[0]: Error resolving "nodes.test"',
      '2026.11.21 19:04:02 LOG3[0]: No remote host resolved',
    ];
    expect(judgeExit({ exitCode: 12, errors, wasConnected: false })).toMatchObject({
      message: 'Error resolving "nodes.test"; No remote host resolved (exit code 12)',
    });
  });

  it('without a cause reports its exit code', () => {
    const errors = [' ', 'rsync error: unexplained error (code 255)'];
    expect(judgeExit({ exitCode: 255, errors, wasConnected: false })).toMatchObject({
      message: 'rsync ended (exit code 255)',
    });
  });
});
