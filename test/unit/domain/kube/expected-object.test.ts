import { describe, expect, it } from 'vitest';

import { checkObject, expectedOf, itemOfUnexpected } from '../../../../src/domain/kube/expected-object.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

const expected = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' };
const metadata = { name: 'web', namespace: 'shop' };
const clusterRole = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', namespace: '' };

describe('an object that a server answered', () => {
  it.each([
    ['a typed list, without its kind', { metadata }],
    ['a typed list, with empty fields', { apiVersion: '', kind: null, metadata }],
    ['a list of custom resources', { apiVersion: 'apps/v1', kind: 'Deployment', metadata }],
  ])('is taken from %s', (_, value) => {
    expect(checkObject(value, expected, redactor)).toEqual({
      resource: { apiVersion: 'apps/v1', kind: 'Deployment', metadata },
    });
  });

  it('keeps all its members and their order', () => {
    const value = { metadata: { namespace: 'shop', name: 'web', labels: {} }, spec: { a: 1 }, kind: 'Deployment' };
    const { resource } = checkObject(value, expected, redactor);
    expect(JSON.stringify(resource)).toBe(
      '{"metadata":{"namespace":"shop","name":"web","labels":{}},"spec":{"a":1},"kind":"Deployment","apiVersion":"apps/v1"}',
    );
  });

  it.each([
    ['text', 'web', '', 'expected an object, got "web"'],
    ['null', null, '', 'expected an object, got none'],
    ['an array', [], '', 'expected an object, got an array'],
    ['no metadata', {}, '', 'expected metadata, got none'],
    ['no name', { metadata: { namespace: 'shop' } }, '', 'expected metadata.name, got none'],
    ['an empty name', { metadata: { name: '' } }, '', 'expected metadata.name, got none'],
    ['a number as name', { metadata: { name: 5 } }, '', 'expected metadata.name, got a value of type number'],
    ['no namespace', { metadata: { name: 'a' } }, 'a', 'expected metadata.namespace "shop", got none'],
    [
      'another namespace',
      { metadata: { name: 'a', namespace: 'kube-system' } },
      'a',
      'expected metadata.namespace "shop", got "kube-system"',
    ],
    [
      'an object as namespace',
      { metadata: { name: 'a', namespace: { toString: 1 } } },
      'a',
      'expected metadata.namespace "shop", got a value of type object',
    ],
    ['another kind', { kind: 'Pod', metadata }, 'web', 'expected kind "Deployment", got "Pod"'],
    ['an object as kind', { kind: {}, metadata }, 'web', 'expected kind "Deployment", got a value of type object'],
    [
      'another version',
      { apiVersion: 'apps/v1beta1', metadata },
      'web',
      'expected apiVersion "apps/v1", got "apps/v1beta1"',
    ],
    ['another group', { apiVersion: 'v1', metadata }, 'web', 'expected apiVersion "apps/v1", got "v1"'],
    [
      'metadata alone',
      { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata },
      'web',
      'expected apiVersion "apps/v1", got "meta.k8s.io/v1"',
    ],
  ])('is refused: %s', (_, value, ...[name, why]) => {
    expect(checkObject(value, expected, redactor)).toEqual({ unexpected: { name, why } });
  });

  it('must have the name that was asked for', () => {
    expect(checkObject({ metadata }, { ...expected, name: 'web' }, redactor).resource).toBeDefined();
    expect(checkObject({ metadata }, { ...expected, name: 'api' }, redactor).unexpected).toEqual({
      name: 'web',
      why: 'expected metadata.name "api", got "web"',
    });
  });

  it('of cluster scope must have no namespace', () => {
    expect(checkObject({ metadata: { name: 'a' } }, clusterRole, redactor).resource).toBeDefined();
    expect(checkObject({ metadata: { name: 'a', namespace: '' } }, clusterRole, redactor).resource).toBeDefined();
    expect(checkObject({ metadata }, clusterRole, redactor).unexpected?.why).toBe(
      'expected metadata.namespace none, got "shop"',
    );
  });

  it('may be its metadata alone where this was asked for', () => {
    const asked = { ...expected, isMetadataOnly: true };
    const partial = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
    expect(checkObject(partial, asked, redactor).resource).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
    });
    expect(checkObject({ metadata }, asked, redactor).resource).toBeDefined();
    expect(checkObject({ ...partial, kind: 'Pod' }, asked, redactor).unexpected).toBeDefined();
    expect(checkObject({ ...partial, apiVersion: 'v1' }, asked, redactor).unexpected).toBeDefined();
  });

  it('must not be nested more deeply than the files of an export can be', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    const whole = (levels: number) => ({ metadata, spec: { list: nested(levels) } });
    expect(checkObject(whole(198), expected, redactor).resource).toBeDefined();
    for (const levels of [199, 3000, 100_000]) {
      const { unexpected } = checkObject(whole(levels), expected, redactor);
      expect(unexpected?.why).toContain('at most 200 levels');
    }
  });

  it('shows no more of a name than Kubernetes allows', () => {
    const { unexpected } = checkObject(
      { kind: 'x'.repeat(5000), metadata: { name: 'n'.repeat(5000) } },
      expected,
      redactor,
    );
    expect(unexpected?.name).toHaveLength(254);
    expect(unexpected?.why.length).toBeLessThan(320);
  });
});

describe('the item of an unexpected object', () => {
  it('names what was expected and the object', () => {
    const why = 'expected kind "Deployment", got "Pod"';
    expect(itemOfUnexpected(expected, { name: 'web', why })).toEqual({
      ...{ id: 'apps/v1 Deployment shop/web', outcome: 'failed', reason: 'unexpected-object' },
      message: `the server answered another object: ${why}`,
    });
    expect(itemOfUnexpected(clusterRole, { name: '', why }).id).toBe(
      'rbac.authorization.k8s.io/v1 ClusterRole (no name)',
    );
  });

  it('follows from a kind of discovery', () => {
    const kind = {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      plural: 'deployments',
      namespaced: true,
      verbs: [],
    };
    expect(expectedOf(kind, 'shop')).toEqual(expected);
  });
});
