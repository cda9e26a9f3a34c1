import { describe, expect, it } from 'vitest';

import { contextFingerprint, parseKubeconfig, selectContext } from '../../../../src/domain/kubeconfig/kubeconfig.ts';

const cluster = { server: 'https://source:6443', 'certificate-authority-data': 'Q0E=' };
const user = { exec: { apiVersion: 'v1', command: 'crane-tasks', args: ['cluster-credential', '--cluster-secret=a'] } };

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
  readonly name?: string;
}

function fingerprint({ name = 'source', ...parts }: Parts, recipient = 'age1a', folder = '/ws'): string {
  const config = {
    clusters: [{ name: 'source', cluster: { ...cluster, ...parts.cluster } }],
    users: [{ name: 'source', user: { ...user, ...parts.user } }],
    contexts: [
      { name, context: { cluster: 'source', user: 'source', ...parts.context } },
      { name: 'other', context: { cluster: 'source', user: 'source' } },
    ],
  };
  const file = `${folder}/kubeconfig`;
  return contextFingerprint(selectContext(parseKubeconfig(config, { file, folder }), name, file), recipient);
}

describe('the fingerprint of a context', () => {
  it('is the same in any folder', () => {
    expect(fingerprint({}, 'age1a', '/elsewhere')).toBe(fingerprint({}));
  });

  it.each<[string, Parts]>([
    ['server', { cluster: { server: 'https://evil.test' } }],
    ['authority', { cluster: { 'certificate-authority-data': 'RVZJTA==' } }],
    [
      'insecure-skip-tls-verify',
      { cluster: { 'insecure-skip-tls-verify': true, 'certificate-authority-data': undefined } },
    ],
    ['proxy', { cluster: { 'proxy-url': 'http://evil.test' } }],
    ['name in the certificate', { cluster: { 'tls-server-name': 'evil.test' } }],
    ['Secret', { user: { exec: { ...user.exec, args: ['cluster-credential', '--cluster-secret=b'] } } }],
    ['token', { user: { token: 'a' } }],
    ['auth provider', { user: { 'auth-provider': { name: 'oidc', config: { 'client-id': 'a' } } } }],
    ['impersonation', { user: { as: 'system:admin' } }],
    ['namespace', { context: { namespace: 'kube-system' } }],
    ['name', { name: 'destination' }],
  ])('differs with another %s', (_what, parts) => {
    expect(fingerprint(parts)).not.toBe(fingerprint({}));
  });

  it('has the bytes that digests of earlier runs are of', () => {
    expect(fingerprint({})).toContain('"impersonate":{"user":"","groups":[],"uid":"","extras":{}},"exec":{');
    const impersonated = fingerprint({ user: { as: 'jane', 'as-uid': '7' } });
    expect(impersonated).toContain('"impersonate":{"user":"jane","groups":[],"uid":"7","extras":{}},"exec":{');
  });

  it('differs with another recipient of Secrets', () => {
    expect(fingerprint({}, 'age1evil')).not.toBe(fingerprint({}));
  });
});
