import { isExportable } from '../clusters/exportable-kinds.ts';
import type { ApiKind } from '../clusters/discovery.ts';
import { keyOf, type Resource } from '../resources/resource.ts';

/** What a run does with a cluster; rights are asked for those that are planned. */
export type Step = 'export' | 'images' | 'apply' | 'quiesce' | 'volumes';

export const steps: readonly Step[] = ['export', 'images', 'apply', 'quiesce', 'volumes'];

/** Verbs on one kind, in one namespace or in none. */
export interface Right {
  readonly group: string;
  /** Plural, with a subresource after a slash. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Empty: cluster-wide. */
  readonly namespace: string;
  /** Empty: any object. */
  readonly name: string;
}

interface Rule {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const openShiftImages = 'image.openshift.io';

const quiesceRules: readonly Rule[] = [
  { group: 'apps', resources: ['deployments', 'statefulsets', 'replicasets'], verbs: ['get', 'list', 'patch'] },
  { group: 'apps', resources: ['daemonsets'], verbs: ['list'] },
  { group: 'apps.openshift.io', resources: ['deploymentconfigs'], verbs: ['get', 'list', 'patch'] },
  { group: 'batch', resources: ['cronjobs', 'jobs'], verbs: ['get', 'list', 'patch'] },
  { group: '', resources: ['replicationcontrollers'], verbs: ['get', 'list', 'patch'] },
  { group: '', resources: ['pods'], verbs: ['list'] },
];

const helperRules: readonly Rule[] = [
  { group: '', resources: ['pods', 'secrets', 'configmaps'], verbs: ['create', 'get', 'list', 'delete'] },
  { group: '', resources: ['pods/log'], verbs: ['get'] },
];

const volumeRules: Readonly<Record<'source' | 'destination', readonly Rule[]>> = {
  source: [{ group: '', resources: ['persistentvolumeclaims'], verbs: ['get', 'list'] }, ...helperRules],
  destination: [
    { group: '', resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'create'] },
    { group: '', resources: ['services'], verbs: ['create', 'get', 'list', 'delete'] },
    ...helperRules,
  ],
};

export interface RightsInput {
  readonly steps: ReadonlySet<Step>;
  readonly namespace: string;
  /** What the cluster serves. */
  readonly kinds: readonly ApiKind[];
}

/** Rights that the account at the source needs: to list all that is exported, to pull, to scale down, to read volumes. */
export function sourceRights({ steps: planned, namespace, kinds }: RightsInput): readonly Right[] {
  const own = { namespace, name: '' };
  const listed = kinds.filter(isExportable).map(({ group, plural }) => ({ group, plural }));
  return mergeRights([
    ...(planned.has('export')
      ? [
          // The server takes a namespace to lie in itself.
          { group: '', resource: 'namespaces', verbs: ['get'], namespace, name: namespace },
          ...listed.map(({ group, plural }) => ({ group, resource: plural, verbs: ['list'], ...own })),
        ]
      : []),
    ...(planned.has('images') ? imageRights(kinds, ['get'], namespace) : []),
    ...(planned.has('quiesce') ? served(quiesceRules, kinds, namespace) : []),
    ...(planned.has('volumes') ? served(volumeRules.source, kinds, namespace) : []),
  ]);
}

/** Rights that the account at the destination needs: to apply each kind that is planned, to push, to fill volumes. */
export function destinationRights(
  resources: readonly Resource[],
  { steps: planned, namespace, kinds }: RightsInput,
): readonly Right[] {
  const verbs = ['get', 'list', 'create', 'patch'];
  const applied = resources.flatMap((resource) => {
    const { group, kind, namespace: own } = keyOf(resource);
    const found = kinds.find((each) => each.group === group && each.kind === kind);
    if (found === undefined) return [];
    const place = found.namespaced ? (namespace === '' ? own : namespace) : '';
    return [{ group, resource: found.plural, verbs, namespace: place, name: '' }];
  });
  return mergeRights([
    ...(planned.has('apply') ? applied : []),
    ...(planned.has('images') ? imageRights(kinds, ['get', 'update'], namespace) : []),
    ...(planned.has('volumes') ? served(volumeRules.destination, kinds, namespace) : []),
  ]);
}

// OpenShift's registry asks for rights on imagestreams/layers; a push to a stream that is not there makes it.
function imageRights(kinds: readonly ApiKind[], verbs: readonly string[], namespace: string): readonly Right[] {
  if (!kinds.some((kind) => kind.group === openShiftImages)) return [];
  const place = { group: openShiftImages, namespace, name: '' };
  const making = verbs.includes('update') ? [{ ...place, resource: 'imagestreams', verbs: ['create', 'get'] }] : [];
  return [{ ...place, resource: 'imagestreams/layers', verbs }, ...making];
}

function served(rules: readonly Rule[], kinds: readonly ApiKind[], namespace: string): readonly Right[] {
  const isServed = (group: string, resource: string): boolean =>
    kinds.some((kind) => kind.group === group && kind.plural === resource.replace(/\/.*$/, ''));
  return rules.flatMap(({ group, resources, verbs }) =>
    resources
      .filter((resource) => isServed(group, resource))
      .map((resource) => ({ group, resource, verbs, namespace, name: '' })),
  );
}

function mergeRights(rights: readonly Right[]): readonly Right[] {
  const merged = new Map<string, Right>();
  for (const right of rights) {
    const key = [right.namespace, right.group, right.resource, right.name].join(' ');
    const known = merged.get(key);
    merged.set(key, { ...right, verbs: [...new Set([...(known?.verbs ?? []), ...right.verbs])].sort() });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, right]) => right);
}

/** `deployments.apps in shop`: how items and messages name what a right is about. */
export function describeRight({ group, resource, namespace, name }: Right): string {
  const [plural = '', subresource] = resource.split('/');
  const kind = (group === '' ? plural : `${plural}.${group}`) + (subresource === undefined ? '' : `/${subresource}`);
  const object = name === '' ? kind : `${kind} ${name}`;
  return namespace === '' ? object : `${object} in ${namespace}`;
}
