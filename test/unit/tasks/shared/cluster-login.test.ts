import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openClusterLogin } from '../../../../src/tasks/shared/cluster-login.ts';
import { kubeconfigText } from '../../../fakes/sync-scene.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'cluster-login-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const silent = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};

async function open(user: { token: string } | { tokenFile: string }) {
  const kubeconfig = path.join(root, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigText({ source: user }));
  const options = {
    context: 'source',
    kubeconfig,
    kubeconfigDigest: '',
    caBundle: undefined,
    host: 'r.example',
    plannedUid: undefined,
  };
  return openClusterLogin(options, {
    log: silent,
    signal: new AbortController().signal,
    environment: {},
    noteProgram: () => undefined,
    print: () => undefined,
    findTask: () => undefined,
  });
}

describe('a login with the token of a cluster', () => {
  it('reads a refused token again, also for those that were refused at the same moment', async () => {
    const tokenFile = path.join(root, 'token');
    await writeFile(tokenFile, 'first-token');
    const login = await open({ tokenFile });
    expect((await login.token()).reveal()).toBe('first-token');
    await writeFile(tokenFile, 'second-token');
    await pause(600);
    const tokens = [0, 1, 2].map(async () => {
      await login.renew();
      return (await login.token()).reveal();
    });
    expect(await Promise.all(tokens)).toEqual(['second-token', 'second-token', 'second-token']);
    await login.close();
  });

  it('reads the kubeconfig again too, since a new token may have been put there', async () => {
    const login = await open({ token: 'first-token' });
    await open({ token: 'second-token' });
    await pause(600);
    await login.renew();
    expect((await login.token()).reveal()).toBe('second-token');
  });

  it('says what to do where a context has no token', async () => {
    const login = await open({ token: '' });
    await expect(login.token()).rejects.toMatchObject({ code: 'unauthorized' });
  });
});
