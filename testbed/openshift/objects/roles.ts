interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const write = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const read = ['get', 'list', 'watch'];
const image = ['image.openshift.io'];
const otherGroups = ['route.openshift.io', 'apps.openshift.io', 'build.openshift.io', 'template.openshift.io'];
const otherKinds = [
  'routes',
  'deploymentconfigs',
  'deploymentconfigs/scale',
  'deploymentconfigs/status',
  'buildconfigs',
  'builds',
  'templates',
  'templateinstances',
];
const streamKinds = ['imagestreams', 'imagestreamtags', 'imagetags', 'imagestreamimages', 'imagestreammappings'];
const layers = 'imagestreams/layers';

const writing: readonly Rule[] = [
  rule(image, streamKinds, write),
  rule(image, ['imagestreamimports'], ['create']),
  rule(image, [layers], ['get', 'update']),
  rule(otherGroups, otherKinds, write),
  rule(['route.openshift.io'], ['routes/custom-host'], ['create']),
];
const reading: readonly Rule[] = [rule(image, streamKinds, read), rule(otherGroups, otherKinds, read)];

/** Roles that an OpenShift server brings itself, and the one binding that lets everybody pull from namespace openshift. */
export function roleObjects(): object[] {
  return [
    clusterRole('system:image-puller', [rule(image, [layers], ['get'])]),
    clusterRole('system:image-pusher', [rule(image, [layers], ['get', 'update'])]),
    clusterRole('system:image-builder', [
      rule(image, [layers], ['get', 'update']),
      rule(image, ['imagestreams'], ['create']),
    ]),
    clusterRole('system:deployer', [
      rule([''], ['replicationcontrollers'], ['get', 'list', 'watch', 'update', 'delete']),
      rule([''], ['pods'], ['get', 'list', 'watch', 'create']),
    ]),
    clusterRole('system:openshift:aggregate-to-admin', writing, 'admin'),
    clusterRole('system:openshift:aggregate-to-edit', writing, 'edit'),
    clusterRole('system:openshift:aggregate-to-view', reading, 'view'),
    sharedResourceViewer(),
    sharedResourceViewers(),
  ];
}

function rule(apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]): Rule {
  return { apiGroups, resources, verbs };
}

function clusterRole(name: string, rules: readonly Rule[], aggregateTo?: string): object {
  const labels =
    aggregateTo === undefined ? {} : { labels: { [`rbac.authorization.k8s.io/aggregate-to-${aggregateTo}`]: 'true' } };
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, ...labels }, rules };
}

function sharedResourceViewer(): object {
  const metadata = { name: 'shared-resource-viewer', namespace: 'openshift' };
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: [rule(image, streamKinds, read), rule(image, [layers], ['get'])],
  };
}

function sharedResourceViewers(): object {
  const apiGroup = 'rbac.authorization.k8s.io';
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'shared-resource-viewers', namespace: 'openshift' },
    roleRef: { apiGroup, kind: 'Role', name: 'shared-resource-viewer' },
    subjects: [{ kind: 'Group', apiGroup, name: 'system:authenticated' }],
  };
}
