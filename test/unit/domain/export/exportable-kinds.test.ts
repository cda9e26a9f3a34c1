import { describe, expect, it } from 'vitest';

import type { ApiKind } from '../../../../src/domain/kube/discovery.ts';
import { isExportable, parseAllowedGaps, parseKindChoice } from '../../../../src/domain/export/exportable-kinds.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';

const secrets: ApiKind = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  verbs: ['create', 'delete', 'get', 'list', 'watch'],
};
const roles: ApiKind = { ...secrets, group: 'rbac.authorization.k8s.io', kind: 'Role', plural: 'roles' };

describe('which kinds are exported', () => {
  it.each([
    ['a plain kind', secrets, true],
    ['a cluster-scoped kind', { ...secrets, namespaced: false }, false],
    ['an event', { ...secrets, kind: 'Event' }, false],
    ['a kind that can only be created', { ...secrets, verbs: ['create'] }, false],
    ['a kind that cannot be made again', { ...secrets, verbs: ['get', 'list'] }, false],
  ])('%s', (_name, kind, expected) => {
    expect(isExportable(kind)).toBe(expected);
  });
});

describe('allowed gaps', () => {
  it('are none by default', () => {
    const gaps = parseAllowedGaps('');
    expect([gaps.allowsForbidden(secrets), gaps.allowsGroup('')]).toEqual([false, false]);
  });

  it('name kinds as kubectl does, without blanks and empty entries', () => {
    const gaps = parseAllowedGaps(' secrets, roles.rbac.authorization.k8s.io,,');
    expect([
      gaps.allowsForbidden(secrets),
      gaps.allowsForbidden(roles),
      gaps.allowsForbidden({ ...roles, group: 'x' }),
    ]).toEqual([true, true, false]);
    expect(gaps.allowsGroup('rbac.authorization.k8s.io')).toBe(false);
  });

  it('let a whole group be missing', () => {
    const gaps = parseAllowedGaps('*.rbac.authorization.k8s.io');
    expect([
      gaps.allowsGroup('rbac.authorization.k8s.io'),
      gaps.allowsForbidden(roles),
      gaps.allowsForbidden(secrets),
    ]).toEqual([true, true, false]);
  });

  it.each(['*', 'Secret', 'a b', '$(x)', "';"])('refuses %j', (text) => {
    expect(() => parseAllowedGaps(text)).toThrow(TaskError);
    expect(() => parseAllowedGaps(text)).toThrow(`reading --allow-forbidden: ${JSON.stringify(text)}`);
  });
});

describe('chosen kinds', () => {
  const takes = (include: string, exclude = ''): readonly boolean[] => {
    const choice = parseKindChoice({ include, exclude });
    return [secrets, roles].map((kind) => choice.takes(kind));
  };

  it.each([
    ['', '', [true, true]],
    ['secrets', '', [true, false]],
    ['roles', '', [false, true]],
    ['roles.rbac.authorization.k8s.io', '', [false, true]],
    ['*.rbac.authorization.k8s.io', '', [false, true]],
    ['roles.example.com', '', [false, false]],
    ['*', 'secrets', [false, true]],
    ['', '*.rbac.authorization.k8s.io, secrets', [false, false]],
    ['secrets', '*', [false, false]],
  ])('%j without %j', (include, exclude, expected) => {
    expect(takes(include, exclude)).toEqual(expected);
  });

  it.each([
    ['', '', true],
    ['*', '', true],
    ['lamps', '', true],
    ['lamps.example.com', '', true],
    ['*.example.com', '', true],
    ['lamps.example.org', '', false],
    ['', '*.example.com', false],
    ['', '*', false],
    ['', 'lamps.example.com', true],
  ])('a silent group may have what %j without %j takes: %j', (include, exclude, expected) => {
    expect(parseKindChoice({ include, exclude }).takesGroup('example.com')).toBe(expected);
  });

  it('name what is not there', () => {
    const choice = parseKindChoice({ include: 'secrets,lamps', exclude: '*.example.com,roles' });
    expect(choice.unused([secrets, roles])).toEqual(['lamps', '*.example.com']);
  });

  it.each([
    ['Secret', ''],
    ['', '**'],
    ['a b', ''],
    ['', 'x.*'],
    ['x'.repeat(400), ''],
  ])('refuse %j and %j', (include, exclude) => {
    expect(() => parseKindChoice({ include, exclude })).toThrow(TaskError);
  });
});
