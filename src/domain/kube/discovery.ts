import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { describeAnswer, listIn } from './api-answer.ts';

export interface ApiKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As in paths, for example `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** A group version whose kinds the API server could not list. */
export interface UnknownKinds {
  readonly group: string;
  readonly version: string;
  readonly reason: string;
}

export interface Discovered {
  /** Each plural of a group once, in the version that the group prefers among those that serve it. */
  readonly kinds: readonly ApiKind[];
  readonly unknown: readonly UnknownKinds[];
}

/** The kinds of one group version; undefined when the server could not list them. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly ApiKind[] | undefined;
  readonly reason: string;
}

/**
 * The group versions of an aggregated discovery document (APIGroupDiscoveryList, v2 or v2beta1), preferred versions
 * first; undefined when the document is something else, as from a server that does not know the format.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
 */
export function parseAggregated(document: unknown): readonly GroupVersion[] | undefined {
  const kind = 'APIGroupDiscoveryList';
  if (stringAt(document, 'kind') !== kind) return undefined;
  return listIn(document, 'items', kind)?.flatMap((item) => {
    const group = stringAt(item, 'metadata', 'name') ?? '';
    return arrayAt(item, 'versions').map((version) => readVersion(group, version));
  });
}

export interface GroupAndVersion {
  readonly group: string;
  readonly version: string;
}

/** The versions of the core group in the classic document at /api; undefined when it is another document. */
export function parseCoreVersions(document: unknown): readonly GroupAndVersion[] | undefined {
  const versions = listIn(document, 'versions', 'APIVersions');
  return versions?.filter(isString).map((version) => ({ group: '', version }));
}

/** The group versions of the classic document at /apis, preferred ones first; undefined for another document. */
export function parseNamedGroups(document: unknown): readonly GroupAndVersion[] | undefined {
  return listIn(document, 'groups', 'APIGroupList')?.flatMap((item) => {
    const group = stringAt(item, 'name') ?? '';
    const preferred = stringAt(item, 'preferredVersion', 'version');
    const versions = arrayAt(item, 'versions').map((entry) => stringAt(entry, 'version'));
    return [...new Set([preferred, ...versions])].filter(isString).map((version) => ({ group, version }));
  });
}

/** The kinds of a classic APIResourceList, subresources left out; unknown ones when it is another document. */
export function parseClassicKinds(group: string, version: string, list: unknown): GroupVersion {
  const resources = listIn(list, 'resources', 'APIResourceList');
  if (resources === undefined) {
    const reason = `expected APIResourceList, got ${describeAnswer(list)}`;
    return { group, version, kinds: undefined, reason };
  }
  const kinds = resources.flatMap((entry) => {
    const plural = stringAt(entry, 'name') ?? '';
    if (plural.includes('/')) return [];
    const kind = stringAt(entry, 'kind') ?? '';
    return [{ group, version, kind, plural, namespaced: valueAt(entry, 'namespaced') === true, verbs: verbsOf(entry) }];
  });
  return { group, version, kinds, reason: '' };
}

/** Chooses one version per plural, and names the group versions that may hide kinds. */
export function chooseVersions(versions: readonly GroupVersion[]): Discovered {
  const chosen = new Map<string, ApiKind>();
  const unknown: UnknownKinds[] = [];
  for (const { group, version, kinds, reason } of versions) {
    if (kinds === undefined) unknown.push({ group, version, reason });
    for (const kind of kinds ?? []) {
      const id = `${group}/${kind.plural}`;
      if (!chosen.has(id)) chosen.set(id, kind);
    }
  }
  return { kinds: [...chosen.values()], unknown };
}

/** `apps/v1` or `v1`. */
export function apiVersionOf({ group, version }: GroupAndVersion): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `deployments.apps` or `pods`, as kubectl names kinds. */
export function pluralWithGroup({ group, plural }: Pick<ApiKind, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

// An aggregated API that does not answer remains in the document as stale, with the kinds seen last, if any.
function readVersion(group: string, entry: unknown): GroupVersion {
  const version = stringAt(entry, 'version') ?? '';
  const resources = arrayAt(entry, 'resources');
  if (stringAt(entry, 'freshness') === 'Stale' && resources.length === 0) {
    return { group, version, kinds: undefined, reason: 'the API server that serves it does not answer' };
  }
  const kinds = resources.map((resource) => ({
    group,
    version,
    kind: stringAt(resource, 'responseKind', 'kind') ?? '',
    plural: stringAt(resource, 'resource') ?? '',
    namespaced: stringAt(resource, 'scope') === 'Namespaced',
    verbs: verbsOf(resource),
  }));
  return { group, version, kinds, reason: '' };
}

function verbsOf(entry: unknown): readonly string[] {
  return arrayAt(entry, 'verbs').filter(isString);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
