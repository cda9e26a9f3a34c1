import { describe, expect, it } from 'vitest';

import { findReferences } from '../../../../src/domain/references/find-references.ts';
import { renameReferences } from '../../../../src/domain/references/rename-references.ts';
import { aResource, showOperation } from '../../../builders/transform.ts';

describe('references follow a renaming', () => {
  it('of an object and of its namespace in one text', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/auth-tls-secret': 'shop/ca' };
    const ingress = aResource('networking.k8s.io/v1 Ingress', 'web', { metadata: { annotations } });
    const operations = renameReferences(findReferences(ingress), {
      namespaces: new Map([['shop', 'warehouse']]),
      nameOf: ({ kind, name }) => (kind === 'Secret' ? `new-${name}` : undefined),
    });
    expect(operations.map(showOperation)).toEqual([
      'replace /metadata/annotations/nginx.ingress.kubernetes.io~1auth-tls-secret "warehouse/new-ca"',
    ]);
  });

  it('once when a place is named twice, and not when nothing changes', () => {
    const service = aResource('v1 Service', 'alias', { spec: { externalName: 'db.shop.svc' } });
    const twice = [...findReferences(service), ...findReferences(service)];
    const rename = (to: string) =>
      renameReferences(twice, { namespaces: new Map([['shop', to]]), nameOf: () => undefined }).map(showOperation);
    expect(rename('store')).toEqual(['replace /spec/externalName "db.store.svc"']);
    expect(rename('shop')).toEqual([]);
  });
});
