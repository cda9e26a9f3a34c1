import { describe, expect, it } from 'vitest';

import { helmYamlCodec as yamlCodec } from '../../../../src/adapters/yaml/helm-yaml-codec.ts';
import { decodeRelease } from '../../../../src/domain/helm/release.ts';
import { objectsOf, resourcesOf, unreadObjects } from '../../../../src/domain/helm/rendered-objects.ts';
import { releaseJson, type ReleaseParts } from '../../../builders/helm-release.ts';

function aRelease(parts: ReleaseParts) {
  return decodeRelease(btoa(releaseJson(parts)), 'test', (bytes) => bytes);
}

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

describe('an object with generateName', () => {
  const job = `apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: migrate-, labels: { a: b } }\n`;

  it('is in the inventory of the release', () => {
    const release = aRelease({ manifest: '', hooks: [{ path: 'web/templates/job.yaml', manifest: job }] });
    expect(objectsOf(release, yamlCodec).map(({ resource }) => resource.metadata)).toEqual([
      { name: 'migrate-', generateName: 'migrate-', labels: { a: 'b' } },
    ]);
    expect(unreadObjects(release, yamlCodec)).toEqual([]);
  });

  it('is not among those that can be found by their name', () => {
    const named = job.replace('generateName: migrate-', 'generateName: migrate-, name: own');
    expect(resourcesOf(`${job}---\n${named}`, 'shop', yamlCodec).map(({ metadata }) => metadata.name)).toEqual(['own']);
  });
});

describe('unreadObjects', () => {
  it('are those that have a kind and are not complete', () => {
    const manifest = `---
# Source: web/templates/a.yaml
kind: Job
metadata: { name: a }
---
# Source: web/templates/list.yaml
kind: List
items: [{ apiVersion: v1, kind: Secret, metadata: { labels: {} } }, { kind: ConfigMap }, text, { a: b }]
---
apiVersion: v1
kind: Secret
metadata: { name: b }
---
text
`;
    const hooks = [{ path: '', manifest: 'apiVersion: v1\nkind: Pod\nmetadata: text\n' }];
    expect(unreadObjects(aRelease({ manifest, hooks }), yamlCodec)).toEqual([
      { template: 'web/templates/a.yaml', kind: 'Job' },
      { template: 'web/templates/list.yaml', kind: 'Secret' },
      { template: 'web/templates/list.yaml', kind: 'ConfigMap' },
      { template: undefined, kind: 'Pod' },
    ]);
  });
});
