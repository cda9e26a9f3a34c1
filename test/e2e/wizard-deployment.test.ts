import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as openRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { programPath } from '../../testbed/clusters/programs.ts';
import { arbitraryUser } from '../../testbed/demo/demo.ts';
import { installForm, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import { makeNamespace, removeNamespace } from './volumes/scene.ts';

const namespace = 'wizard-deployment';
const app = 'crane-tasks-wizard';
const destination = localKubectl('destination');
let tunnel: { readonly port: number; close(): void };
let fingerprint: string;

beforeAll(async () => {
  const [image] = await Promise.all([loadTaskImage(), makeNamespace(destination, namespace)]);
  await installForm(destination, { parts: ['samples/wizard'], namespace, image });
  const user = { spec: { template: { spec: { securityContext: { runAsUser: arbitraryUser } } } } };
  await destination.run(['patch', 'deployment', app, '-n', namespace, '--patch', JSON.stringify(user)]);
  await destination.run(['rollout', 'status', `deployment/${app}`, '-n', namespace, '--timeout=120s']);
  const log = await destination.run(['logs', `deployment/${app}`, '-n', namespace]);
  fingerprint = /fingerprint ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})/.exec(log)?.[1] ?? '';
  tunnel = await openTunnel();
});

afterAll(async () => {
  tunnel.close();
  await removeNamespace(destination, namespace);
});

async function openTunnel(): Promise<typeof tunnel> {
  const login = ['--kubeconfig', destination.kubeconfig, '--context', destination.context];
  const args = [...login, 'port-forward', `service/${app}`, ':443', '-n', namespace];
  const child = execa(programPath('kubectl'), args, { reject: false, buffer: false });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
    const port = /127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port !== undefined) resolve(Number(port));
  });
  void child.then(() => reject(new Error(`port-forward has ended: ${said}`)));
  return { port: await promise, close: () => void child.kill() };
}

async function ask(path: string, { body, cookie = '' }: { body?: object; cookie?: string } = {}) {
  const host = `127.0.0.1:${String(tunnel.port)}`;
  const writing = { origin: `https://${host}`, 'content-type': 'application/json', 'x-crane-request': '1' };
  const request = openRequest({
    host: '127.0.0.1',
    port: tunnel.port,
    path: `/api/v1${path}`,
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(body === undefined ? {} : writing), cookie },
    // Its authority is its own: the fingerprint in the log proves it.
    rejectUnauthorized: false,
    agent: false,
  });
  request.once('socket', (socket) => {
    socket.once('secureConnect', () => {
      const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : undefined;
      if (shown !== fingerprint) socket.destroy(new Error(`the certificate is not that of the log: ${shown ?? ''}`));
    });
  });
  request.end(body === undefined ? '' : JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const json: unknown = JSON.parse(await text(response));
  return { status: response.statusCode ?? 0, cookie: String(response.headers['set-cookie'] ?? ''), json };
}

describe('the wizard in a namespace where Pod Security enforces `restricted`', () => {
  it('runs as an arbitrary user with a read-only root, and has no token', async () => {
    const [pod] = await destination.list(['pods', '-n', namespace, '-l', `app.kubernetes.io/name=${app}`]);
    expect(valueAt(pod, 'spec', 'securityContext', 'runAsUser')).toBe(arbitraryUser);
    const [container] = arrayAt(pod, 'spec', 'containers');
    expect(valueAt(container, 'securityContext', 'readOnlyRootFilesystem')).toBe(true);
    const sources = arrayAt(pod, 'spec', 'volumes').flatMap((volume) => arrayAt(volume, 'projected', 'sources'));
    expect(sources.filter((source) => valueAt(source, 'serviceAccountToken') !== undefined)).toEqual([]);
    expect(arrayAt(pod, 'status', 'containerStatuses').map((each) => valueAt(each, 'restartCount'))).toEqual([0]);
  });

  it('lets a user sign in with a token, and acts with the rights of that user', async () => {
    await destination.run(['create', 'serviceaccount', 'jane', '-n', namespace]);
    const token = await destination.run(['create', 'token', 'jane', '-n', namespace]);
    const refused = await ask('/session', { body: { token: 'not-a-token-of-it' } });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([401, 'login-refused']);
    const entered = await ask('/session', { body: { token } });
    expect(entered.json).toMatchObject({ state: 'signed-in', user: `system:serviceaccount:${namespace}:jane` });
    expect(entered.cookie).toContain('__Host-crane=');
    const cookie = entered.cookie.split(';')[0] ?? '';
    expect(stringAt((await ask('/migrations', { cookie })).json, 'code')).toBe('forbidden');
    const role = ['rolebinding', 'jane', '--clusterrole=admin', `--serviceaccount=${namespace}:jane`];
    await destination.run(['create', ...role, '-n', namespace]);
    await expect.poll(async () => (await ask('/migrations', { cookie })).status, { timeout: 10_000 }).toBe(200);
    const config = await ask('/config', { cookie });
    expect(stringAt(config.json, 'cluster', 'namespace')).toBe(namespace);
    expect(await destination.run(['logs', `deployment/${app}`, '-n', namespace])).not.toContain(token);
  });

  it.each([
    ['get', 'pods'],
    ['list', 'secrets'],
    ['create', 'pipelineruns.tekton.dev'],
    ['create', 'serviceaccounts/token'],
    ['*', '*'],
  ])('has an account that may not %s %s', async (verb, resource) => {
    const account = `system:serviceaccount:${namespace}:${app}`;
    const asked = destination.run(['auth', 'can-i', verb, resource, `--as=${account}`, '-n', namespace]);
    await expect(asked).rejects.toThrow('kubectl');
  });
});
