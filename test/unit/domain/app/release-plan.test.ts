import { describe, expect, it } from 'vitest';

import { isUnchanged, leftOver } from '../../../../src/domain/app/release-plan.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';

const manifest = '---\n# Source: web/templates/a.yaml\na: 1\n';
const planned = {
  chart: { metadata: { name: 'web', version: '1.0.0' } },
  manifest,
  hooks: [{ path: 'web/templates/hook.yaml', manifest: 'b: 2' }],
  config: { image: 'nginx', more: { a: 1, b: 2 } },
};
const stored = {
  chart: 'web-1.0.0',
  // Helm prints more empty lines than it stores.
  manifest: `\n${manifest}\n\n`,
  hooks: '---\n# Source: web/templates/hook.yaml\nb: 2\n',
  values: { more: { b: 2, a: 1 }, image: 'nginx' },
};

describe('a dry run', () => {
  it('is unchanged whatever the order of values and the empty lines', () => {
    expect(isUnchanged(planned, stored)).toBe(true);
  });

  it.each<[string, object]>([
    ['version', { chart: { metadata: { name: 'web', version: '1.0.1' } } }],
    ['chart', { chart: { metadata: { name: 'other', version: '1.0.0' } } }],
    ['manifest', { manifest: `${manifest}b: 1\n` }],
    ['manifest that is missing', { manifest: undefined }],
    ['hook', { hooks: [{ path: 'web/templates/hook.yaml', manifest: 'b: 3' }] }],
    ['path of a hook', { hooks: [{ path: 'web/templates/other.yaml', manifest: 'b: 2' }] }],
    ['value', { config: { image: 'nginx:2' } }],
  ])('with another %s is changed', (_what, other) => {
    expect(isUnchanged({ ...planned, ...other }, stored)).toBe(false);
  });

  it('without anything equals a release without anything', () => {
    expect(isUnchanged({}, { chart: '-', manifest: '', hooks: '', values: {} })).toBe(true);
    expect(isUnchanged({ hooks: [{}] }, { chart: '-', manifest: '', hooks: '---\n# Source: \n', values: {} })).toBe(
      true,
    );
  });
});

describe('leftOver', () => {
  const object = (apiVersion: string, name: string, namespace?: string): Resource => ({
    apiVersion,
    kind: 'Ingress',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  });

  it.each<[string, Resource, boolean]>([
    ['the same object', object('networking.k8s.io/v1', 'a', 'shop'), false],
    ['the same object in another version', object('networking.k8s.io/v1beta1', 'a', 'shop'), false],
    ['one of another group', object('extensions/v1beta1', 'a', 'shop'), true],
    ['one of the core group', object('v1', 'a', 'shop'), true],
    ['one of another name', object('networking.k8s.io/v1', 'b', 'shop'), true],
    ['one without a namespace', object('networking.k8s.io/v1', 'a'), true],
  ])('of %s', (_what, former, expected) => {
    const left = leftOver([former, former], [object('networking.k8s.io/v1', 'a', 'shop')]);
    expect(left).toEqual(expected ? [former] : []);
  });
});
