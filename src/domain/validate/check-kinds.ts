import type { ApiSurface, ServedKind } from '../schemas/documents.ts';
import { apiVersionOf } from '../kube/discovery.ts';
import { gap, type Checks, type Judgement } from './api-surface.ts';
import { flatMapList } from '../core/lists.ts';
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
  readonly count: number;
  /** Read again at each reading. */
  readonly resources: Iterable<Resource>;
}

/** One item for each version and kind among resources: whether the destination takes such objects. */
export function checkKinds(resources: Iterable<Resource>, surface: ApiSurface): Checks {
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
  return judgeVersion(used, surface) ?? missing(used, served[0]);
}

/** Whether a version that is not served can be converted; undefined: nothing is known of it. */
function judgeVersion({ kind, resources }: UsedKind, { kinds }: ApiSurface): Judgement | undefined {
  const serves = (version: string): boolean =>
    kinds.some((each) => each.kind === kind && apiVersionOf(each) === version && each.verbs.includes('create'));
  const names: string[] = [];
  const versions = new Set<string>();
  let why = '';
  for (const resource of resources) {
    const { to = '', operations } = conversionOf(resource) ?? {};
    versions.add(to);
    if (operations !== undefined && serves(to)) continue;
    if (names.length === 0) why = whyNotConverted(resource);
    names.push(resource.metadata.name);
  }
  if (names.length === 0) {
    const to = [...versions].join(', ');
    return { outcome: 'done', reason: 'converted', message: `applying converts it to ${to}` };
  }
  if (why === '') return undefined;
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
    const isOlder = Iterator.from(used.resources).some(
      (each) => conversionOf({ ...each, apiVersion })?.to === each.apiVersion,
    );
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

function usedKinds(resources: Iterable<Resource>): readonly UsedKind[] {
  const used = new Map<string, UsedKind>();
  for (const resource of resources) {
    const key = keyOf(resource);
    const name = nameOf(key);
    const known = used.get(name) ?? { ...key, resources: ofKind(name, resources), count: 0 };
    used.set(name, { ...known, count: known.count + 1 });
  }
  return [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

function ofKind(name: string, resources: Iterable<Resource>): Iterable<Resource> {
  return flatMapList(resources, (each) => (nameOf(keyOf(each)) === name ? [each] : []));
}

function definedKinds(resources: Iterable<Resource>): ReadonlySet<string> {
  const definitions = Iterator.from(resources).filter((resource) => resource.kind === 'CustomResourceDefinition');
  const kindOf = (definition: Resource): string => stringAt(definition, 'spec', 'names', 'kind') ?? '';
  return new Set(definitions.map((each) => `${kindOf(each)}.${stringAt(each, 'spec', 'group') ?? ''}`));
}

function nameOf(kind: Omit<UsedKind, 'resources' | 'count'>): string {
  return `${apiVersionOf(kind)} ${kind.kind}`;
}

function kindName({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return group === '' ? kind : `${kind}.${group}`;
}
