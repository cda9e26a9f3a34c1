import { describe, expect, it } from 'vitest';

import { mentionsOf } from '../../../../src/domain/references/mentions.ts';
import { formatPointer } from '../../../../src/domain/kube/json-pointer.ts';
import { aResource } from '../../../builders/transform.ts';

const renamed = new Map([['shop', 'store']]);
const placesIn = (more: Readonly<Record<string, unknown>>) =>
  mentionsOf(aResource('example.com/v1 Lamp', 'a', more), renamed).map(({ path }) => formatPointer(path));

describe('texts that seem to name a namespace', () => {
  it.each([
    [{ spec: { url: 'http://web.shop.svc:80' } }, ['/spec/url']],
    [{ spec: { sourceNamespace: 'shop' } }, ['/spec/sourceNamespace']],
    [{ spec: { users: ['system:serviceaccount:shop:ci'] } }, ['/spec/users/0']],
    [{ spec: { id: 'spiffe://cluster.local/ns/shop/sa/web' } }, ['/spec/id']],
    [{ spec: { query: 'up{namespace=~"shop"}' } }, ['/spec/query']],
    [{ spec: { env: [{ name: 'POD_NAMESPACE', value: 'shop' }] } }, ['/spec/env/0/value']],
    [
      { metadata: { annotations: { 'example.com/namespace': 'shop' } } },
      ['/metadata/annotations/example.com~1namespace'],
    ],
  ])('%j', (more, places) => {
    expect(placesIn(more)).toEqual(places);
  });

  it.each([
    [{ spec: { name: 'shop', url: 'http://web.workshop.svc', env: [{ value: 'shop' }], size: 3 } }],
    [{ status: { namespace: 'shop' } }],
    [{ metadata: { labels: { namespace: 'shop' } } }],
    [{ spec: { from: { kind: 'ImageStreamTag', namespace: 'shop' } } }],
    [{ metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'web.shop.svc' } } }],
  ])('are not %j', (more) => {
    expect(placesIn(more)).toEqual([]);
  });

  it('are not read in Secrets', () => {
    expect(mentionsOf(aResource('v1 Secret', 'a', { stringData: { namespace: 'shop' } }), renamed)).toEqual([]);
  });
});
