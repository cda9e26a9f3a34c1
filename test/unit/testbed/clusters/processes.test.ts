import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  assertRunning,
  ensureProcess,
  isRunning,
  listProcesses,
  logFile,
  runningPid,
  startTimeOf,
  stopProcesses,
} from '../../../../testbed/clusters/processes.ts';
import { waitFor } from '../../../../testbed/clusters/wait.ts';

const sleeper = { file: 'sleep', args: ['60'] };

describe('supervised processes', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'processes-'));
  });
  afterEach(async () => {
    await stopProcesses(listProcesses(folder), 'SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const start = (command: Parameters<typeof ensureProcess>[2]): Promise<void> =>
    ensureProcess({ folder, enter: ['env'] }, 'sleeper', command);

  it('are not started a second time', async () => {
    await start(sleeper);
    const pid = runningPid(folder, 'sleeper');
    await start(sleeper);
    expect(pid).toBeTypeOf('number');
    expect(runningPid(folder, 'sleeper')).toBe(pid);
  });

  it('are restarted when the command or what it reads has changed', async () => {
    await start(sleeper);
    const [first] = listProcesses(folder);
    await start({ ...sleeper, version: '2' });
    expect(first === undefined || isRunning(first)).toBe(false);
    expect(runningPid(folder, 'sleeper')).toBeTypeOf('number');
  });

  it('are started again after they ended', async () => {
    await start(sleeper);
    const [first] = listProcesses(folder);
    await stopProcesses(listProcesses(folder), 'SIGTERM');
    await start(sleeper);
    expect(runningPid(folder, 'sleeper')).not.toBe(first?.pid);
  });

  it('are distinguished from a later process with the same pid', async () => {
    await start(sleeper);
    const pid = runningPid(folder, 'sleeper') ?? 0;
    await stopProcesses([{ pid, startTime: '1' }], 'SIGKILL');
    expect(startTimeOf(pid)).toBeTypeOf('string');
  });

  it('show the end of their log when they are gone', async () => {
    await start({ file: 'ls', args: ['/no/such/folder'] }).catch(() => undefined);
    await waitFor({
      what: 'the end of ls',
      seconds: 5,
      everyMs: 10,
      check: () => Promise.resolve(runningPid(folder, 'sleeper') === undefined ? undefined : 'runs'),
    });
    expect(readFileSync(logFile(folder, 'sleeper'), 'utf8')).toContain('/no/such/folder');
    expect(() => {
      assertRunning(folder, 'sleeper');
    }).toThrow(/no\/such\/folder/);
  });
});
