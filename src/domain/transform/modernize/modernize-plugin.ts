import { keyOf, type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import type { Plugin, Verdict } from '../plugin.ts';
import { type TransformOptions, modernizeFlags, type ModernizeOptions } from '../transform-options.ts';
import { joinChanges, noChange, type Change } from './change.ts';
import { modernizeDeploymentConfig } from './deployment-config.ts';
import { toHttpRoute, toIngress } from './convert-route.ts';
import { readRoute } from './route.ts';
import { createCollector, type ExportFacts } from './export-facts.ts';
import { modernizeImages } from './workload-images.ts';
import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { isObject, type Path, stringAt, ownValue } from '../../core/json-object.ts';

interface Context {
  readonly modernize: ModernizeOptions;
  readonly options: TransformOptions;
  readonly facts: ExportFacts;
}

/**
 * Makes OpenShift's kinds those that every Kubernetes serves. What these cannot say is a note; the rest is left out.
 */
export function createModernizePlugin(modernize: ModernizeOptions, options: TransformOptions): Plugin {
  const facts = createCollector();
  const run = (resource: Resource): Verdict => decide(resource, { modernize, options, facts });
  return { name: 'ModernizePlugin', version: 'v1', optionalFields: modernizeFlags, prepare: facts.add, run };
}

function decide(resource: Resource, context: Context): Verdict {
  switch (kindOf(resource)) {
    case 'DeploymentConfig.apps.openshift.io':
      return decideDeploymentConfig(resource, context);
    case 'Route.route.openshift.io':
      return decideRoute(resource, context);
    default: {
      const reason = noCounterpart(resource);
      return reason === undefined ? toVerdict(noChange, resource, context) : { kind: 'whiteout', reason };
    }
  }
}

function decideDeploymentConfig(resource: Resource, context: Context): Verdict {
  const { namespace, name } = keyOf(resource);
  if (context.facts.has('Deployment.apps', namespace, name)) return taken('Deployment');
  return toVerdict(modernizeDeploymentConfig(resource), resource, context);
}

function decideRoute(route: Resource, context: Context): Verdict {
  const { modernize, options, facts } = context;
  const source = keyOf(route).namespace;
  const isIngress = modernize.routes === 'ingress';
  const rival = isIngress ? 'Ingress.networking.k8s.io' : 'HTTPRoute.gateway.networking.k8s.io';
  if (facts.has(rival, source, route.metadata.name)) return taken(isIngress ? 'Ingress' : 'HTTPRoute');
  const namespace = options.namespaceMoves.get(source) ?? source;
  const shape = readRoute(route, { modernize, facts, namespace });
  if (typeof shape === 'string') return { kind: 'whiteout', reason: `cannot be converted: ${shape}` };
  return { kind: 'patches', ...(isIngress ? toIngress : toHttpRoute)(route, shape, modernize) };
}

function toVerdict(own: Change, resource: Resource, { facts, options }: Context): Verdict {
  const change = joinChanges(own, modernizeImages(resource, facts, options), {
    patches: moveReferences(resource),
    notes: serviceCaNotes(resource),
  });
  return { kind: 'patches', ...change };
}

function taken(kind: string): Verdict {
  return { kind: 'whiteout', reason: `cannot be converted: the export has ${kind} of this name already` };
}

const prefixes = ['service.beta.openshift.io/', 'service.alpha.openshift.io/'];

const trustedBundle = 'config.openshift.io/inject-trusted-cabundle';

/** Certificates that operators of OpenShift write and that no controller of plain Kubernetes writes. */
function serviceCaNotes(resource: Resource): readonly string[] {
  const trusted = textsAt(resource, 'labels')[trustedBundle] === 'true';
  const bundle = trusted
    ? ["its CA bundle is that of the source: no controller updates it, OpenShift's network operator did"]
    : [];
  const served = Object.entries(textsAt(resource, 'annotations')).flatMap(([key, value]) => {
    if (!prefixes.some((prefix) => key.startsWith(prefix))) return [];
    if (key.endsWith('/serving-cert-secret-name')) {
      return [`no controller creates the certificate in Secret ${value}: OpenShift's service CA did`];
    }
    return key.endsWith('/inject-cabundle')
      ? ["no controller writes the authority of OpenShift's service CA into it"]
      : [];
  });
  return [...served, ...bundle];
}

/** References to a workload are at most this deep. */
const deepest = 8;

/** References to a DeploymentConfig, such as that of a HorizontalPodAutoscaler: to the Deployment that it becomes. */
function moveReferences(resource: Resource): readonly Operation[] {
  return search(resource['spec'], ['spec']);
}

// Before Kubernetes had API groups the kind was written with version v1 alone.
const versions = [undefined, 'v1', 'apps.openshift.io/v1'];

function search(value: unknown, path: Path): readonly Operation[] {
  if (path.length > deepest) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => search(item, [...path, index]));
  if (!isObject(value)) return [];
  const { kind, name, apiVersion } = value;
  const isReference = kind === 'DeploymentConfig' && typeof name === 'string';
  if (isReference && versions.some((version) => version === apiVersion)) {
    const version = apiVersion === undefined ? [] : [replaceAt([...path, 'apiVersion'], 'apps/v1')];
    return [...version, replaceAt([...path, 'kind'], 'Deployment')];
  }
  return Object.entries(value).flatMap(([key, member]) => search(member, [...path, key]));
}

const platformRoles = /^system:(?:image-(?:puller|pusher|builder)|deployer)$/;

// Groups that OpenShift itself serves in namespaces; other groups below openshift.io belong to operators.
const platformGroups: Readonly<Record<string, string>> = {
  'apps.openshift.io': 'plain Kubernetes does not serve this kind',
  'image.openshift.io': 'plain Kubernetes has no image streams: workloads name their images by registry',
  'network.openshift.io': 'a setting of OpenShift networks: write a NetworkPolicy instead',
  'project.openshift.io': 'a view of the namespace',
  'quota.openshift.io': "a view of the cluster's quotas",
  'security.openshift.io': 'plain Kubernetes has Pod Security levels, labels of the namespace, instead',
  'template.openshift.io':
    'plain Kubernetes does not process templates: objects that were created from it travel themselves',
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
