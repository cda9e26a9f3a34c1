import { describe, expect, it } from 'vitest';
import { arrayAt, stringAt, valueAt } from '../../../../src/domain/core/json-object.ts';
import { describeResource, isResource, keyOf, isNamespaceName } from '../../../../src/domain/kube/resource.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };

describe('the identity of a resource', () => {
  it('splits group and version', () => {
    expect(keyOf(deployment)).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
    });
  });

  it('has an empty group in the core API and an empty namespace in the cluster scope', () => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } };
    expect(keyOf(node)).toEqual({ group: '', version: 'v1', kind: 'Node', namespace: '', name: 'n' });
  });

  it('is shown as people write it', () => {
    expect(describeResource(deployment)).toBe('apps/v1 Deployment shop/web');
    expect(describeResource({ ...deployment, metadata: { name: 'web' } })).toBe('apps/v1 Deployment web');
    expect(describeResource({ ...deployment, metadata: { name: 'web', namespace: '' } })).toBe(
      'apps/v1 Deployment web',
    );
  });

  it.each([
    null,
    [],
    'text',
    {},
    { apiVersion: 'v1', kind: 'Pod' },
    { apiVersion: 'v1', kind: 'Pod', metadata: [] },
    { apiVersion: 'v1', kind: '', metadata: { name: 'a' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 1 } },
  ])('is missing in %j', (value) => {
    expect(isResource(value)).toBe(false);
  });

  it('is present in an object with kind, version and name', () => {
    expect(isResource(deployment)).toBe(true);
  });
});

describe('reading by path', () => {
  const value = { a: [{ b: 'x' }], n: 1 };

  it('follows keys and indexes', () => {
    expect(stringAt(value, 'a', 0, 'b')).toBe('x');
    expect(arrayAt(value, 'a')).toHaveLength(1);
  });

  it('gives nothing where the shape differs', () => {
    expect(valueAt(value, 'a', 'b')).toBeUndefined();
    expect(valueAt(value, 'n', 0)).toBeUndefined();
    expect(stringAt(value, 'n')).toBeUndefined();
    expect(arrayAt(value, 'n')).toEqual([]);
  });
});

describe('the name of a namespace', () => {
  it.each(['a', '0', 'shop', 'shop-2', 'a'.repeat(63)])('may be %s', (name) => {
    expect(isNamespaceName(name)).toBe(true);
  });

  it.each(['', '-a', 'a-', 'Shop', 'a.b', 'a/b', '..', 'a\n', 'ä', 'a b', 'a'.repeat(64)])('may not be %j', (name) => {
    expect(isNamespaceName(name)).toBe(false);
  });
});
