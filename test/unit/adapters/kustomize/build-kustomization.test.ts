import { describe, expect, it } from 'vitest';

import { kustomizeArgs, shortenComplaint } from '../../../../src/adapters/kustomize/build-kustomization.ts';

describe('the arguments for kubectl kustomize', () => {
  it('allow no plugin, no chart, no network and no file outside the folder', () => {
    expect(kustomizeArgs('/w/kustomize', '/tmp/out')).toEqual([
      'kustomize',
      '/w/kustomize',
      '--output=/tmp/out',
      '--load-restrictor=LoadRestrictionsRootOnly',
      '--enable-helm=false',
      '--enable-alpha-plugins=false',
      '--network=false',
    ]);
  });
});

describe("kustomize's complaints", () => {
  it('are kept without the objects that it prints', () => {
    const text =
      'error: accumulating resources: missing metadata.name in object map[data:map[password:c2VjcmV0] kind:Secret]\nsecond {"data":"x"}\n';
    expect(shortenComplaint(text)).toBe('error: accumulating resources: missing metadata.name in object …\nsecond …');
    expect(shortenComplaint('x'.repeat(9000))).toHaveLength(2000);
  });
});
