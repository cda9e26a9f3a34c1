import { arrayAt, isObject, valueAt, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';
import type { ControllerTrace, InjectedField } from './controller-trace.ts';
import { addOnTraces } from './add-on-traces.ts';
import { kubernetesTraces } from './kubernetes-traces.ts';
import { openshiftTraces } from './openshift-traces.ts';
import { operatorTraces } from './operator-traces.ts';

/** The table: one row a controller. A key is in one row only, so that one look-up decides. */
export const controllerTraces: readonly ControllerTrace[] = [
  ...kubernetesTraces,
  ...openshiftTraces,
  ...addOnTraces,
  ...operatorTraces,
];

type Field = 'annotations' | 'labels' | 'finalizers';

export type TracePlugin = 'KubernetesPlugin' | 'OpenShiftPlugin';

/** A reason for which a kind is left out, and the plugin that says so. */
interface LeftOutKind {
  readonly plugin: TracePlugin;
  readonly reason: string;
}

const rows: Readonly<Record<Field, ReadonlyMap<string, ControllerTrace>>> = {
  annotations: rowsByKey('annotations'),
  labels: rowsByKey('labels'),
  finalizers: rowsByKey('finalizers'),
};

const fieldsOfKind = injectedByKind();

const leftOutKinds: ReadonlyMap<string, LeftOutKind> = new Map(
  controllerTraces.flatMap((row) =>
    Object.entries(row.leavesOut ?? {}).map(([kind, reason]) => [kind, { plugin: pluginOf(row), reason }] as const),
  ),
);

// Kubernetes reserves these domains for itself and its projects.
const reservedFinalizer = /(?:^|[./])(?:kubernetes\.io|k8s\.io)\//;

/** Whether a controller writes this annotation or label on this kind: then the owner of the object did not ask for it. */
export function isTrace(field: 'annotations' | 'labels', key: string, kind: string): boolean {
  return rowOf(field, key, kind) !== undefined;
}

/** Whether a controller of Kubernetes, OpenShift, a cloud or an add-on adds this finalizer. Others may be those of users. */
export function isControllerFinalizer(name: unknown, kind: string): boolean {
  if (typeof name !== 'string') return false;
  return reservedFinalizer.test(name) || rowOf('finalizers', name, kind) !== undefined;
}

/** The keys of annotations or labels that one plugin removes from an object of this kind. */
export function tracesIn(
  keys: readonly string[],
  { field, kind, plugin }: { field: 'annotations' | 'labels'; kind: string; plugin: TracePlugin },
): readonly string[] {
  return keys.filter((key) => {
    const row = rowOf(field, key, kind);
    return row !== undefined && row.keeps === undefined && pluginOf(row) === plugin;
  });
}

/** Whether the table leaves out a kind, and which plugin does. */
export function leftOutKind(kind: string): LeftOutKind | undefined {
  return leftOutKinds.get(kind);
}

/** The fields of an object that a controller writes because the object asks for it; those of one plugin, or all. */
export function injectedFields(resource: Resource, plugin?: TracePlugin): readonly Path[] {
  const fields = fieldsOfKind.get(kindOf(resource)) ?? [];
  const paths = fields
    .filter((entry) => (plugin === undefined || entry.plugin === plugin) && isAskedFor(resource, entry.field))
    .flatMap(({ field }) => findPaths(resource, field.path));
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

function isAskedFor(resource: Resource, { marks, value }: InjectedField): boolean {
  return marks.some((mark) => {
    const found = valueAt(resource, ...mark);
    return value === undefined ? isObject(found) || typeof found === 'string' : found === value;
  });
}

function findPaths(value: unknown, path: Path): readonly Path[] {
  const star = path.indexOf('*');
  if (star < 0) return valueAt(value, ...path) === undefined ? [] : [path];
  const [head, tail] = [path.slice(0, star), path.slice(star + 1)];
  return arrayAt(value, ...head).flatMap((_, index) => findPaths(value, [...head, index, ...tail]));
}

function rowOf(field: Field, key: string, kind: string): ControllerTrace | undefined {
  const byKey = rows[field];
  const row = byKey.get(key) ?? byKey.get(key.slice(0, key.indexOf('/') + 1));
  return row === undefined || row.kinds?.includes(kind) === false ? undefined : row;
}

function pluginOf(row: ControllerTrace): TracePlugin {
  return row.plugin ?? 'KubernetesPlugin';
}

function rowsByKey(field: Field): ReadonlyMap<string, ControllerTrace> {
  return new Map(controllerTraces.flatMap((row) => (row[field] ?? []).map((key) => [key, row] as const)));
}

interface FieldOfPlugin {
  readonly field: InjectedField;
  readonly plugin: TracePlugin;
}

function injectedByKind(): ReadonlyMap<string, readonly FieldOfPlugin[]> {
  const byKind = new Map<string, readonly FieldOfPlugin[]>();
  for (const row of controllerTraces) {
    for (const field of row.fields ?? []) {
      for (const kind of field.kinds) byKind.set(kind, [...(byKind.get(kind) ?? []), { field, plugin: pluginOf(row) }]);
    }
  }
  return byKind;
}
