import { describe, expect, it } from 'vitest';

import {
  putContext,
  putSealingRecipient,
  sealingRecipientIn,
  type NewContext,
} from '../../../../src/domain/kubeconfig/kubeconfig-entry.ts';

const context: NewContext = {
  name: 'source',
  server: 'https://source:6443',
  caData: 'Q0E=',
  insecureSkipTlsVerify: false,
  proxyUrl: undefined,
  tlsServerName: undefined,
  credential: { token: 'clear' },
};

describe('adding a context to a kubeconfig', () => {
  it('makes a whole kubeconfig of nothing, with the context current', () => {
    expect(putContext(undefined, context, 'f')).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'source',
      clusters: [{ name: 'source', cluster: { server: 'https://source:6443', 'certificate-authority-data': 'Q0E=' } }],
      contexts: [{ name: 'source', context: { cluster: 'source', user: 'source' } }],
      users: [{ name: 'source', user: { token: 'clear' } }],
    });
  });

  it('keeps other entries, unknown members and the current context', () => {
    const existing = {
      preferences: { colors: true },
      'current-context': 'other',
      users: [{ name: 'other', user: {} }],
    };
    expect(putContext(existing, context, 'f')).toMatchObject({
      preferences: { colors: true },
      'current-context': 'other',
      users: [{ name: 'other' }, { name: 'source' }],
    });
  });

  it('gives the same file when run again', () => {
    const once = putContext(null, context, 'f');
    expect(putContext(once, context, 'f')).toEqual(once);
  });

  it('writes an exec entry that never asks on a terminal', () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'crane-tasks', args: ['a'], env: [] };
    expect(putContext(null, { ...context, caData: undefined, credential: { exec } }, 'f')).toMatchObject({
      clusters: [{ cluster: { server: 'https://source:6443' } }],
      users: [
        { user: { exec: { command: 'crane-tasks', args: ['a'], interactiveMode: 'Never', provideClusterInfo: true } } },
      ],
    });
  });

  it('writes the proxy and the name in the certificate', () => {
    const through = { proxyUrl: 'http://proxy:3128', tlsServerName: 'api.example' };
    expect(putContext(null, { ...context, ...through, caData: undefined }, 'f')['clusters']).toEqual([
      {
        name: 'source',
        cluster: { server: context.server, 'proxy-url': 'http://proxy:3128', 'tls-server-name': 'api.example' },
      },
    ]);
  });

  it('leaves the authority out where it is not checked', () => {
    expect(putContext(null, { ...context, insecureSkipTlsVerify: true }, 'f')['clusters']).toEqual([
      { name: 'source', cluster: { server: 'https://source:6443', 'insecure-skip-tls-verify': true } },
    ]);
  });

  it.each([['text'], [{ kind: 'Secret' }]])('refuses a file that holds something else', (existing) => {
    expect(() => putContext(existing, context, '/w/kubeconfig')).toThrow(/\/w\/kubeconfig: it holds something else/);
  });
});

describe('the recipient of sealed Secrets', () => {
  it('replaces the earlier recipient, and keeps those of others', () => {
    const other = { name: 'minikube.sigs.k8s.io', extension: { version: 'v1' } };
    const config = putSealingRecipient(putSealingRecipient({ extensions: [other] }, 'age1a'), 'age1b');
    expect(sealingRecipientIn(config)).toBe('age1b');
    expect(config['extensions']).toEqual([
      other,
      { name: 'crane-tasks.dev/sealing', extension: { recipient: 'age1b' } },
    ]);
  });

  it('may be left out', () => {
    expect(sealingRecipientIn({})).toBeUndefined();
    expect(sealingRecipientIn({ extensions: [{ name: 'crane-tasks.dev/sealing', extension: 7 }] })).toBeUndefined();
  });
});
