import { describe, expect, it } from 'vitest';

import {
  checkSettings,
  configurationPath,
  parseLabels,
  toKustomization,
} from '../../../../../src/domain/apply/kustomize/kustomization.ts';
import { refusalOf } from '../../../../builders/task-error.ts';
import { aResource } from '../../../../builders/transform.ts';

const none = { namespace: undefined, namePrefix: undefined, nameSuffix: undefined, labels: {} };

describe('the settings of a kustomization', () => {
  it('read labels as kustomize does, sorted', () => {
    expect(Object.entries(parseLabels('team:shop, app.kubernetes.io/part-of=x,empty:'))).toEqual([
      ['app.kubernetes.io/part-of', 'x'],
      ['empty', ''],
      ['team', 'shop'],
    ]);
    expect(parseLabels('')).toEqual({});
  });

  it.each(['a', ':b', 'a:b c', 'a/b/c:d', '-a:b', 'a:$(id)', 'a:x\ny', '"a":b'])('refuse the label %j', (text) => {
    expect(refusalOf(() => parseLabels(text))).toMatch(/^invalid-param: /);
  });

  it.each([
    { namespace: 'Shop' },
    { namespace: '../x' },
    { namePrefix: 'a b' },
    { nameSuffix: '$(id)' },
    { nameSuffix: 'x'.repeat(253) },
    { namespace: 'a\n' },
  ])('refuse %j', (bad) => {
    expect(refusalOf(() => checkSettings({ ...none, ...bad }))).toMatch(/^invalid-param: /);
  });

  it('may all be empty', () => {
    expect(() => checkSettings(none)).not.toThrow();
    expect(toKustomization(['b.yaml', 'a.yaml'], [], none)).toEqual({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: ['a.yaml', 'b.yaml'],
    });
  });

  it('are written as kustomize names them, labels without selectors', () => {
    expect(
      toKustomization([], [], { namespace: 'store', namePrefix: 'a-', nameSuffix: '-b', labels: { team: 'x' } }),
    ).toMatchObject({
      namespace: 'store',
      namePrefix: 'a-',
      nameSuffix: '-b',
      labels: [{ pairs: { team: 'x' }, includeSelectors: false, includeTemplates: true }],
    });
  });
});

describe('renames and labels', () => {
  const route = aResource('route.openshift.io/v1 Route', 'web');

  it.each([{ namePrefix: 'a-' }, { nameSuffix: '-b' }, { labels: { team: 'x' } }])(
    'need to know the fields of OpenShift: %j',
    (settings) => {
      expect(toKustomization([], [route], { ...none, ...settings })['configurations']).toEqual([configurationPath]);
    },
  );

  it('need nothing more without kinds of OpenShift, and these nothing without a rename', () => {
    const service = aResource('v1 Service', 'web');
    expect(toKustomization([], [service], { ...none, namePrefix: 'a-' })).not.toHaveProperty('configurations');
    expect(toKustomization([], [route], { ...none, namespace: 'store' })).not.toHaveProperty('configurations');
  });
});

describe('role bindings', () => {
  const subjects = [
    { kind: 'ServiceAccount', name: 'web', namespace: 'shop' },
    { kind: 'ServiceAccount', name: 'absent', namespace: 'shop' },
    { kind: 'ServiceAccount', name: 'default', namespace: 'shop' },
    { kind: 'ServiceAccount', name: 'foreign', namespace: 'other' },
    { kind: 'Group', name: 'system:serviceaccounts:shop' },
    { kind: 'Group', name: 'admins' },
    { kind: 'ServiceAccount' },
    'broken',
  ];
  const binding = aResource('rbac.authorization.k8s.io/v1 RoleBinding', 'a.b', { subjects });
  const account = aResource('v1 ServiceAccount', 'web');

  it('take along the subjects that kustomize would leave behind', () => {
    expect(toKustomization([], [binding, account], { ...none, namespace: 'store' })['patches']).toEqual([
      {
        target: { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'RoleBinding', name: 'a\\.b' },
        patch:
          '[{"op":"replace","path":"/subjects/1/namespace","value":"store"},{"op":"replace","path":"/subjects/4/name","value":"system:serviceaccounts:store"}]',
      },
    ]);
  });

  it('need nothing when the namespace is kept, or all subjects are known', () => {
    expect(toKustomization([], [binding], none)).not.toHaveProperty('patches');
    const known = { ...binding, subjects: [subjects[0]] };
    expect(toKustomization([], [known, account], { ...none, namespace: 'store' })).not.toHaveProperty('patches');
  });

  it('without a namespace have no accounts of their own', () => {
    const loose = {
      ...binding,
      metadata: { name: 'x' },
      subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'shop' }],
    };
    const free = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } };
    expect(toKustomization([], [loose, free], { ...none, namespace: 'store' })).not.toHaveProperty('patches');
  });
});
