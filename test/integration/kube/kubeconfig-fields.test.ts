import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { chooseContext } from '../../../src/adapters/kube/choose-context.ts';
import { connectCluster } from '../../../src/adapters/kube/connect.ts';
import type { Selection } from '../../../src/domain/kubeconfig/kubeconfig.ts';
import { valueAt } from '../../../src/domain/core/json-object.ts';
import { makeFolder } from '../../builders/command.ts';
import { silentLog } from '../../builders/test-cluster.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ path: folder, remove } = await makeFolder());
});

afterAll(() => remove());

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
  readonly top?: object;
}

async function write({ cluster, user, context, top }: Parts): Promise<string> {
  const file = path.join(folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', ...context } }],
    clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:9', ...cluster } }],
    users: [{ name: 'u', user: user ?? {} }],
    ...top,
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

async function viewOf(file: string): Promise<unknown> {
  const args = [`--kubeconfig=${file}`, 'config', 'view', '--minify', '--raw', '--output=json'];
  const { stdout } = await execa(programPath('kubectl'), args, { env: { HOME: folder }, extendEnv: false });
  return JSON.parse(stdout);
}

const none = 'not used: it changes nothing that these programs send';
type Ours = ((selection: Selection) => unknown) | typeof none;

const data = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');
const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'login', interactiveMode: 'Never' };
const extension = [{ name: 'x.example/y', extension: { a: 1 } }];
const ofExec =
  (key: 'apiVersion' | 'command' | 'args' | 'env' | 'interactiveMode' | 'provideClusterInfo' | 'installHint'): Ours =>
  ({ user }) =>
    user.exec?.[key];

/** Each field of k8s.io/client-go/tools/clientcmd/api/v1: where it is, its value, what this program reads. */
const fields: readonly (readonly [part: keyof Parts, field: readonly string[], value: unknown, ours: Ours])[] = [
  ['top', ['preferences'], { colors: true }, none],
  ['top', ['extensions'], extension, none],
  ['top', ['current-context'], 'c', ({ context }) => context.name],
  ['cluster', ['server'], 'https://a.example:6443/k8s', ({ cluster }) => cluster.server],
  ['cluster', ['tls-server-name'], 'b.example', ({ cluster }) => cluster.tlsServerName],
  ['cluster', ['insecure-skip-tls-verify'], true, ({ cluster }) => cluster.insecureSkipTlsVerify],
  ['cluster', ['certificate-authority'], '/etc/ca.crt', ({ cluster }) => cluster.caFile],
  ['cluster', ['certificate-authority-data'], data, ({ cluster }) => cluster.caData],
  ['cluster', ['proxy-url'], 'socks5://proxy.example:1080', ({ cluster }) => cluster.proxyUrl],
  ['cluster', ['disable-compression'], true, ({ cluster }) => cluster.disableCompression],
  ['cluster', ['extensions'], extension, none],
  ['user', ['client-certificate'], '/etc/c.crt', ({ user }) => user.certFile],
  ['user', ['client-certificate-data'], data, ({ user }) => user.certData],
  ['user', ['client-key'], '/etc/c.key', ({ user }) => user.keyFile],
  ['user', ['client-key-data'], data, ({ user }) => user.keyData],
  ['user', ['token'], 'a-token', ({ user }) => user.token],
  ['user', ['tokenFile'], '/run/token', ({ user }) => user.tokenFile],
  ['user', ['as'], 'jane', ({ user }) => user.impersonate.user],
  ['user', ['as-uid'], '7', ({ user }) => user.impersonate.uid],
  ['user', ['as-groups'], ['a', 'b'], ({ user }) => user.impersonate.groups],
  ['user', ['as-user-extra'], { scopes: ['x', 'y'] }, ({ user }) => user.impersonate.extras],
  ['user', ['username'], 'jane', ({ user }) => user.username],
  ['user', ['password'], 'pass-word', ({ user }) => user.password],
  ['user', ['auth-provider', 'name'], 'oidc', ({ user }) => user.authProvider?.name],
  ['user', ['auth-provider', 'config'], { 'client-id': 'a' }, ({ user }) => user.authProvider?.config],
  ['user', ['exec', 'apiVersion'], 'client.authentication.k8s.io/v1beta1', ofExec('apiVersion')],
  ['user', ['exec', 'command'], './login', ofExec('command')],
  ['user', ['exec', 'args'], ['--a', ''], ofExec('args')],
  ['user', ['exec', 'env'], [{ name: 'A', value: 'b' }], ofExec('env')],
  ['user', ['exec', 'installHint'], 'Install it.', ofExec('installHint')],
  ['user', ['exec', 'provideClusterInfo'], true, ofExec('provideClusterInfo')],
  ['user', ['exec', 'interactiveMode'], 'IfAvailable', ofExec('interactiveMode')],
  ['user', ['extensions'], extension, none],
  ['context', ['cluster'], 'k', ({ context }) => context.cluster],
  ['context', ['user'], 'u', ({ context }) => context.user],
  ['context', ['namespace'], 'shop', ({ context }) => context.namespace],
  ['context', ['extensions'], extension, none],
];

const lists = { cluster: 'clusters', user: 'users', context: 'contexts' } as const;

function partWith(field: readonly string[], value: unknown): object {
  const [first = '', second] = field;
  if (second === undefined) return { [first]: value };
  return { [first]: { ...(first === 'exec' ? exec : { name: 'oidc' }), [second]: value } };
}

describe('a field of a kubeconfig', () => {
  it.for(fields)('means what it means to kubectl: %s %j', async ([part, field, value, ours]) => {
    const file = await write({ [part]: partWith(field, value) });
    const view = await viewOf(file);
    const theirs = part === 'top' ? valueAt(view, ...field) : valueAt(view, lists[part], 0, part, ...field);
    const { selection } = await chooseContext({ kubeconfig: file, context: undefined, environment: {} });
    expect(theirs).toEqual(value);
    if (ours !== none) expect(ours(selection)).toEqual(value);
  });
});

describe('what an exec plugin is given', () => {
  const cluster = {
    'tls-server-name': 'b.example',
    'insecure-skip-tls-verify': true,
    'proxy-url': 'http://127.0.0.1:1',
    'disable-compression': true,
    extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x', n: 1, list: [true, null] } }],
  };
  const versions = ['v1', 'v1beta1'].map((version) => `client.authentication.k8s.io/${version}`);
  const cases = versions.flatMap((apiVersion) => [
    [apiVersion, true, cluster] as const,
    [apiVersion, false, cluster] as const,
    [apiVersion, true, {}] as const,
  ]);

  it.each(cases)('is what kubectl gives: %s, cluster information %j, %j', async (apiVersion, provided, fields) => {
    const [plugin, seen] = [path.join(folder, 'plugin'), path.join(folder, 'seen')];
    await writeFile(plugin, `#!/bin/sh\nprintf '%s' "$KUBERNETES_EXEC_INFO" >${seen}\nexit 1\n`);
    await chmod(plugin, 0o755);
    const entry = { ...exec, apiVersion, command: plugin, provideClusterInfo: provided };
    const file = await write({ cluster: fields, user: { exec: entry } });
    const given = async (ask: () => Promise<unknown>): Promise<unknown> => {
      await rm(seen, { force: true });
      await ask().catch(() => undefined);
      return JSON.parse(await readFile(seen, 'utf8')) as unknown;
    };
    const theirs = await given(() =>
      execa(programPath('kubectl'), [`--kubeconfig=${file}`, 'get', '--raw=/version'], {
        env: { HOME: folder, PATH: '/usr/bin:/bin' },
        extendEnv: false,
      }),
    );
    const ours = await given(async () => {
      const options = { kubeconfig: file, context: undefined, environment: { PATH: '/usr/bin:/bin' }, log: silentLog };
      const opened = await connectCluster(options);
      return opened.request({ path: '/version' }).finally(() => opened.close());
    });
    expect(ours).toEqual(theirs);
  });
});
