import { describe, expect, it } from 'vitest';

import { isInScope, type AppliedObject } from '../../../../src/domain/apply/applied-object.ts';

const object: AppliedObject = {
  ...{ id: 'a', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a', uid: 'u', resourceVersion: '7' },
  ...{ operation: 'created', contentDigest: 'sha256:1' },
};

describe('where a rollback may remove', () => {
  it.each<[string, AppliedObject, boolean, boolean]>([
    ['a named namespace', object, true, true],
    ['another namespace', { ...object, namespace: 'bank' }, true, false],
    ['no namespace, for a kind that has them', { ...object, namespace: '' }, true, false],
    ['the cluster', { ...object, kind: 'PriorityClass', namespace: '' }, false, true],
    ['a named Namespace', { ...object, kind: 'Namespace', name: 'shop', namespace: '' }, false, true],
    ['another Namespace', { ...object, kind: 'Namespace', name: 'bank', namespace: '' }, false, false],
    ['a kind of that name', { ...object, kind: 'Namespace', apiVersion: 'example.com/v1', name: 'bank' }, false, true],
  ])('%s', (...[, found, namespaced, expected]) => {
    expect(isInScope(found, namespaced, new Set(['shop']))).toBe(expected);
  });
});
