import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { chooseContext } from '../../src/adapters/kube/choose-context.ts';
import { stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { makeFolder } from '../builders/command.ts';
import { fuzz, fuzzOptions } from '../builders/fuzz.ts';
import { programPath } from '../../testbed/clusters/programs.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
});

afterAll(() => folder.remove());

// Few names, so that most references lead somewhere.
const name = fc.oneof({ weight: 12, arbitrary: fc.constant('a') }, fc.constantFrom('b', 'A', '1', 'x y'));
/** Texts as a person or a program may write them into YAML. */
const scalar = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('"a"', "'b'", 'word', '"1"', '""', '!!str 1', '"\\u00e9"', 'a:b') },
  fc.constantFrom('1', 'true', 'yes', '0777', 'null', '~', '', '[]', '{}', '1.5', '2020-01-01', '!!binary YQ==', '<<'),
);
const server = fc.constantFrom('https://a.example', 'https://b.example/k8s/clusters/c-1', '"https://a.example:6443"');

function fields(names: readonly string[]): fc.Arbitrary<string> {
  const one = fc.tuple(fc.constantFrom(...names), scalar).map(([key, value]) => `${key}: ${value}`);
  return fc.array(one, { maxLength: 2 }).map((lines) => lines.join(', '));
}

const cluster = fc
  .tuple(
    name,
    fc.option(server, { freq: 20 }),
    fields(['tls-server-name', 'insecure-skip-tls-verify', 'proxy-url', 'extra']),
  )
  .map(([key, url, more]) => `- {name: "${key}", cluster: {${url === null ? '' : `server: ${url}, `}${more}}}`);
const user = fc
  .tuple(name, fields(['token', 'username', 'as', 'tokenFile', 'Token', 'extra', 'as-groups']))
  .map(([key, more]) => `- {name: "${key}", user: {${more}}}`);
const context = fc
  .tuple(name, name, name, fields(['namespace', 'Namespace', 'extra']))
  .map(([key, of, who, more]) => `- {name: "${key}", context: {cluster: "${of}", user: "${who}", ${more}}}`);

function list(key: string, entry: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const entries = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.uniqueArray(entry, { minLength: 1, maxLength: 2, selector: (text) => text.slice(0, 11) }),
    },
    fc.array(entry, { minLength: 2, maxLength: 2 }),
  );
  const filled = entries.map((lines) => `${key}:\n${lines.join('\n')}\n`);
  return fc.oneof(
    { weight: 30, arbitrary: filled },
    { weight: 1, arbitrary: fc.constantFrom('', `${key}: null\n`, `${key}: []\n`) },
  );
}

const kubeconfig = fc
  .tuple(
    fc.constantFrom('apiVersion: v1\nkind: Config\n', '', 'kind: Config\n', 'apiVersion: v1\n'),
    fc.option(name, { freq: 20 }).map((current) => (current === null ? '' : `current-context: "${current}"\n`)),
    list('contexts', context),
    list('clusters', cluster),
    list('users', user),
  )
  .map((parts) => parts.join(''));

/** What kubectl understands of the current context; undefined when it refuses the files. */
async function readWithKubectl(files: readonly string[]): Promise<unknown> {
  const environment = { KUBECONFIG: files.join(':'), HOME: folder.path };
  const args = ['config', 'view', '--minify', '--raw', '--output=json'];
  const { stdout, exitCode } = await execa(programPath('kubectl'), args, {
    env: environment,
    extendEnv: false,
    reject: false,
  });
  if (exitCode !== 0) return undefined;
  const value: unknown = JSON.parse(stdout);
  const of = (list: string, inner: string, key: string): string => stringAt(value, list, 0, inner, key) ?? '';
  const [server, user] = [of('clusters', 'cluster', 'server'), valueAt(value, 'users', 0)];
  // Without these a connection fails: here it fails before.
  if (server === '' || user === undefined) return undefined;
  return {
    context: stringAt(value, 'current-context'),
    namespace: of('contexts', 'context', 'namespace'),
    server: server.replace(/\/$/, ''),
    tlsServerName: of('clusters', 'cluster', 'tls-server-name'),
    insecure: valueAt(value, 'clusters', 0, 'cluster', 'insecure-skip-tls-verify') === true,
    proxy: of('clusters', 'cluster', 'proxy-url'),
    token: of('users', 'user', 'token'),
    username: of('users', 'user', 'username'),
    as: of('users', 'user', 'as'),
  };
}

async function read(files: readonly string[]): Promise<unknown> {
  try {
    const environment = { KUBECONFIG: files.join(':'), HOME: folder.path };
    const { selection } = await chooseContext({ kubeconfig: undefined, context: undefined, environment });
    const { context, cluster, user } = selection;
    return {
      context: context.name,
      namespace: context.namespace,
      server: cluster.server,
      tlsServerName: cluster.tlsServerName ?? '',
      insecure: cluster.insecureSkipTlsVerify,
      proxy: cluster.proxyUrl ?? '',
      token: user.token ?? '',
      username: user.username ?? '',
      as: user.impersonate.user ?? '',
    };
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^(unknown-context|kubeconfig-unreadable)$/) as string });
    return undefined;
  }
}

it('random kubeconfigs mean what they mean to kubectl', fuzzOptions, () =>
  fuzz(fc.array(kubeconfig, { minLength: 1, maxLength: 2 }), async (texts) => {
    const files = texts.map((_, index) => join(folder.path, `config-${String(index)}`));
    await Promise.all(files.map((file, index) => writeFile(file, texts[index] ?? '')));
    const [ours, theirs] = await Promise.all([read(files), readWithKubectl(files)]);
    expect(ours).toEqual(theirs);
  }),
);
