import { describe, expect, it } from 'vitest';

import { noteOutside } from '../../../../../src/domain/transform/rules/outside-notes.ts';
import { aResource } from '../../../../builders/transform.ts';

describe('what reaches outside of the cluster', () => {
  it.each([
    ['external-secrets.io/v1alpha1 PushSecret', 'to the same store'],
    ['volsync.backube/v1alpha1 ReplicationDestination', 'over what was moved'],
    ['volsync.backube/v1alpha1 ReplicationSource', 'to the same place'],
  ])('notes %s', (type, text) => {
    expect(noteOutside(aResource(type, 'web')).join()).toContain(text);
    expect(noteOutside(aResource('v1 ConfigMap', 'web'))).toEqual([]);
  });

  it.each([
    [
      'v1 Pod',
      { spec: { containers: [{ name: 'c' }], dnsConfig: { nameservers: ['172.30.0.10'] } } },
      'name servers 172.30.0.10: ',
    ],
    [
      'apps/v1 Deployment',
      {
        spec: {
          template: {
            spec: { containers: [{ name: 'c' }], hostAliases: [{ ip: '10.0.0.1' }, { ip: '10.0.0.1' }, {}] },
          },
        },
      },
      'for the addresses 10.0.0.1: ',
    ],
    ['v1 Endpoints', { subsets: [{ addresses: [{ ip: '10.1.1.1' }] }] }, 'to the addresses 10.1.1.1: '],
    [
      'discovery.k8s.io/v1 EndpointSlice',
      { endpoints: [{ addresses: [1, 2, 3, 4, 5, 6, 7].map((last) => `10.1.1.${String(last)}`) }] },
      '10.1.1.4, 10.1.1.5 and 2 more: the destination must reach them',
    ],
  ])('notes the addresses of %s', (type, body, text) => {
    expect(noteOutside(aResource(type, 'web', body))).toEqual([expect.stringContaining(text)]);
  });
});
