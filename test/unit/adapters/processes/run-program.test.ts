import { describe, expect, it } from 'vitest';

import { runProgram } from '../../../../src/adapters/processes/run-program.ts';

const never = new AbortController().signal;
const environment = { PATH: '/usr/bin:/bin', SEEN: 'yes' };

function run(script: string, more: Partial<Parameters<typeof runProgram>[0]> = {}) {
  return runProgram({ program: 'sh', args: ['-c', script], environment, signal: never, ...more });
}

describe('runProgram', () => {
  it('gives exit code and output, whatever the code', async () => {
    expect(await run('echo out; echo err >&2; exit 7')).toEqual({ exitCode: 7, stdout: 'out', stderr: 'err' });
  });

  it('passes only the named environment on', async () => {
    const { stdout } = await run('env');
    expect(
      stdout
        .split('\n')
        .map((line) => line.split('=')[0])
        .filter((name) => !['PWD', 'SHLVL', '_'].includes(name ?? ''))
        .sort(),
    ).toEqual(['PATH', 'SEEN']);
  });

  it('takes arguments literally', async () => {
    const odd = ['$(id)', '; ls', '--x', 'a b', '"'];
    const { stdout } = await runProgram({ program: 'printf', args: ['%s\\n', ...odd], environment, signal: never });
    expect(stdout.split('\n')).toEqual(odd);
  });

  it('says that a program is missing', async () => {
    const missing = runProgram({ program: 'no-such-program', args: [], environment, signal: never });
    await expect(missing).rejects.toMatchObject({ code: 'program-missing' });
  });

  it('ends a program when the run is stopped, even one that does not want to', async () => {
    const startedAt = Date.now();
    const stopped = run('trap "" TERM; while :; do sleep 0.05; done', { signal: AbortSignal.timeout(100) });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    expect(Date.now() - startedAt).toBeLessThan(2000);
  });

  it('ends a program that takes too long', async () => {
    await expect(run('exec sleep 9', { timeoutMilliseconds: 100 })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('ends a program that moves no bytes any more, and no other', async () => {
    await expect(run('exec sleep 9', { stallMilliseconds: 300 })).rejects.toMatchObject({ code: 'timeout' });
    const busy = run('for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done', { stallMilliseconds: 500 });
    expect((await busy).exitCode).toBe(0);
  });

  it('names the signal that ended a program, and not its arguments', async () => {
    const killed = run('kill -9 $$ # canary');
    await expect(killed).rejects.toThrow('running sh: ended by SIGKILL');
  });
});
