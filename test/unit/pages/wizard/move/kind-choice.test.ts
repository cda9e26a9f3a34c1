import { describe, expect, it } from 'vitest';

import { withKind } from '../../../../../pages/wizard/move/kind-choice.ts';

const source = { namespace: 'shop', context: 'old' };

describe('withKind', () => {
  it('leaves a kind out, once, and takes it again', () => {
    const without = withKind(source, 'routes.route.openshift.io', false);
    expect(without).toEqual({ ...source, excludeResources: ['routes.route.openshift.io'] });
    expect(withKind(without, 'routes.route.openshift.io', false)).toEqual(without);
    expect(withKind(without, 'routes.route.openshift.io', true)).toEqual(source);
  });

  it('adds a kind to a list of those that are exported', () => {
    const some = { ...source, includeResources: ['services'] };
    expect(withKind(some, 'configmaps', true)).toEqual({ ...source, includeResources: ['services', 'configmaps'] });
    expect(withKind(some, 'services', false)).toEqual({ ...some, excludeResources: ['services'] });
  });
});
