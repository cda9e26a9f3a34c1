import { describe, expect, it } from 'vitest';

import { families, familiesFor } from '../../../../testbed/clusters/programs.ts';

describe('the programs of the clusters', () => {
  it('are fewer for the demo', () => {
    expect(familiesFor('demo')).toEqual(['kubernetes', 'local-path-provisioner', 'tools', 'tekton', 'coredns']);
  });

  it('are all families but the checks of texts for tests', () => {
    expect(new Set(familiesFor('tests'))).toEqual(new Set(Object.keys(families).filter((name) => name !== 'vale')));
  });
});
