import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hostsOfStream, internalAliases, isOnHost } from '../../../../src/domain/images/registry-hosts.ts';
import { aResource, aStream, digest, internal, outside } from '../../../builders/image-plan.ts';

describe('internalAliases', () => {
  it.each([
    internal,
    'image-registry.openshift-image-registry.svc.cluster.local:5000',
    'docker-registry.default.svc:5000',
    'docker-registry.default.svc.cluster.local:5000',
    outside,
    `${outside}:443`,
    outside.toUpperCase(),
    '172.30.1.1:5000',
  ])('knows the registry as %s', (host) => {
    const aliases = internalAliases({ internal, public: [outside], seen: ['172.30.1.1:5000'] });
    expect(isOnHost(`${host}/shop/web`, aliases)).toBe(true);
  });

  it('knows a service of any name by its long form too', () => {
    const aliases = internalAliases({ internal: 'registry.kube-system.svc', public: [] });
    expect(isOnHost('registry.kube-system.svc.cluster.local/shop/web', aliases)).toBe(true);
  });

  it.each([
    'image-registry.openshift-image-registry.svc:50001/shop/web',
    'image-registry.openshift-image-registry.svc/shop/web',
    'ximage-registry.openshift-image-registry.svc:5000/shop/web',
    `${outside}.evil.test/shop/web`,
    'quay.io/image-registry.openshift-image-registry.svc/5000',
    'shop/web',
    'web',
    '',
  ])('does not take %s for it', (image) => {
    expect(isOnHost(image, internalAliases({ internal, public: [outside, ''] }))).toBe(false);
  });

  it('is not a wildcard when nothing is known', () => {
    const aliases = internalAliases({ internal: '', public: ['', 'not a host'] });
    const host = fc.domain().filter((name) => !name.endsWith('.svc'));
    fc.assert(fc.property(host, (name) => !isOnHost(`${name}/shop/web`, aliases)));
    expect([...aliases].every((alias) => alias.includes('registry'))).toBe(true);
  });
});

describe('hostsOfStream', () => {
  it('finds the hosts of the stream’s own repository names', () => {
    const stream = aResource('ImageStream', 'web', {
      status: { dockerImageRepository: `${internal}/shop/web`, publicDockerImageRepository: `${outside}/shop/web` },
    });
    expect(hostsOfStream(stream)).toEqual([internal, outside]);
  });

  it('finds the service address that OpenShift 3 wrote', () => {
    const stream = aStream('web', { 1: { items: [`172.30.9.9:5000/shop/web@${digest('a')}`] } });
    expect(hostsOfStream(stream)).toEqual(['172.30.9.9:5000']);
  });

  it.each([
    ['another repository', `10.1.1.1:5000/shop/other@${digest('a')}`],
    ['another port', `10.1.1.1:8080/shop/web@${digest('a')}`],
    ['a name', `quay.io/shop/web@${digest('a')}`],
    ['no host', `shop/web@${digest('a')}`],
    ['nothing that parses', 'no image'],
  ])('does not take the address of %s for it', (_what, reference) => {
    expect(hostsOfStream(aStream('web', { 1: { items: [reference] } }))).toEqual([]);
  });

  it('does not take a registry that a tag is imported from for it', () => {
    const from = { kind: 'DockerImage', name: '10.1.1.1:5000/shop/web:1' };
    const stream = aStream('web', { 1: { spec: { from }, items: [`10.1.1.1:5000/shop/web@${digest('a')}`] } });
    expect(hostsOfStream(stream)).toEqual([]);
  });

  it.each([
    ['no status', {}],
    ['names that do not parse', { status: { dockerImageRepository: 'a b', publicDockerImageRepository: 7 } }],
    ['a short name', { status: { dockerImageRepository: 'shop/web' } }],
    ['an item without reference', { status: { tags: [{ tag: '1', items: [{ image: digest('a') }] }] } }],
  ])('finds nothing in a stream with %s', (_what, rest) => {
    expect(hostsOfStream(aResource('ImageStream', 'web', rest))).toEqual([]);
  });

  it('reads a stream without namespace', () => {
    const stream = {
      apiVersion: 'v1',
      kind: 'ImageStream',
      metadata: { name: 'web' },
      spec: { tags: [{ name: '1' }] },
    };
    expect(hostsOfStream(stream)).toEqual([]);
  });
});
