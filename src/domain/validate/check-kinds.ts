import type { ApiSurface } from '../schemas/documents.ts';
import { apiVersionOf } from '../kube/discovery.ts';
import { gap, type Checks, type Judgement } from './api-surface.ts';
import { keyOf, type Resource } from '../kube/resource.ts';
import { stringAt, ownValue } from '../core/json-object.ts';

/** Kinds that modernize converts, or leaves out with a reason. */
const modernized: ReadonlySet<string> = new Set([
  'DeploymentConfig.apps.openshift.io',
  'Route.route.openshift.io',
  'ImageStream.image.openshift.io',
  'ImageStreamTag.image.openshift.io',
  'BuildConfig.build.openshift.io',
  'Template.template.openshift.io',
]);

/** Kinds that Kubernetes moved to another group, or replaced (deprecation guide of kubernetes.io). */
const successors: Readonly<Record<string, string>> = {
  'DaemonSet.extensions': 'apps/v1 DaemonSet',
  'Deployment.extensions': 'apps/v1 Deployment',
  'Ingress.extensions': 'networking.k8s.io/v1 Ingress',
  'NetworkPolicy.extensions': 'networking.k8s.io/v1 NetworkPolicy',
  'PodSecurityPolicy.policy': 'the Pod Security labels of the namespace',
  'ReplicaSet.extensions': 'apps/v1 ReplicaSet',
};

interface UsedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly count: number;
}

/** One item for each version and kind among resources: whether the destination takes such objects. */
export function checkKinds(resources: readonly Resource[], surface: ApiSurface): Checks {
  const defined = definedKinds(resources);
  return usedKinds(resources).map((used) => {
    const item = { id: `kind ${nameOf(used)}`, evidence: { objects: used.count } };
    return { ...item, ...judge(used, surface, defined) };
  });
}

function judge(used: UsedKind, surface: ApiSurface, defined: ReadonlySet<string>): Judgement {
  const served = surface.kinds.filter((each) => each.group === used.group && each.kind === used.kind);
  const exact = served.find((each) => each.version === used.version);
  if (exact !== undefined) {
    if (exact.verbs.includes('create')) return { outcome: 'done', reason: 'served' };
    return gap('not-writable', 'the destination serves it for reading only: leave it out with extra-whiteouts');
  }
  if (defined.has(kindName(used))) {
    return { outcome: 'done', reason: 'brought-along', message: 'its CustomResourceDefinition is among the resources' };
  }
  const silent = surface.unknown.find((each) => each.group === used.group);
  if (silent !== undefined) {
    const message = `whether it is served is not known: ${apiVersionOf(silent)} does not answer: ${silent.reason}`;
    return gap('api-unavailable', `${message}; fix that API at the destination first`);
  }
  const [other] = served;
  if (other === undefined) return missing(used);
  const version = apiVersionOf(other);
  const message = `the destination serves it as ${version}: convert the manifest, for example with kubectl convert`;
  return gap('version-not-served', message);
}

function missing(used: UsedKind): Judgement {
  const name = kindName(used);
  const successor = ownValue(successors, name);
  if (successor !== undefined) return gap('version-not-served', `Kubernetes has ${successor} in its place`);
  if (modernized.has(name)) return gap('kind-not-served', 'the destination is not OpenShift: transform with modernize');
  return gap(
    'kind-not-served',
    `install what defines this kind (an operator or its CustomResourceDefinition) first, or leave it out: extra-whiteouts=${name}`,
  );
}

function usedKinds(resources: readonly Resource[]): readonly UsedKind[] {
  const used = new Map<string, UsedKind>();
  for (const key of resources.map(keyOf)) {
    const name = nameOf(key);
    used.set(name, { ...key, count: (used.get(name)?.count ?? 0) + 1 });
  }
  return [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

function definedKinds(resources: readonly Resource[]): ReadonlySet<string> {
  const definitions = resources.filter((resource) => resource.kind === 'CustomResourceDefinition');
  const kindOf = (definition: Resource): string => stringAt(definition, 'spec', 'names', 'kind') ?? '';
  return new Set(definitions.map((each) => `${kindOf(each)}.${stringAt(each, 'spec', 'group') ?? ''}`));
}

function nameOf(kind: Omit<UsedKind, 'count'>): string {
  return `${apiVersionOf(kind)} ${kind.kind}`;
}

function kindName({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return group === '' ? kind : `${kind}.${group}`;
}
