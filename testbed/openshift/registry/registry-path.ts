/** A repository of the internal registry: `namespace/name`. */
export interface Repository {
  readonly namespace: string;
  readonly name: string;
}

/** What a request's path asks for. */
export type RegistryPath =
  | { readonly kind: 'base' }
  | { readonly kind: 'token' }
  | { readonly kind: 'health' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'bad-name' }
  | { readonly kind: 'manifest'; readonly repository: Repository; readonly reference: string }
  | { readonly kind: 'blob'; readonly repository: Repository; readonly digest: string }
  | { readonly kind: 'upload'; readonly repository: Repository }
  | { readonly kind: 'tags'; readonly repository: Repository };

const fixed: Readonly<Record<string, 'base' | 'token' | 'health' | 'catalog'>> = {
  '/v2/': 'base',
  '/v2': 'base',
  '/openshift/token': 'token',
  '/healthz': 'health',
  '/v2/_catalog': 'catalog',
};

/** Parses a path of the distribution API. Repositories of OpenShift have exactly a namespace and a name. */
export function parseRegistryPath(path: string): RegistryPath {
  const plain = fixed[path];
  if (plain !== undefined) return { kind: plain };
  const match =
    /^\/v2\/(?<repository>.+?)\/(?<rest>manifests\/[^/]+|blobs\/uploads\/.*|blobs\/uploads|blobs\/[^/]+|tags\/list)$/.exec(
      path,
    )?.groups;
  if (match === undefined) return { kind: 'unknown' };
  const [namespace, name, ...more] = (match['repository'] ?? '').split('/');
  if (namespace === undefined || name === undefined || more.length > 0) return { kind: 'bad-name' };
  const repository = { namespace, name };
  const [resource = '', reference = ''] = (match['rest'] ?? '').split('/');
  if (resource === 'tags') return { kind: 'tags', repository };
  if (resource === 'manifests') return { kind: 'manifest', repository, reference: decodeURIComponent(reference) };
  return reference === 'uploads'
    ? { kind: 'upload', repository }
    : { kind: 'blob', repository, digest: decodeURIComponent(reference) };
}
