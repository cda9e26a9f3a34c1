import { describe, expect, it } from 'vitest';

import { runExecCredential } from '../../../../src/adapters/kube/exec-credential.ts';
import { emptyCluster } from '../../../../src/adapters/kube/in-cluster.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { execVersion as apiVersion } from '../../../builders/exec-plugin.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const cluster = { ...emptyCluster, name: 'c', server: 'https://c.example', folder: '/' };
const run = { environment: {}, redactor: new Redactor(), cluster, caData: undefined, folder: '/' };

/** An exec entry that runs a program for Node. */
const entry = (program: string) => ({
  command: process.execPath,
  args: ['-e', program],
  env: [{ name: 'GIVEN', value: 'exec-token' }],
  apiVersion,
  interactiveMode: 'IfAvailable',
});

const prints = (status: string): string =>
  `const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO); console.log(JSON.stringify({ ...info, status: ${status} }))`;

describe('the program of an exec entry', () => {
  it('gives a token', async () => {
    const { token } = await runExecCredential(entry(prints('{ token: process.env.GIVEN + info.kind }')), run);
    expect(token).toBe('exec-tokenExecCredential');
    expect(run.redactor.redact('exec-tokenExecCredential')).toBe('***');
  });

  it.each([
    ['console.error("stderr-canary"); process.exit(3)', 'it failed (3)'],
    ['process.kill(process.pid, "SIGTERM"); setTimeout(() => 0, 60000)', 'it failed (SIGTERM)'],
    ['console.log("stdout-canary: [")', 'it printed no JSON'],
    ['console.log("stdout-canary")', 'it printed no ExecCredential'],
    ['console.log("{}")', 'it printed no ExecCredential'],
    [prints('{ clientCertificateData: "canary", clientKeyData: "canary" }'), 'not valid PEM'],
    ['console.log("x".repeat(3000000)); setTimeout(() => 0, 60000)', 'its answer is too long'],
  ])('is not quoted when it fails: %s', async (program, why) => {
    const error = await thrownBy(() => runExecCredential(entry(program), run));
    expect(error.code).toBe('unauthorized');
    expect(error.message).toContain(why);
    expect(error.message + error.remedy + String(error.cause)).not.toContain('canary');
  });

  it('may be missing: the kubeconfig says how to install it', async () => {
    const missing = { ...entry(''), command: '/nowhere/login', installHint: 'Ask Ann.\u001b[2J' };
    const error = await thrownBy(() => runExecCredential(missing, run));
    expect(error.message).toContain('it failed (ENOENT): "Ask Ann.\\u001b[2J"');
  });

  it('reads the terminal of a person only when there is one and it may', async () => {
    const asks = prints('{ token: String(info.spec.interactive) }');
    const at = (terminals: readonly number[], interactiveMode: string) =>
      runExecCredential(
        { ...entry(asks), interactiveMode },
        { ...run, isTerminal: (descriptor) => terminals.includes(descriptor) },
      ).then(({ token }) => token);
    expect(await at([0], 'IfAvailable')).toBe('true');
    expect(await at([0], 'Always')).toBe('true');
    expect(await at([0], 'Never')).toBe('false');
    expect(await at([2], 'IfAvailable')).toBe('false');
    await expect(at([], 'Always')).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('ends with the run', async () => {
    const stop = AbortSignal.timeout(300);
    const error = await thrownBy(() =>
      runExecCredential(entry('setTimeout(() => 0, 60000)'), { ...run, signal: stop, isTerminal: () => true }),
    );
    expect(error.code).toBe('interrupted');
  });

  it('is not run by an entry that kubectl refuses', async () => {
    const old = { ...entry('console.log("canary")'), apiVersion: 'client.authentication.k8s.io/v1alpha1' };
    expect(await thrownBy(() => runExecCredential(old, run))).toMatchObject({ code: 'kubeconfig-unreadable' });
  });
});
