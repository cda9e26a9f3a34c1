import { describe, expect, it } from 'vitest';

import { readNode, readPolicy } from '../../../../src/domain/validate/read-placement.ts';

describe('where pods may run is read', () => {
  it('as a node', () => {
    expect(readNode({ metadata: { name: 'n', labels: { disk: 'ssd' } } })).toEqual({
      name: 'n',
      labels: { disk: 'ssd' },
    });
    expect(readNode({})).toEqual({ name: '', labels: {} });
  });

  it('as a namespace with what it says of its pods', () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
    const annotations = {
      'openshift.io/sa.scc.uid-range': '1000/10',
      'openshift.io/sa.scc.supplemental-groups': '2000/10',
    };
    const metadata = { labels, annotations };
    expect(readPolicy({ metadata })).toEqual({ enforce: 'baseline', uidRange: '1000/10', groupRange: '2000/10' });
    expect(readPolicy({})).toEqual({ enforce: '', uidRange: '', groupRange: '' });
  });
});
