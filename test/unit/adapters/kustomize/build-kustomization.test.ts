import { describe, expect, it } from 'vitest';

import { kustomizeArgs } from '../../../../src/adapters/kustomize/build-kustomization.ts';

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
