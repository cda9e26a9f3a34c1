import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { resourcesOf } from '../../../../src/domain/helm/rendered-objects.ts';

describe('the objects of a manifest', () => {
  it('gives objects without a namespace that of the release', () => {
    const text = `kind: ConfigMap
apiVersion: v1
metadata: { name: a }
---
kind: ConfigMap
apiVersion: v1
metadata: { name: b, namespace: own }
---
# nothing
`;
    const found = resourcesOf(text, 'shop', yamlCodec);
    expect(found.map(({ metadata }) => [metadata.namespace, metadata.name])).toEqual([
      ['shop', 'a'],
      ['own', 'b'],
    ]);
  });

  it('include those of a List, as helm creates them', () => {
    const text = `kind: List
apiVersion: v1
items:
  - { kind: ConfigMap, apiVersion: v1, metadata: { name: a } }
  - { kind: List, apiVersion: v1, items: [{ kind: Secret, apiVersion: v1, metadata: { name: b, namespace: own } }] }
`;
    const found = resourcesOf(text, 'shop', yamlCodec);
    expect(found.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name])).toEqual([
      ['ConfigMap', 'shop', 'a'],
      ['Secret', 'own', 'b'],
    ]);
  });
});
