import { describe, expect, it } from 'vitest';

import { collectionPath, groupVersionPath, objectPath } from '../../../../src/domain/kube/api-paths.ts';
import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';

const { deployments, pods, storageclasses } = knownKinds;

describe('paths of the API', () => {
  it('are those of a group version, a collection and an object', () => {
    expect(groupVersionPath({ group: 'apps', version: 'v1' })).toBe('/apis/apps/v1');
    expect([collectionPath(deployments, 'shop'), collectionPath(pods, 'shop')]).toEqual([
      '/apis/apps/v1/namespaces/shop/deployments',
      '/api/v1/namespaces/shop/pods',
    ]);
    expect(objectPath({ kind: pods, namespace: 'shop', name: 'web' })).toBe('/api/v1/namespaces/shop/pods/web');
  });

  it('are those of the cluster when there is no namespace, or the kind has none', () => {
    expect(collectionPath(deployments, '')).toBe('/apis/apps/v1/deployments');
    expect(collectionPath(storageclasses, 'shop')).toBe('/apis/storage.k8s.io/v1/storageclasses');
  });

  it('do not follow names into other paths', () => {
    const kind = { ...deployments, group: '../x', plural: 'a/b' };
    expect(objectPath({ kind, namespace: 'n?', name: '../c' })).toBe('/apis/..%2Fx/v1/namespaces/n%3F/a%2Fb/..%2Fc');
  });
});
