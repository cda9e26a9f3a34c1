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
    [{ spec: { args: ['--namespace=shop', '--v=2'] } }, ['/spec/args/0']],
    [{ spec: { args: ['--watch-namespace', 'shop'] } }, ['/spec/args/1']],
    [{ spec: { args: ['-n', 'shop', 'shop'] } }, ['/spec/args/1']],
    [{ spec: { command: ['sh', '-c', 'kubectl -n shop get pods'] } }, ['/spec/command/2']],
    [{ spec: { script: 'kubectl --namespace shop get pods' } }, ['/spec/script']],
    [{ data: { 'config.yaml': 'watch:\n  namespace: shop\n' } }, ['/data/config.yaml']],
    [{ data: { 'config.json': '{"targetNamespace":"shop"}' } }, ['/data/config.json']],
    [{ data: { 'app.properties': 'k8s.namespace=shop' } }, ['/data/app.properties']],
    [{ spec: { url: 'postgres://app:pw@db.shop:5432/x' } }, ['/spec/url']],
    [{ spec: { url: 'http://web.shop/' } }, ['/spec/url']],
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
    [{ spec: { args: ['--namespace=shopping', '--namespace', 'work-shop', '--name', 'shop', 7] } }],
    [{ spec: { url: 'https://www.example.shop/a', text: 'a shop, web.shop and namespaces of a shop' } }],
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
