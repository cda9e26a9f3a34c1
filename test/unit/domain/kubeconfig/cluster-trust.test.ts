import { describe, expect, it } from 'vitest';

import {
  assertMayReceiveToken,
  assertSecretNames,
  fieldsWithoutEffect,
  isOwnApiServer,
  sameServer,
} from '../../../../src/domain/kubeconfig/cluster-trust.ts';
import type { ClusterSecret } from '../../../../src/domain/kubeconfig/cluster-secret.ts';
import type { ClusterEntry } from '../../../../src/domain/kubeconfig/kubeconfig.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

const place = { namespace: 'runs', name: 'source' };
const plain: ClusterSecret = {
  url: 'https://api.example:6443',
  token: redactor.secret('canary-token'),
  ca: 'PEM',
  insecureSkipTlsVerify: false,
  proxyUrl: undefined,
  tlsServerName: undefined,
};

describe('one server', () => {
  it.each([
    ['https://API.example:443/', 'https://api.example'],
    ['https://api.example/k8s/clusters/c-1/', 'https://api.example/k8s/clusters/c-1'],
    ['HTTPS://[2001:DB8:0::1]:6443', 'https://[2001:db8::1]:6443'],
  ])('is %s and %s', (one, other) => {
    expect(sameServer(one, other)).toBe(true);
  });

  it.each([
    ['https://api.example', 'http://api.example'],
    ['https://api.example', 'https://api.example:6443'],
    ['https://api.example', 'https://api.example.'],
    ['https://api.example/a', 'https://api.example/b'],
    ['https://api.example', 'https://api.example.evil.test'],
    ['https://api.example', 'https://api.example@evil.test'],
    ['https://api.example', 'https://user:word@api.example'],
    ['https://api.example', 'https://api.example/?a'],
    ['https://api.example', 'https://api.example/#a'],
    ['api.example', 'api.example'],
  ])('is not %s and %s', (one, other) => {
    expect(sameServer(one, other)).toBe(false);
    expect(sameServer(other, one)).toBe(false);
  });
});

describe("the pod's own API server", () => {
  it.each([
    ['https://kubernetes.default.svc', ''],
    ['https://kubernetes.default.svc:443/', '10.96.0.1'],
    ['https://kubernetes.default.svc.cluster.local', '10.96.0.1'],
    ['https://10.96.0.1:443', '10.96.0.1'],
    ['https://[fd00::1]', 'fd00:0::1'],
    ['https://api.internal', 'API.internal'],
  ])('is %s when KUBERNETES_SERVICE_HOST is %j', (address, host) => {
    expect(isOwnApiServer(address, host)).toBe(true);
  });

  it.each([
    ['https://kubernetes.default.svc.evil.test', ''],
    ['https://kubernetes.default', ''],
    ['http://kubernetes.default.svc', ''],
    ['https://10.96.0.2', '10.96.0.1'],
    ['https://kubernetes.default.svc@evil.test', '10.96.0.1'],
    ['kubernetes.default.svc', '10.96.0.1'],
  ])('is not %s when KUBERNETES_SERVICE_HOST is %j', (address, host) => {
    expect(isOwnApiServer(address, host)).toBe(false);
  });
});

describe('the token of a Secret', () => {
  it('is for the server that the Secret names', () => {
    expect(() => {
      assertSecretNames('https://api.example:6443/', plain, place);
    }).not.toThrow();
  });

  it('is for no other one', () => {
    expect(() => {
      assertSecretNames('https://evil.test', plain, place);
    }).toThrow(expect.objectContaining({ code: 'kubeconfig-refused' }));
  });
});

describe('a kubeconfig cluster beside its Secret', () => {
  const cluster: ClusterEntry = {
    name: 'source',
    server: plain.url,
    caData: 'UEVN',
    caFile: undefined,
    insecureSkipTlsVerify: false,
    tlsServerName: undefined,
    proxyUrl: undefined,
    folder: '/f',
  };
  const all = { insecureSkipTlsVerify: true, proxyUrl: 'http://p:1', tlsServerName: 'n' };

  it('has an authority of its own only where the Secret has one', () => {
    expect(fieldsWithoutEffect(cluster, plain)).toEqual([]);
    expect(fieldsWithoutEffect(cluster, { ...plain, ca: undefined })).toEqual(['certificate-authority']);
    const byFile = { ...cluster, caData: undefined, caFile: 'ca.crt' };
    expect(fieldsWithoutEffect(byFile, { ...plain, ca: undefined })).toEqual(['certificate-authority']);
    expect(fieldsWithoutEffect({ ...cluster, caData: undefined }, { ...plain, ca: undefined })).toEqual([]);
  });

  it('sets nothing else that the Secret does not', () => {
    const names = ['insecure-skip-tls-verify', 'proxy-url', 'tls-server-name'];
    expect(fieldsWithoutEffect({ ...cluster, ...all }, plain)).toEqual(names);
    expect(fieldsWithoutEffect({ ...cluster, ...all }, { ...plain, ...all })).toEqual([]);
  });
});

describe('a program that asks for the token of a Secret', () => {
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  const cluster = { server: plain.url, 'certificate-authority-data': Buffer.from('PEM\n').toString('base64') };
  const ask =
    (info: unknown, secret: ClusterSecret = plain) =>
    () => {
      assertMayReceiveToken(info, { secret, place }, decode);
    };
  const refused: unknown = expect.objectContaining({ code: 'kubeconfig-refused' });

  it('gets it for the server and by the authority of the Secret', () => {
    expect(ask({ spec: { cluster } })).not.toThrow();
    expect(ask({ spec: { cluster: { server: plain.url } } }, { ...plain, ca: undefined })).not.toThrow();
  });

  it('gets it by everything that the Secret says', () => {
    const settings = { insecureSkipTlsVerify: true, proxyUrl: 'http://p:1', tlsServerName: 'n' };
    const same = { 'insecure-skip-tls-verify': true, 'proxy-url': 'http://p:1', 'tls-server-name': 'n' };
    expect(ask({ spec: { cluster: { server: plain.url, ...same } } }, { ...plain, ...settings })).not.toThrow();
  });

  it.each([
    ['does not say where it connects to', {}],
    ['names another server', { ...cluster, server: 'https://evil.test' }],
    ['trusts another authority', { ...cluster, 'certificate-authority-data': 'RVZJTA==' }],
    ["trusts the system's authorities", { server: plain.url }],
    ['does not check certificates', { ...cluster, 'insecure-skip-tls-verify': true }],
    ['takes a proxy', { ...cluster, 'proxy-url': 'http://evil.test' }],
    ['expects another name', { ...cluster, 'tls-server-name': 'evil.test' }],
  ])('does not get it when it %s', (_what, changed) => {
    expect(ask({ spec: { cluster: changed } })).toThrow(refused);
  });

  it('does not get it without a word about its cluster', () => {
    expect(ask(undefined)).toThrow(refused);
    expect(ask({ spec: { interactive: false } })).toThrow(refused);
  });
});
