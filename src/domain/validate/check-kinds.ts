import type { ApiSurface, ServedKind } from '../schemas/documents.ts';
import { apiVersionOf } from '../kube/discovery.ts';
import { gap, type Checks, type Judgement } from './api-surface.ts';
import { keyOf, type Resource } from '../kube/resource.ts';
import { stringAt } from '../core/json-object.ts';
import { conversionOf, whyNotConverted } from '../transform/versions/conversion.ts';

/** Kinds that modernize converts, or leaves out with a reason. */
const modernized: ReadonlySet<string> = new Set([
  'DeploymentConfig.apps.openshift.io',
  'Route.route.openshift.io',
  'ImageStream.image.openshift.io',
  'ImageStreamTag.image.openshift.io',
  'BuildConfig.build.openshift.io',
  'Template.template.openshift.io',
]);

interface UsedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resources: readonly Resource[];
}

/** One item for each version and kind among resources: whether the destination takes such objects. */
export function checkKinds(resources: readonly Resource[], surface: ApiSurface): Checks {
  const defined = definedKinds(resources);
  return usedKinds(resources).map((used) => {
    const item = { id: `kind ${nameOf(used)}`, evidence: { objects: used.resources.length } };
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
  return judgeVersion(used, surface) ?? missing(used, served[0]);
}

/** Whether a version that is not served can be converted; undefined: nothing is known of it. */
function judgeVersion({ kind, resources }: UsedKind, { kinds }: ApiSurface): Judgement | undefined {
  const serves = (version: string): boolean =>
    kinds.some((each) => each.kind === kind && apiVersionOf(each) === version && each.verbs.includes('create'));
  const left = resources.filter((resource) => {
    const { to = '', operations } = conversionOf(resource) ?? {};
    return operations === undefined || !serves(to);
  });
  const [first] = left;
  if (first === undefined) {
    const to = [...new Set(resources.map((resource) => conversionOf(resource)?.to))].join(', ');
    return { outcome: 'done', reason: 'converted', message: `applying converts it to ${to}` };
  }
  const why = whyNotConverted(first);
  if (why === '') return undefined;
  const names = left.map(({ metadata }) => metadata.name);
  const more = names.length > mostNamed ? ', …' : '';
  return gap('version-not-served', `${names.slice(0, mostNamed).join(', ')}${more}: ${why}: ${remedy}`);
}

const mostNamed = 5;
const remedy = 'write it in a version that the destination serves with a patch of the transformation, or leave it out';

function missing(used: UsedKind, other: ServedKind | undefined): Judgement {
  const name = kindName(used);
  if (other !== undefined) {
    const apiVersion = apiVersionOf(other);
    // What transform converts offline, an old destination may serve in its old version only.
    const isOlder = used.resources.some((each) => conversionOf({ ...each, apiVersion })?.to === each.apiVersion);
    const how = isOlder
      ? 'transform with keep-versions=true in optional-flags'
      : 'convert the manifest, for example with kubectl convert';
    return gap('version-not-served', `the destination serves it as ${apiVersion}: ${how}`);
  }
  if (modernized.has(name)) return gap('kind-not-served', 'the destination is not OpenShift: transform with modernize');
  return gap(
    'kind-not-served',
    `install what defines this kind (an operator or its CustomResourceDefinition) first, or leave it out: extra-whiteouts=${name}`,
  );
}

function usedKinds(resources: readonly Resource[]): readonly UsedKind[] {
  const used = new Map<string, UsedKind & { readonly resources: Resource[] }>();
  for (const resource of resources) {
    const key = keyOf(resource);
    const found = used.get(nameOf(key));
    if (found === undefined) used.set(nameOf(key), { ...key, resources: [resource] });
    else found.resources.push(resource);
  }
  return [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

function definedKinds(resources: readonly Resource[]): ReadonlySet<string> {
  const definitions = resources.filter((resource) => resource.kind === 'CustomResourceDefinition');
  const kindOf = (definition: Resource): string => stringAt(definition, 'spec', 'names', 'kind') ?? '';
  return new Set(definitions.map((each) => `${kindOf(each)}.${stringAt(each, 'spec', 'group') ?? ''}`));
}

function nameOf(kind: Omit<UsedKind, 'resources'>): string {
  return `${apiVersionOf(kind)} ${kind.kind}`;
}

function kindName({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return group === '' ? kind : `${kind}.${group}`;
}
