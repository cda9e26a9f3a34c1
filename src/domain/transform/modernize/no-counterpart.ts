import { keyOf, type Resource, kindOf } from '../../kube/resource.ts';
import { stringAt, ownValue } from '../../core/json-object.ts';

const platformRoles = /^system:(?:image-(?:puller|pusher|builder)|deployer)$/;

// Groups that OpenShift itself serves in namespaces; other groups below openshift.io belong to operators.
const platformGroups: Readonly<Record<string, string>> = {
  'apps.openshift.io': 'plain Kubernetes does not serve this kind',
  'image.openshift.io': 'plain Kubernetes has no image streams: workloads name their images by registry',
  'network.openshift.io': 'a setting of OpenShift networks: write a NetworkPolicy instead',
  'project.openshift.io': 'a view of the namespace',
  'quota.openshift.io': "a view of the cluster's quotas",
  'security.openshift.io': 'plain Kubernetes has Pod Security levels, labels of the namespace, instead',
  'template.openshift.io': 'plain Kubernetes does not process templates: its objects travel themselves',
};

/** Why a resource has no place on plain Kubernetes; undefined when it has, or is converted. */
export function noCounterpart(resource: Resource): string | undefined {
  switch (kindOf(resource)) {
    case 'BuildConfig.build.openshift.io':
      return describeBuild(resource);
    case 'RoleBinding.rbac.authorization.k8s.io': {
      const role = stringAt(resource, 'roleRef', 'name') ?? '';
      return platformRoles.test(role)
        ? `plain Kubernetes has no role ${role}: OpenShift's own registry and deployer use it`
        : undefined;
    }
    case 'RoleBindingRestriction.authorization.openshift.io':
      return 'plain Kubernetes cannot restrict who is bound to roles';
    default:
      return ownValue(platformGroups, keyOf(resource).group);
  }
}

function describeBuild(build: Resource): string {
  const strategy = stringAt(build, 'spec', 'strategy', 'type') ?? 'a';
  const to = stringAt(build, 'spec', 'output', 'to', 'name');
  const target = to === undefined ? '' : ` of ${to}`;
  return `plain Kubernetes builds no images: the ${strategy} build${target} needs a build system; images built so far travel`;
}
