import { describe, expect, it } from 'vitest';

import { describeClash, findClashes, formatRoute, routesOf, urlsOf } from '../../../../src/domain/app/routes.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';

const ingress = (host: string, path: string | undefined, owner?: string): Resource => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'i',
    namespace: 'web',
    annotations:
      owner === undefined ? {} : { 'meta.helm.sh/release-name': owner, 'meta.helm.sh/release-namespace': 'web' },
  },
  spec: { rules: [{ host, http: { paths: [{ path }] } }], tls: host.startsWith('s.') ? [{ hosts: [host] }] : [] },
});

const release = { namespace: 'web', name: 'shop' };

describe('a route', () => {
  it.each([
    ['a.test', '/', 'A.test', undefined, true],
    ['a.test', '/x', 'a.test', '/x/', true],
    ['a.test', '/x', 'a.test', '/', false],
    ['a.test', '/', 'b.test', '/', false],
  ])('%s%s clashes with %s%s: %s', (...[host, path, otherHost, otherPath, expected]) => {
    const clashes = findClashes([ingress(host, path)], [ingress(otherHost, otherPath, 'other')], release);
    expect(clashes.map(({ owner }) => owner)).toEqual(expected ? ['web/other'] : []);
  });

  it('does not clash with its own release, but with an owner that is unknown', () => {
    expect(findClashes([ingress('a', '/')], [ingress('a', '/', 'shop')], release)).toEqual([]);
    expect(findClashes([ingress('a', '/')], [ingress('a', '/')], release)).toHaveLength(1);
  });

  it('of a clash is described with its owner', () => {
    const describe = (owner?: string) =>
      findClashes([ingress('a.test', '/x')], [ingress('a.test', '/x', owner)], release).map(describeClash);
    expect(describe('other')).toEqual(['a.test/x belongs to release web/other (networking.k8s.io/v1 Ingress web/i)']);
    expect(describe()).toEqual(['a.test/x belongs to an unknown owner (networking.k8s.io/v1 Ingress web/i)']);
  });

  it('of a rule without paths or host is all of it', () => {
    const all = { ...ingress('', '/'), spec: { rules: [{}] } };
    expect(routesOf(all).map(formatRoute)).toEqual(['*']);
  });

  it('has a URL', () => {
    expect(urlsOf([ingress('a.test', '/x'), ingress('s.test', '/')])).toEqual(['http://a.test/x', 'https://s.test']);
  });
});
