import { describe, expect, it } from 'vitest';

import { execInfo, faultOfExecEntry, readExecCredential } from '../../../../src/domain/kubeconfig/exec-plugin.ts';
import type { ClusterEntry } from '../../../../src/domain/kubeconfig/kubeconfig.ts';

const apiVersion = 'client.authentication.k8s.io/v1';
const bare = { apiVersion, command: 'login', args: [], env: [] };
const entry = { ...bare, interactiveMode: 'Never' };
const answer = (status: unknown) => ({ kind: 'ExecCredential', apiVersion, status });

describe('an exec entry', () => {
  it('needs a known version and mode', () => {
    expect(faultOfExecEntry(entry)).toBeUndefined();
    expect(faultOfExecEntry({ ...entry, apiVersion: '' })).toContain('apiVersion is ""');
    expect(faultOfExecEntry({ ...entry, interactiveMode: 'never' })).toContain('interactiveMode is "never"');
  });

  it('of v1 needs a mode, of v1beta1 none', () => {
    expect(faultOfExecEntry(bare)).toContain('interactiveMode is missing');
    expect(faultOfExecEntry({ ...bare, apiVersion: `${apiVersion}beta1` })).toBeUndefined();
  });

  it('gives the cluster to the program only when asked to', () => {
    const cluster: ClusterEntry = {
      ...{ name: 'c', server: 'https://c', caData: 'QQ==', caFile: undefined, insecureSkipTlsVerify: true },
      ...{ tlsServerName: 'n', proxyUrl: 'http://p', execConfig: { a: 1 }, disableCompression: true, folder: '/' },
    };
    const place = { cluster, caData: 'QQ==' };
    expect(execInfo(entry, false, place)).toEqual({ kind: 'ExecCredential', apiVersion, spec: { interactive: false } });
    expect(execInfo({ ...entry, provideClusterInfo: true }, true, place)).toMatchObject({
      spec: { interactive: true, cluster: { server: 'https://c', 'insecure-skip-tls-verify': true, config: { a: 1 } } },
    });
    const bare = { ...place, cluster: { ...cluster, execConfig: undefined } };
    expect(execInfo({ ...entry, provideClusterInfo: true }, true, bare)).toMatchObject({
      spec: { cluster: { 'disable-compression': true, config: null } },
    });
  });
});

describe('an ExecCredential', () => {
  it('has a token, a certificate, or both, until it expires', () => {
    const certificate = { clientCertificateData: 'c', clientKeyData: 'k' };
    const expirationTimestamp = '2030-01-01T00:00:00Z';
    expect(readExecCredential(answer({ token: 't' }), entry)).toMatchObject({ token: 't', expiresAt: undefined });
    expect(readExecCredential(answer({ ...certificate, expirationTimestamp }), entry)).toEqual({
      token: undefined,
      certificate: { cert: 'c', key: 'k' },
      expiresAt: Date.parse(expirationTimestamp),
    });
  });

  it.each<[string, unknown, string]>([
    ['text', 'x', 'no ExecCredential'],
    ['another kind', { ...answer({}), kind: 'Status' }, 'no ExecCredential'],
    ['another version', { ...answer({}), apiVersion: 'x' }, 'another version'],
    ['no status', answer(undefined), 'no status'],
    ['a certificate alone', answer({ token: 't', clientCertificateData: 'c' }), 'and not both'],
    ['nothing', answer({ token: '' }), 'neither'],
    ['a number as expiry', answer({ token: 't', expirationTimestamp: 5 }), 'not a time'],
    ['a word as expiry', answer({ token: 't', expirationTimestamp: 'soon' }), 'not a time'],
  ])('is refused with %s', (_what, value, why) => {
    expect(readExecCredential(value, entry)).toContain(why);
  });
});
