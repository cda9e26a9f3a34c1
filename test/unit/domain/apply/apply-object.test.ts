import { describe, expect, it } from 'vitest';

import { isCovered, overlay, prepareObject } from '../../../../src/domain/apply/apply-object.ts';
import { aResource } from '../../../builders/transform.ts';

describe('preparing a resource', () => {
  it("drops the server's metadata and the status", () => {
    const metadata = {
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: 'x',
      generation: 2,
      managedFields: [],
      labels: { a: 'b' },
    };
    const sent = prepareObject(aResource('v1 ConfigMap', 'a', { metadata, data: { k: 'v' }, status: {} }), '');
    expect(sent).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'shop', labels: { a: 'b' } },
      data: { k: 'v' },
    });
  });

  it('puts it into the namespace asked for, and gives none where there is none', () => {
    expect(prepareObject(aResource('v1 ConfigMap', 'a'), 'store').metadata.namespace).toBe('store');
    expect(prepareObject({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } }, '').metadata).toEqual({
      name: 'a',
    });
  });

  it("moves a RoleBinding's own accounts along, and those without a namespace", () => {
    const subjects = [
      { kind: 'ServiceAccount', name: 'a', namespace: 'shop' },
      { kind: 'ServiceAccount', name: 'b' },
      { kind: 'ServiceAccount', name: 'c', namespace: 'other' },
      { kind: 'User', name: 'd' },
      'broken',
    ];
    const binding = aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'a', { subjects });
    expect(prepareObject(binding, 'store')['subjects']).toEqual([
      { kind: 'ServiceAccount', name: 'a', namespace: 'store' },
      { kind: 'ServiceAccount', name: 'b', namespace: 'store' },
      subjects[2],
      subjects[3],
      'broken',
    ]);
    expect(prepareObject(aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'a'), 'store')).not.toHaveProperty(
      'subjects',
    );
    expect(prepareObject({ ...binding, metadata: { name: 'a' } }, '')['subjects']).toEqual(subjects);
  });
});

describe('comparing with what is there', () => {
  it.each([
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, undefined, false],
    [{ a: [1] }, { a: [1] }, true],
    [{ a: [1] }, { a: [1, 2] }, false],
    [{ a: [{ x: 1 }] }, { a: [{ x: 1, y: 2 }] }, true],
    [{ a: [] }, { a: {} }, false],
    [{ a: null }, {}, true],
    [{ a: null }, { a: null }, true],
    [{ a: null }, { a: 1 }, false],
  ])('%j is covered by %j: %s', (wanted, present, expected) => {
    expect(isCovered(wanted, present)).toBe(expected);
  });

  it('lays what is wanted over what is there, named items by name', () => {
    const present = {
      metadata: { resourceVersion: '5' },
      tags: [
        { name: 'a', from: 1 },
        { name: 'b', kept: true },
      ],
      list: [1],
    };
    const wanted = { metadata: { name: 'x' }, tags: [{ name: 'b', from: 2 }, { name: 'c' }], list: [2] };
    expect(overlay(present, wanted)).toEqual({
      metadata: { resourceVersion: '5', name: 'x' },
      tags: [{ name: 'a', from: 1 }, { name: 'b', kept: true, from: 2 }, { name: 'c' }],
      list: [2],
    });
    expect(overlay({ tags: [] }, { tags: [{ name: 'a' }] })).toEqual({ tags: [{ name: 'a' }] });
  });
});
