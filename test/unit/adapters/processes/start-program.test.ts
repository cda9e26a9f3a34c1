import { expect, it } from 'vitest';

import { startProgram, type ProgramStart } from '../../../../src/adapters/processes/start-program.ts';

const environment = { PATH: '/usr/bin:/bin' };
const mostOutput = { stdout: 100, stderr: 100 };

function run(script: string, more: Partial<ProgramStart> = {}) {
  const start = { program: 'sh', args: ['-c', script], environment, mostOutput, killDelay: 0 };
  return startProgram({ ...start, ...more }).ended;
}

it('ends what a program started, when it ends and when it is stopped', async () => {
  const startedAt = Date.now();
  // What runs in the background keeps the output open.
  expect(await run('sleep 60 & echo text')).toMatchObject({ cause: 'ended', stdout: 'text' });
  const stopped = await run('sleep 60; true', { signal: AbortSignal.timeout(100) });
  expect(stopped).toMatchObject({ cause: 'aborted', exitCode: undefined });
  expect(Date.now() - startedAt).toBeLessThan(10_000);
});

it('does not wait for a process that left the group', async () => {
  const startedAt = Date.now();
  const { cause } = await run('setsid sleep 20 & exec sleep 20', { timeoutMilliseconds: 200 });
  expect(cause).toBe('timeout');
  expect(Date.now() - startedAt).toBeLessThan(10_000);
});

it('ends a program that writes too much', async () => {
  expect(await run('while :; do echo text; done')).toMatchObject({ cause: 'too-long' });
});

it.each([
  ['exit 3', { cause: 'ended', exitCode: 3 }],
  ['kill -9 $$', { cause: 'killed', detail: 'SIGKILL', exitCode: undefined }],
])('reports how %s ended', async (script, expected) => {
  expect(await run(script)).toMatchObject(expected);
});

it('reports a program that cannot be started', async () => {
  expect(await run('', { program: '/nowhere/program' })).toMatchObject({ cause: 'not-started', detail: 'ENOENT' });
});
