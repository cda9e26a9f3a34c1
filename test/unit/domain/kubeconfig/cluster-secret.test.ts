import { objectPath } from '../../../../src/domain/kube/api-paths.ts';
import { describe, expect, it } from 'vitest';

import {
  execEntryFor,
  parseClusterSecret,
  secretRef,
  secretPlaceOf,
} from '../../../../src/domain/kubeconfig/cluster-secret.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const place = { namespace: 'shop', name: 'source' };
const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
const reading = {
  faultOfAuthority: (pem: string) => (pem === 'wrong' ? 'it has no PEM certificate' : undefined),
  decode,
  redactor: new Redactor(),
};
const secretWith = (data: Record<string, string>): unknown => ({
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

describe('the Secret of another cluster', () => {
  it('gives address, token and authority, trimmed', () => {
    const found = parseClusterSecret(
      secretWith({ url: 'https://a:6443/\n', token: 'canary-token\n', ca: 'PEM' }),
      place,
      reading,
    );
    expect({ ...found, token: found.token.reveal() }).toEqual({
      url: 'https://a:6443',
      token: 'canary-token',
      ca: 'PEM',
      insecureSkipTlsVerify: false,
      proxyUrl: undefined,
      tlsServerName: undefined,
    });
  });

  it('says how its server is reached', () => {
    const keys = { 'insecure-skip-tls-verify': 'true', 'proxy-url': 'http://p:1', 'tls-server-name': 'api.example' };
    expect(parseClusterSecret(secretWith({ url: 'u', token: 't', ca: '', ...keys }), place, reading)).toMatchObject({
      ca: undefined,
      insecureSkipTlsVerify: true,
      proxyUrl: 'http://p:1',
      tlsServerName: 'api.example',
    });
  });

  it('prefers ca.crt, the key that a service-account Secret has', () => {
    expect(parseClusterSecret(secretWith({ url: 'u', token: 't', ca: 'A', 'ca.crt': 'B' }), place, reading).ca).toBe(
      'B',
    );
  });

  it.each(['', '../x', 'a/b', '$(id)', 'x'.repeat(254)])('is not a Secret of the name %j', (name) => {
    expect(() => secretRef({ namespace: 'shop', name })).toThrow('invalid namespace and name');
    expect(() => secretRef({ namespace: name, name: 'source' })).toThrow('invalid namespace and name');
  });

  it.each(['ca', 'ca.crt'])('names the key of an authority that cannot be used: %s', (key) => {
    const secret = secretWith({ url: 'u', token: 't', [key]: 'wrong' });
    expect(() => parseClusterSecret(secret, place, reading)).toThrow(`key \`${key}\`: it has no PEM certificate`);
  });

  it('needs no authority', () => {
    expect(parseClusterSecret(secretWith({ url: 'u', token: 't' }), place, reading).ca).toBeUndefined();
  });

  it.each([
    [{ token: 't' }, /Secret shop\/source: key `url` is missing/],
    [{ url: 'u', token: ' ' }, /key `token` is missing or empty/],
  ])('names the missing key', (data, message) => {
    expect(() => parseClusterSecret(secretWith(data), place, reading)).toThrow(message);
  });

  it('is asked for by its path', () => {
    expect(objectPath(secretRef({ namespace: 'a', name: 'b.c-1' }))).toBe('/api/v1/namespaces/a/secrets/b.c-1');
  });
});

describe('the exec entry that stands for a token', () => {
  it('is recognised again', () => {
    expect(secretPlaceOf(execEntryFor(place))).toEqual(place);
  });

  it.each([
    ['another program', { command: 'aws' }],
    ['another subcommand', { args: ['crane-export'] }],
    ['no Secret', { args: ['cluster-credential', '--namespace=shop'] }],
    ['no namespace', { args: ['cluster-credential', '--cluster-secret=source'] }],
  ])('is not taken for one with %s', (_name, change) => {
    expect(secretPlaceOf({ ...execEntryFor(place), ...change })).toBeUndefined();
  });
});
