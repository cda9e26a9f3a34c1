import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { parseLabelSelector } from '../../../../src/domain/kube/label-selector.ts';
import { createUserPatchesPlugin, parseUserPatches } from '../../../../src/domain/transform/user-patches.ts';
import { refusalOf } from '../../../builders/task-error.ts';
import { aResource } from '../../../builders/transform.ts';

const patch = [{ op: 'add', path: '/spec/replicas', value: 2 }];
const web = aResource('apps/v1 Deployment', 'web', { metadata: { labels: { app: 'web', tier: 'front' } } });
const parseText = (text: string): unknown => JSON.parse(text);

function parse(document: unknown) {
  return parseUserPatches([document], 'a.yaml', parseText);
}

function isFor(target: object, resource: Resource): boolean {
  return parse({ target, patch })[0]?.matches(resource) ?? false;
}

describe('the target of a patch', () => {
  it.each([
    {},
    { kind: 'Deployment' },
    { group: 'apps', version: 'v1', kind: 'Deployment', name: 'web', namespace: 'shop' },
    { name: 'w*' },
    { name: '*eb' },
    { name: 'w*e*b' },
    { name: '*' },
    { namespace: 'sh*p', labelSelector: 'app=web' },
  ])('%j is for a Deployment web', (target) => {
    expect(isFor(target, web)).toBe(true);
  });

  it.each([
    { group: '' },
    { version: 'v1beta1' },
    { kind: 'deployment' },
    { name: 'we' },
    { name: 'web*b' },
    { name: 'w*x*b' },
    { name: 'w.b' },
    { namespace: 'other' },
    { labelSelector: 'app=db' },
  ])('%j is not', (target) => {
    expect(isFor(target, web)).toBe(false);
  });
});

describe('a label selector', () => {
  const labels = { app: 'web', 'example.com/tier': 'front', empty: '' };

  it.each([
    '',
    'app',
    '!gone',
    'app=web',
    'app == web',
    'app!=db',
    'gone!=db',
    'empty=',
    'example.com/tier in (front, back)',
    'app notin (db,cache)',
    'gone notin (db)',
    'app=web, example.com/tier in (front,back),!gone',
  ])('%j selects', (text) => {
    expect(parseLabelSelector(text)?.(labels)).toBe(true);
  });

  it.each([
    'gone',
    '!app',
    'app=db',
    'app!=web',
    'app in (db)',
    'gone in (db)',
    'app notin (web)',
    'app,gone',
    'constructor',
  ])('%j does not', (text) => {
    expect(parseLabelSelector(text)?.(labels)).toBe(false);
  });

  it.each(['app=', '=web', 'a b', 'app in web', 'app in (a', 'app>3', ',', 'app=web,', '-a', 'app=a=b'].slice(1))(
    '%j is none',
    (text) => {
      expect(parseLabelSelector(text)).toBeUndefined();
    },
  );
});

describe('patches of the user', () => {
  const entries = parse({
    patches: [
      { target: { kind: 'Deployment' }, patch },
      { target: { name: 'web' }, patch: '[{"op":"remove","path":"/spec/paused"}]' },
      { target: { name: 'nobody' }, patch },
      { target: { name: 'perhaps' }, patch, optional: true },
    ],
  });

  it('are merged in their order, and each counts its resources', () => {
    const plugin = createUserPatchesPlugin(entries);
    expect(plugin.run(web)).toEqual({ kind: 'patches', patches: [...patch, { op: 'remove', path: '/spec/paused' }] });
    expect(plugin.run(aResource('v1 ConfigMap', 'web'))).toHaveProperty('patches.length', 1);
    expect(
      plugin.conclude?.().map(({ id, outcome, reason, evidence }) => [id, outcome, reason, evidence?.['resources']]),
    ).toEqual([
      ['patch a.yaml#1', 'done', 'patch-used', 1],
      ['patch a.yaml#2', 'done', 'patch-used', 2],
      ['patch a.yaml#3', 'failed', 'patch-unused', 0],
      ['patch a.yaml#4', 'skipped', 'patch-unused', 0],
    ]);
  });

  it.each([
    ['text'],
    [{ patch }],
    [{ target: 'web', patch }],
    [{ target: { nmae: 'web' }, patch }],
    [{ target: { name: 1 }, patch }],
    [{ target: { labelSelector: 'a b' }, patch }],
    [{ target: {}, patch, optional: 'yes' }],
    [{ target: {}, patches: 1, patch, path: 'x' }],
    [{ target: {} }],
    [{ target: {}, patch: [{ op: 'merge', path: '/a' }] }],
    [{ target: {}, patch: '{}' }],
  ])('refuse %j', (document) => {
    expect(refusalOf(() => parse({ patches: [document] }))).toMatch(/^invalid-file: reading the patch a.yaml#1: /);
  });
});
