import type { ApiSurface } from '../../src/domain/schemas/documents.ts';
import type { ApiKind } from '../../src/domain/kube/discovery.ts';

/** `apps/v1 Deployment deployments`: a namespaced kind that can be read and written. */
export function aKind(text: string, more: Partial<ApiKind> = {}): ApiKind {
  const [apiVersion = '', kind = '', plural = ''] = text.split(' ');
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const verbs = ['get', 'list', 'create', 'patch', 'delete'];
  return { group: group ?? '', version: version ?? '', kind, plural, namespaced: true, verbs, ...more };
}

const usual = [
  aKind('v1 Pod pods'),
  aKind('v1 Service services'),
  aKind('v1 ConfigMap configmaps'),
  aKind('v1 PersistentVolumeClaim persistentvolumeclaims'),
  aKind('apps/v1 Deployment deployments'),
];

/** What a small plain cluster offers. */
export function aSurface(more: Partial<ApiSurface> = {}): ApiSurface {
  return {
    schemaVersion: 1,
    clusterUid: 'uid',
    version: 'v1.36.0',
    namespace: 'shop',
    kinds: usual,
    unknown: [],
    storageClasses: [{ name: 'standard', isDefault: true }],
    quotas: [],
    limitRanges: [],
    unread: [],
    ...more,
  };
}
