import { describe, expect, it } from 'vitest';

import { runExecCredential } from '../../../../src/adapters/kube/exec-credential.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

/** An exec entry that runs a program for Node. */
const entry = (program: string) => ({
  command: process.execPath,
  args: ['-e', program],
  env: [{ name: 'GIVEN', value: 'exec-token' }],
  apiVersion: 'client.authentication.k8s.io/v1',
});

describe('the program of an exec entry', () => {
  it('gives a token', async () => {
    const answer = '{"status":{"token":process.env.GIVEN + JSON.parse(process.env.KUBERNETES_EXEC_INFO).kind}}';
    const token = await runExecCredential(entry(`console.log(JSON.stringify(${answer}))`), {}, redactor);
    expect(token.reveal()).toBe('exec-tokenExecCredential');
  });

  it.each([
    ['console.error("stderr-canary"); process.exit(3)', 'it failed (3)'],
    ['process.kill(process.pid, "SIGTERM"); setTimeout(() => 0, 60000)', 'it failed (SIGTERM)'],
    ['console.log("stdout-canary")', 'it printed no JSON'],
    ['console.log("{}")', 'it gave no token'],
    ['console.log("x".repeat(3000000)); setTimeout(() => 0, 60000)', 'its answer is too long'],
  ])('is not quoted when it fails: %s', async (program, why) => {
    const error = await thrownBy(() => runExecCredential(entry(program), {}, redactor));
    expect(error.code).toBe('unauthorized');
    expect(error.message).toContain(why);
    expect(error.message + error.remedy + String(error.cause)).not.toContain('canary');
  });

  it('may be missing', async () => {
    const error = await thrownBy(() => runExecCredential({ ...entry(''), command: '/nowhere/login' }, {}, redactor));
    expect(error.message).toContain('it failed (ENOENT)');
  });
});
