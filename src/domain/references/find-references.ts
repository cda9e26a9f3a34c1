import { arrayAt, isObject, stringAt, valueAt, type Path } from '../core/json-object.ts';
import { podSpecsOf } from '../kube/pod-specs.ts';
import { kindOf, type Resource } from '../kube/resource.ts';
import { coreReferences, podReferences } from './core-references.ts';
import { customReferences } from './custom-references.ts';
import { buildReferences } from './operator-references.ts';
import { forms, type ReferenceRow } from './reference-row.ts';

/** A part of a text in an object. */
export interface Place {
  readonly path: Path;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** An object or a namespace that another object names. */
export interface Reference {
  /** Without its group; empty when only a namespace is named. */
  readonly kind: string;
  /** The one that is named, else that of the object itself; empty for cluster-scoped kinds. */
  readonly namespace: string;
  /** Empty when only a namespace is named. */
  readonly name: string;
  /** Whether the object works without it. */
  readonly isOptional: boolean;
  /** Where the name stands; undefined when only a namespace is named. */
  readonly at: Place | undefined;
  /** Where the namespace is named; undefined when it follows from the object itself. */
  readonly namespaceAt: Place | undefined;
  /** Where a namespace and a name stand as one word. */
  readonly prefixedAt: Place | undefined;
}

/** A row with its path cut at each `*`. */
interface CutRow {
  readonly row: ReferenceRow;
  readonly parts: Parts;
}

type Parts = readonly [Path, ...(readonly Path[])];

const rowsByKind = groupRows([...coreReferences, ...buildReferences, ...customReferences]);
const podRows = podReferences.map(cutRow);

/** The kinds with a fixed place in the cluster: names of them have no namespace. */
const clusterScoped: ReadonlySet<string> = new Set([
  'ClusterIssuer',
  'ClusterRole',
  'ClusterSecretStore',
  'ClusterTask',
  'ClusterTriggerBinding',
]);

/** What an object names, by the table of all places that are known to hold names. */
export function findReferences(resource: Resource): readonly Reference[] {
  const rows = ['*', kindOf(resource)].flatMap((kind) => rowsByKind.get(kind) ?? []);
  const pods = [...podSpecsOf(resource).map(({ path, spec }) => ({ path, value: spec })), ...podsOfScaledJob(resource)];
  return [
    ...rows.flatMap((row) => findByRow(resource, row, { value: resource, path: [] })),
    ...pods.flatMap((pod) => podRows.flatMap((row) => findByRow(resource, row, pod))),
  ];
}

/** A part of an object, and where it is. */
interface Part {
  readonly value: unknown;
  readonly path: Path;
}

function podsOfScaledJob(resource: Resource): readonly Part[] {
  const path = ['spec', 'jobTargetRef', 'template', 'spec'];
  const value = kindOf(resource) === 'ScaledJob.keda.sh' ? valueAt(resource, ...path) : undefined;
  return isObject(value) ? [{ value, path }] : [];
}

function findByRow(resource: Resource, { row, parts }: CutRow, { value, path: prefix }: Part): readonly Reference[] {
  return pathsOf(value, parts, prefix).flatMap((path) => {
    const text = stringAt(resource, ...path);
    if (text === undefined || !fits(resource, path, row)) return [];
    return [...text.matchAll(forms[row.form ?? 'name'])].map((match) => toReference(match, { resource, path, row }));
  });
}

// The member that a condition names stands beside the text, or beside the list that holds it.
function fits(resource: Resource, path: Path, { where }: ReferenceRow): boolean {
  if (where === undefined) return true;
  const [field, value] = where;
  const parent = typeof path.at(-1) === 'number' ? path.slice(0, -2) : path.slice(0, -1);
  return stringAt(resource, ...parent, field) === value;
}

interface Found {
  readonly resource: Resource;
  readonly path: Path;
  readonly row: ReferenceRow;
}

function toReference(match: RegExpExecArray, { resource, path, row }: Found): Reference {
  const text = match.input;
  // Every form has groups, and the flag that gives their places; a group that took no part has none.
  const spans = Object.entries(Object(match.indices?.groups) as Record<string, [number, number] | undefined>);
  const placeOf = (group: string): Place | undefined => {
    const span = spans.find(([name]) => name === group)?.[1];
    return span === undefined ? undefined : { path, text, start: span[0], end: span[1] };
  };
  const parent = path.slice(0, -1);
  const beside = row.form === undefined && row.to !== undefined ? besideOf(resource, parent) : undefined;
  const kind = (beside === undefined ? undefined : stringAt(resource, ...parent, 'kind')) ?? row.to ?? '';
  const namespaceAt = placeOf('namespace') ?? beside?.namespaceAt;
  const at = placeOf('name');
  const isClusterScoped = clusterScoped.has(kind);
  const own = resource.metadata.namespace ?? '';
  return {
    kind,
    namespace: isClusterScoped ? '' : textOf(namespaceAt, own),
    name: textOf(at, ''),
    isOptional: row.isOptional === true || beside?.isOptional === true,
    at,
    namespaceAt: isClusterScoped ? undefined : namespaceAt,
    prefixedAt: placeOf('prefixed'),
  };
}

/** What stands beside a name: its namespace, and whether it is optional. */
function besideOf(resource: Resource, parent: Path): Pick<Reference, 'namespaceAt' | 'isOptional'> {
  const text = stringAt(resource, ...parent, 'namespace');
  const isOptional = valueAt(resource, ...parent, 'optional') === true;
  // The namespace of the object itself belongs to no reference.
  if (text === undefined || parent[0] === 'metadata') return { namespaceAt: undefined, isOptional };
  return { namespaceAt: { path: [...parent, 'namespace'], text, start: 0, end: text.length }, isOptional };
}

function textOf(place: Place | undefined, fallback: string): string {
  return place === undefined ? fallback : place.text.slice(place.start, place.end);
}

/** The paths that a path with `*` stands for and that lead to something. */
function pathsOf(value: unknown, [head, next, ...rest]: Parts, prefix: Path): readonly Path[] {
  const found = valueAt(value, ...head);
  if (found === undefined) return [];
  const path = [...prefix, ...head];
  if (next === undefined) return [path];
  return arrayAt(found).flatMap((item, index) => pathsOf(item, [next, ...rest], [...path, index]));
}

function groupRows(rows: readonly ReferenceRow[]): ReadonlyMap<string, readonly CutRow[]> {
  const grouped = new Map<string, CutRow[]>();
  for (const row of rows) {
    for (const kind of row.kinds) grouped.set(kind, [...(grouped.get(kind) ?? []), cutRow(row)]);
  }
  return grouped;
}

function cutRow(row: ReferenceRow): CutRow {
  return { row, parts: cutPath(row.path) };
}

function cutPath(path: Path): Parts {
  const star = path.indexOf('*');
  return star < 0 ? [path] : [path.slice(0, star), ...cutPath(path.slice(star + 1))];
}
