import { flatMapList, joinLists } from '../core/lists.ts';
import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { isExportable } from '../export/exportable-kinds.ts';
import type { ApiKind } from '../kube/discovery.ts';
import { keyOf, type Resource } from '../kube/resource.ts';
import { mayNeedTime } from '../kube/readiness.ts';
import { stringAt } from '../core/json-object.ts';
import { isServiceAccount } from '../kube/service-account.ts';

/** Verbs that a program uses on resources of one group, as in a rule of a Role; a subresource stands after a slash. */
export interface UsedRights {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const images = 'image.openshift.io';
const routes = 'route.openshift.io';

/** What kubectl-scale-down and crane-restore-scale use in the namespace of the application. */
export const quiesceRights: readonly UsedRights[] = [
  { group: 'apps', resources: ['deployments', 'statefulsets', 'replicasets'], verbs: ['get', 'list', 'patch'] },
  { group: 'apps', resources: ['daemonsets'], verbs: ['list'] },
  { group: 'apps.openshift.io', resources: ['deploymentconfigs'], verbs: ['get', 'list', 'patch'] },
  { group: 'batch', resources: ['cronjobs', 'jobs'], verbs: ['get', 'list', 'patch'] },
  { group: '', resources: ['replicationcontrollers'], verbs: ['get', 'list', 'patch'] },
  { group: '', resources: ['pods'], verbs: ['list'] },
];

const helperJob: readonly UsedRights[] = [
  { group: '', resources: ['pods'], verbs: ['list'] },
  { group: '', resources: ['secrets'], verbs: ['create'] },
  { group: 'apps', resources: ['deployments', 'statefulsets'], verbs: ['list'] },
  { group: 'batch', resources: ['jobs'], verbs: ['create', 'get', 'list', 'patch', 'delete'] },
  { group: 'batch', resources: ['jobs/finalizers'], verbs: ['update'] },
];

/** What crane-transfer-pvc uses in a namespace of either side, whichever endpoint it takes. */
export const volumeRights: Readonly<Record<'source' | 'destination', readonly UsedRights[]>> = {
  source: [
    { group: '', resources: ['persistentvolumeclaims'], verbs: ['get', 'list'] },
    { group: '', resources: ['pods/log'], verbs: ['get'] },
    ...helperJob,
  ],
  destination: [
    { group: '', resources: ['persistentvolumeclaims'], verbs: ['get', 'create'] },
    { group: '', resources: ['services'], verbs: ['create', 'get'] },
    ...helperJob,
  ],
};

/** What OpenShift's registry asks for when crane-skopeo-sync pulls and pushes. The first push creates a stream. */
export const imageRights: Readonly<Record<'source' | 'destination', readonly UsedRights[]>> = {
  source: [{ group: images, resources: ['imagestreams/layers'], verbs: ['get'] }],
  destination: [
    { group: images, resources: ['imagestreams/layers'], verbs: ['get', 'update'] },
    { group: images, resources: ['imagestreams'], verbs: ['create'] },
  ],
};

const tagKinds = ['imagestreamtags', 'imagetags'];

/** What crane-export uses to read a kind. A list of image tags lacks the images, so tags are also read one by one. */
export function exportRights({ group, plural }: Pick<ApiKind, 'group' | 'plural'>): UsedRights {
  const isTag = group === images && tagKinds.includes(plural);
  return { group, resources: [plural], verbs: isTag ? ['get', 'list'] : ['list'] };
}

/** What kubectl-apply-files uses to apply one resource. */
export function applyRights(resource: Resource, plural: string): readonly UsedRights[] {
  const { group } = keyOf(resource);
  // The API of tags has no server-side apply: they are read, then created or updated. A stream that they need is created.
  if (group === images && resource.kind === 'ImageStreamTag')
    return [
      { group, resources: [plural], verbs: ['create', 'get', 'update'] },
      { group, resources: ['imagestreams'], verbs: ['create', 'list', 'patch'] },
    ];
  // What takes time is read until it is ready, an account until it has its pull secret.
  const read = mayNeedTime(resource) || isServiceAccount(resource) ? ['get'] : [];
  const rights = [{ group, resources: [plural], verbs: ['create', ...read, 'list', 'patch'] }];
  return hasOwnHost(resource)
    ? [...rights, { group, resources: [`${plural}/custom-host`], verbs: ['create'] }]
    : rights;
}

/** OpenShift asks for more when a Route has a host or a certificate that the user chose (library-go, pkg/route/hostassignment). */
function hasOwnHost(resource: Resource): boolean {
  if (keyOf(resource).group !== routes || resource.kind !== 'Route') return false;
  return [stringAt(resource, 'spec', 'host'), stringAt(resource, 'spec', 'tls', 'certificate')].some(
    (text) => text !== undefined && text !== '',
  );
}

/** What a run does with a cluster; rights are asked for those that are planned. */
export type Step = 'export' | 'images' | 'apply' | 'quiesce' | 'volumes';

const steps: readonly Step[] = ['export', 'images', 'apply', 'quiesce', 'volumes'];

/** The steps in a list with commas. @throws TaskError `invalid-param` */
export function parseSteps(text: string): ReadonlySet<Step> {
  const words = parseCommaList(text);
  const known = steps.filter((step) => words.includes(step));
  if (new Set(words).size === known.length) return new Set(known);
  throw new TaskError('invalid-param', `reading --steps: ${JSON.stringify(text)}`, {
    remedy: `List some of ${steps.join(', ')}, separated by commas.`,
  });
}

/** Verbs on one kind, in one namespace or in none. */
export interface Right {
  readonly group: string;
  /** Plural, with a subresource after a slash. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Empty: cluster-wide. */
  readonly namespace: string;
}

interface RightsInput {
  readonly steps: ReadonlySet<Step>;
  readonly namespace: string;
  readonly kinds: readonly ApiKind[];
}

/** Rights that the account at the source needs: to list all that is exported, to pull, to scale down, to read volumes. */
export function sourceRights({ steps: planned, namespace, kinds }: RightsInput): readonly Right[] {
  return mergeRights(
    [
      ...(planned.has('export') ? kinds.filter(isExportable).map(exportRights) : []),
      ...(planned.has('images') ? served(imageRights.source, kinds) : []),
      ...(planned.has('quiesce') ? served(quiesceRights, kinds) : []),
      ...(planned.has('volumes') ? served(volumeRights.source, kinds) : []),
    ].flatMap((used) => toRights(used, namespace)),
  );
}

/** Rights that the account at the destination needs: to apply each kind that is planned, to push, to fill volumes. */
export function destinationRights(
  resources: Iterable<Resource>,
  { steps: planned, namespace, kinds }: RightsInput,
): readonly Right[] {
  const applied = flatMapList(resources, (resource) => {
    const { group, kind, namespace: own } = keyOf(resource);
    const found = kinds.find((each) => each.group === group && each.kind === kind);
    if (found === undefined) return [];
    const place = found.namespaced ? (namespace === '' ? own : namespace) : '';
    return applyRights(resource, found.plural).flatMap((used) => toRights(used, place));
  });
  const others = [
    ...(planned.has('images') ? served(imageRights.destination, kinds) : []),
    ...(planned.has('volumes') ? served(volumeRights.destination, kinds) : []),
  ].flatMap((used) => toRights(used, namespace));
  return mergeRights(joinLists(planned.has('apply') ? applied : [], others));
}

function toRights({ group, resources, verbs }: UsedRights, namespace: string): readonly Right[] {
  return resources.map((resource) => ({ group, resource, verbs, namespace }));
}

function served(rights: readonly UsedRights[], kinds: readonly ApiKind[]): readonly UsedRights[] {
  const isServed = (group: string, resource: string): boolean =>
    kinds.some((kind) => kind.group === group && kind.plural === resource.replace(/\/[^]*/, ''));
  return rights.map((used) => ({
    ...used,
    resources: used.resources.filter((resource) => isServed(used.group, resource)),
  }));
}

function mergeRights(rights: Iterable<Right>): readonly Right[] {
  const merged = new Map<string, Right>();
  for (const right of rights) {
    const key = [right.namespace, right.group, right.resource].join(' ');
    const known = merged.get(key);
    merged.set(key, { ...right, verbs: [...new Set([...(known?.verbs ?? []), ...right.verbs])].sort() });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, right]) => right);
}

/** `deployments.apps in shop`: how items and messages name what a right is about. */
export function describeRight({ group, resource, namespace }: Right): string {
  const [plural = '', subresource] = resource.split('/');
  const kind = (group === '' ? plural : `${plural}.${group}`) + (subresource === undefined ? '' : `/${subresource}`);
  return namespace === '' ? kind : `${kind} in ${namespace}`;
}
