/** What a kind of resource can show about images. */
export type ImageRole = 'stream' | 'image' | 'build' | 'workload' | 'text' | 'none';

// Built-in kinds and groups that hold no pod template and name no image.
const plainKinds = new Set([
  'Binding',
  'Endpoints',
  'Event',
  'LimitRange',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'Role',
  'RoleBinding',
  'RoleBindingRestriction',
  'Route',
  'Secret',
  'Service',
  'ServiceAccount',
]);
const plainGroups = new Set([
  'authorization.k8s.io',
  'authorization.openshift.io',
  'autoscaling',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'image.openshift.io',
  'metrics.k8s.io',
  'networking.k8s.io',
  'packages.operators.coreos.com',
  'policy',
  'rbac.authorization.k8s.io',
  'route.openshift.io',
  'snapshot.storage.k8s.io',
  'storage.k8s.io',
]);
const builtIn = /^v\d+$/;
const imageKinds: ReadonlyMap<string, ImageRole> = new Map([
  ['ImageStream', 'stream'],
  ['ImageStreamTag', 'image'],
]);
const buildKinds = new Set(['Build', 'BuildConfig']);

/**
 * The role of a kind. OpenShift 3 has its kinds in the core group too. A kind that is not known may be a custom
 * resource with a pod template in it, so it counts as a workload.
 */
export function roleOf(apiVersion: string, kind: string): ImageRole {
  const group = builtIn.test(apiVersion) ? '' : apiVersion.slice(0, apiVersion.indexOf('/'));
  if (group === '' || group === 'image.openshift.io') {
    const role = imageKinds.get(kind);
    if (role !== undefined) return role;
  }
  if (group === '' || group === 'build.openshift.io') {
    if (buildKinds.has(kind)) return 'build';
  }
  // It often holds the configuration of a program that starts pods.
  if (group === '' && kind === 'ConfigMap') return 'text';
  if (group === '' && plainKinds.has(kind)) return 'none';
  return plainGroups.has(group) ? 'none' : 'workload';
}
