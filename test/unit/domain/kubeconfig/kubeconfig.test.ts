import { describe, expect, it } from 'vitest';

import { mergeKubeconfigs, parseKubeconfig, selectContext } from '../../../../src/domain/kubeconfig/kubeconfig.ts';

const source = { file: '/home/me/.kube/config', folder: '/home/me/.kube' };

const whole = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'a',
  contexts: [
    { name: 'a', context: { cluster: 'ca', user: 'ua', namespace: 'shop' } },
    { name: 'b', context: { cluster: 'cb', user: 'ub' } },
  ],
  clusters: [
    {
      name: 'ca',
      cluster: {
        server: 'https://a.example:6443/',
        'certificate-authority-data': 'QQ==',
        'tls-server-name': 'x',
        'proxy-url': 'http://proxy:3128',
      },
    },
    {
      name: 'cb',
      cluster: { server: 'https://b', 'insecure-skip-tls-verify': true },
    },
  ],
  users: [
    {
      name: 'ua',
      user: {
        ...{ token: 't', as: 'someone', 'as-groups': ['g', null] },
        ...{ 'as-uid': '7', 'as-user-extra': { scopes: ['view'] } },
      },
    },
    {
      name: 'ub',
      user: {
        exec: { apiVersion: 'v1', command: 'get-token', args: ['--x'], env: [{ name: 'A', value: 'b' }, {}] },
        'auth-provider': { name: 'oidc', config: { 'id-token': 't', 'client-secret': '', extra: null } },
      },
    },
    { name: 'nothing' },
  ],
};

const aCluster = (cluster: object) => ({ clusters: [{ name: 'c', cluster }] });
const anOidc = (config: object) => ({ 'auth-provider': { name: 'oidc', config } });

describe('reading a kubeconfig', () => {
  it('keeps what a connection needs', () => {
    const config = parseKubeconfig(whole, source);
    expect(config.currentContext).toBe('a');
    expect(config.contexts).toEqual([
      { name: 'a', cluster: 'ca', user: 'ua', namespace: 'shop' },
      { name: 'b', cluster: 'cb', user: 'ub', namespace: '' },
    ]);
    expect(config.clusters[0]).toMatchObject({
      server: 'https://a.example:6443',
      caData: 'QQ==',
      tlsServerName: 'x',
      proxyUrl: 'http://proxy:3128',
      insecureSkipTlsVerify: false,
      folder: source.folder,
    });
    expect(config.clusters[1]).toMatchObject({ server: 'https://b', insecureSkipTlsVerify: true });
    expect(config.users[0]).toMatchObject({
      token: 't',
      impersonate: { user: 'someone', groups: ['g', ''], uid: '7', extras: { scopes: ['view'] } },
      exec: undefined,
    });
    expect(config.users[1]).toMatchObject({
      authProvider: { name: 'oidc', config: { 'id-token': 't' }, user: 'ub', file: source.file },
      exec: {
        apiVersion: 'v1',
        command: 'get-token',
        args: ['--x'],
        env: [
          { name: 'A', value: 'b' },
          { name: '', value: '' },
        ],
      },
    });
  });

  it('reads an empty one as one without contexts', () => {
    expect(parseKubeconfig({ users: [{ name: 'u', user: { exec: { command: 'x' } } }] }, source)).toMatchObject({
      currentContext: '',
      contexts: [],
      users: [{ exec: { apiVersion: '', args: [], env: [] } }],
    });
  });

  it.each([
    ['text', 'just text', /expected a mapping/],
    ['a nameless entry', { users: [{}] }, /users\[0\] needs `name` and `user`/],
    ['an entry of a wrong type', { contexts: [{ name: 'a', context: 'x' }] }, /contexts\[0\].context of/],
    ['a list that is none', { users: {} }, /reading users of .*expected a list/],
    ['a name twice', { users: [{ name: 'u' }, { name: 'u' }] }, /users has "u" twice/],
    ['another kind', { kind: 'List' }, /another kind/],
    ['another version', { apiVersion: 'v2' }, /another kind/],
    ['a token that is a number', { users: [{ name: 'u', user: { token: 7 } }] }, /users\[0\].user.token of/],
    ['a switch that is text', aCluster({ 'insecure-skip-tls-verify': 'true' }), /expected true or false/],
    [
      'groups that are no list',
      { users: [{ name: 'u', user: { 'as-groups': 'x' } }] },
      /as-groups of .* expected a list/,
    ],
    ['groups that are no texts', { users: [{ name: 'u', user: { 'as-groups': [7] } }] }, /expected a list of texts/],
    ['settings that are no texts', { users: [{ name: 'u', user: anOidc({ x: 7 }) }] }, /auth-provider.config.x of/],
  ])('refuses %s, naming the file', (_name, value, message) => {
    expect(() => parseKubeconfig(value, source)).toThrow(expect.objectContaining({ code: 'kubeconfig-unreadable' }));
    expect(() => parseKubeconfig(value, source)).toThrow(message);
    expect(() => parseKubeconfig(value, source)).toThrow(source.file);
  });
});

describe('several kubeconfigs as one', () => {
  it('takes the first entry of a name and the first current context', () => {
    const first = parseKubeconfig({ clusters: [{ name: 'c', cluster: { server: 'https://1' } }] }, source);
    const second = parseKubeconfig(
      {
        'current-context': 'x',
        clusters: [
          { name: 'c', cluster: { server: 'https://2' } },
          { name: 'd', cluster: { server: 'https://3' } },
        ],
      },
      source,
    );
    const merged = mergeKubeconfigs([first, second]);
    expect(merged.currentContext).toBe('x');
    expect(merged.clusters.map((cluster) => cluster.server)).toEqual(['https://1', 'https://3']);
  });

  it('has no current context when no file has', () => {
    expect(mergeKubeconfigs([]).currentContext).toBe('');
  });
});

describe('choosing a context', () => {
  const config = parseKubeconfig(whole, source);

  it('obeys the name', () => {
    expect(selectContext(config, 'b', 'f')).toMatchObject({
      context: { name: 'b' },
      cluster: { server: 'https://b' },
      user: { name: 'ub' },
    });
  });

  it('takes the current context only when no name is given', () => {
    expect(selectContext(config, undefined, 'f').context.name).toBe('a');
  });

  it('needs the address of its cluster, not those of others', () => {
    const bare = {
      contexts: ['a', 'b', 'c'].map((name) => ({ name, context: { cluster: name, user: 'u' } })),
      clusters: [
        { name: 'a', cluster: { server: 'localhost:8001' } },
        { name: 'b', cluster: {} },
        { name: 'c', cluster: { server: '' } },
      ],
      users: [{ name: 'u', user: {} }],
    };
    const parsed = parseKubeconfig(bare, source);
    expect(selectContext(parsed, 'a', 'f').cluster.server).toBe('http://localhost:8001');
    expect(() => selectContext(parsed, 'b', 'f')).toThrow(/cluster "b" has no `server`/);
    expect(() => selectContext(parsed, 'c', 'f')).toThrow(/cluster "c" has no `server`/);
  });

  it.each([{ 'certificate-authority': 'ca.crt' }, { 'certificate-authority-data': 'QQ==' }])(
    'refuses a cluster with %j that is not to be verified',
    (authority) => {
      const select = (fields: object) =>
        selectContext(
          parseKubeconfig(
            {
              contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
              clusters: [{ name: 'c', cluster: { server: 'https://c', 'insecure-skip-tls-verify': true, ...fields } }],
              users: [{ name: 'u', user: {} }],
            },
            source,
          ),
          'a',
          'f',
        );
      expect(() => select(authority)).toThrow(/both `insecure-skip-tls-verify` and a certificate authority/);
      expect(select({ 'certificate-authority': '', 'certificate-authority-data': null }).cluster.name).toBe('c');
      expect(select({ ...authority, 'insecure-skip-tls-verify': false }).cluster.name).toBe('c');
    },
  );

  it('takes a context without a user for one without a login', () => {
    const contexts = [{ name: 'a', context: { cluster: 'ca' } }];
    const { user } = selectContext(parseKubeconfig({ ...whole, contexts }, source), 'a', 'f');
    expect(user).toMatchObject({ name: '', token: undefined, exec: undefined });
  });

  it('gives exec plugins what the extension of the cluster has for them, and how to run them', () => {
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }];
    const exec = { command: 'x', interactiveMode: 'Always', provideClusterInfo: true, installHint: 'Ask.' };
    const parsed = parseKubeconfig(
      {
        clusters: [{ name: 'c', cluster: { server: 'https://c', extensions, 'disable-compression': true } }],
        users: [{ name: 'u', user: { exec } }],
      },
      source,
    );
    expect(parsed.clusters[0]).toMatchObject({ execConfig: { audience: 'a' }, disableCompression: true });
    expect(parsed.users[0]?.exec).toMatchObject(exec);
  });

  it.each([
    [config, 'c', 'choosing a context of f: no context "c"; it has "a", "b"'],
    [parseKubeconfig({}, source), 'c', 'choosing a context of f: no context "c"; it has none'],
    [parseKubeconfig({}, source), undefined, 'choosing a context of f: no current context is set; it has none'],
  ])('lists the known contexts when the wanted one is missing', (known, name, message) => {
    expect(() => selectContext(known, name, 'f')).toThrow(
      expect.objectContaining({ code: 'unknown-context', message }),
    );
  });

  it.each([
    [{ ...whole, clusters: [] }, /names cluster "ca", not in it/],
    [{ ...whole, users: [] }, /names user "ua", not in it/],
    [{ contexts: [{ name: 'a', context: {} }] }, /names cluster "", not in it/],
  ])('refuses a context that names what is not there', (value, message) => {
    expect(() => selectContext(parseKubeconfig(value, source), 'a', 'f')).toThrow(message);
  });
});
