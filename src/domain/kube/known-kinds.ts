import type { ApiKind } from './discovery.ts';
import { splitApiVersion } from './resource.ts';

/** Kinds that are read or written without a discovery, by their names in paths. */
export const knownKinds = {
  configmaps: namespaced('v1', 'ConfigMap', 'configmaps'),
  events: namespaced('v1', 'Event', 'events'),
  limitranges: namespaced('v1', 'LimitRange', 'limitranges'),
  namespaces: clusterScoped('v1', 'Namespace', 'namespaces'),
  nodes: clusterScoped('v1', 'Node', 'nodes'),
  persistentvolumeclaims: namespaced('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  pods: namespaced('v1', 'Pod', 'pods'),
  resourcequotas: namespaced('v1', 'ResourceQuota', 'resourcequotas'),
  secrets: namespaced('v1', 'Secret', 'secrets'),
  services: namespaced('v1', 'Service', 'services'),
  deployments: namespaced('apps/v1', 'Deployment', 'deployments'),
  statefulsets: namespaced('apps/v1', 'StatefulSet', 'statefulsets'),
  daemonsets: namespaced('apps/v1', 'DaemonSet', 'daemonsets'),
  replicasets: namespaced('apps/v1', 'ReplicaSet', 'replicasets'),
  replicationcontrollers: namespaced('v1', 'ReplicationController', 'replicationcontrollers'),
  jobs: namespaced('batch/v1', 'Job', 'jobs'),
  leases: namespaced('coordination.k8s.io/v1', 'Lease', 'leases'),
  ingresses: namespaced('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  networkpolicies: namespaced('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  persistentvolumes: clusterScoped('v1', 'PersistentVolume', 'persistentvolumes'),
  volumesnapshots: namespaced('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', 'volumesnapshots'),
  volumesnapshotclasses: clusterScoped('snapshot.storage.k8s.io/v1', 'VolumeSnapshotClass', 'volumesnapshotclasses'),
  storageclasses: clusterScoped('storage.k8s.io/v1', 'StorageClass', 'storageclasses'),
  priorityclasses: clusterScoped('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses'),
  customresourcedefinitions: clusterScoped(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
  ),
  deploymentconfigs: namespaced('apps.openshift.io/v1', 'DeploymentConfig', 'deploymentconfigs'),
  routes: namespaced('route.openshift.io/v1', 'Route', 'routes'),
  imagestreamtags: namespaced('image.openshift.io/v1', 'ImageStreamTag', 'imagestreamtags'),
  imagestreamimages: namespaced('image.openshift.io/v1', 'ImageStreamImage', 'imagestreamimages'),
  securitycontextconstraints: clusterScoped(
    'security.openshift.io/v1',
    'SecurityContextConstraints',
    'securitycontextconstraints',
  ),
  projectrequests: clusterScoped('project.openshift.io/v1', 'ProjectRequest', 'projectrequests'),
  ingressConfigs: clusterScoped('config.openshift.io/v1', 'Ingress', 'ingresses'),
} as const;

/** The kinds of which the account of a migration is made. */
export const accountKinds = {
  ServiceAccount: namespaced('v1', 'ServiceAccount', 'serviceaccounts'),
  Role: namespaced('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  RoleBinding: namespaced('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  ClusterRole: clusterScoped('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles'),
  ClusterRoleBinding: clusterScoped('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings'),
} as const;

/** A kind with namespaced objects. */
export function namespaced(apiVersion: string, kind: string, plural: string): ApiKind {
  return { ...splitApiVersion(apiVersion), kind, plural, namespaced: true, verbs: [] };
}

function clusterScoped(apiVersion: string, kind: string, plural: string): ApiKind {
  return { ...namespaced(apiVersion, kind, plural), namespaced: false };
}
