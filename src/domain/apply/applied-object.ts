import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';
import { kindOf } from '../kube/resource.ts';

/**
 * Kinds that a rollback keeps unless they are named: their deletion also deletes what the run did not create, data and
 * objects that others made.
 */
export const holdingKinds: readonly string[] = ['PersistentVolumeClaim', 'Namespace', 'CustomResourceDefinition'];

/** What a report of kubectl-apply-files or kubectl-apply-kustomize, or the journal beside it, says of one object. */
export interface AppliedObject {
  /** As the report names it. */
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for an object of cluster scope. */
  readonly namespace: string;
  readonly name: string;
  /** Empty when the run was cut off before it recorded which object it created. */
  readonly uid: string;
  readonly resourceVersion: string;
  readonly operation: 'created' | 'changed' | 'unchanged';
  /** Digest of what it said when it was applied; see reportedDigest. */
  readonly contentDigest: string;
}

/** The objects of one report, and the cluster that it is about. */
export interface AppliedReport {
  readonly objects: readonly AppliedObject[];
  /** UID of namespace kube-system that the run was held to; undefined when it was not. */
  readonly clusterUid: string | undefined;
  /** Namespace that everything was applied to; empty: each object to its own. */
  readonly namespace: string;
  /** Whether it was a dry run, which did nothing. */
  readonly dryRun: boolean;
}

const operations = ['created', 'changed', 'unchanged'] as const;
// A name with these could leave the collection's path.
const unsafeName = /^\.{1,2}$|[/%]/;

/** Reads the report of an apply; undefined when it is none. Items without whole evidence are skipped. */
export function parseAppliedReport(value: unknown): AppliedReport | undefined {
  if (!isObject(value) || !(stringAt(value, 'task') ?? '').startsWith('kubectl-apply-')) return undefined;
  const input = value['input'];
  return {
    objects: arrayAt(value, 'items').flatMap((item) => parseItem(item) ?? []),
    clusterUid: stringAt(input, 'cluster-uid') || undefined,
    namespace: stringAt(input, 'namespace') ?? '',
    dryRun: isObject(input) && input['dry-run'] === true,
  };
}

/** The object of a journal entry; undefined when the entry does not name one. */
export function objectOfEntry({ uid, operation, evidence }: JournalEntry): AppliedObject | undefined {
  return toObject(undefined, { ...evidence, uid, operation });
}

/**
 * Each object once, though reports and journals name it several times. A creation counts more than a change, a change more
 * than nothing; among equals the last one has the present content. Kind and name belong to the identity, since an
 * ImageStreamTag shows the UID of its stream; the version of the kind may differ.
 */
export function joinObjects(objects: readonly AppliedObject[]): readonly AppliedObject[] {
  const joined = new Map<string, AppliedObject>();
  const rank = ({ operation }: AppliedObject): number => operations.indexOf(operation);
  for (const object of objects) {
    const former = joined.get(keyOfObject(object));
    if (former === undefined || rank(object) <= rank(former)) joined.set(keyOfObject(object), object);
  }
  const known = new Set([...joined.values()].filter(({ uid }) => uid !== '').map(placeOf));
  // An entry without UID says nothing where another one names the object.
  return [...joined.values()].filter((object) => object.uid !== '' || !known.has(placeOf(object)));
}

/** What two records of one object have in common. */
export function keyOfObject(object: AppliedObject): string {
  return [object.uid, placeOf(object)].join(' ');
}

/** `Deployment.apps/web` and `Deployment/web`: how a user names an object of a namespace. */
export function namesOf(object: AppliedObject): readonly string[] {
  return [...new Set([object.kind, kindOf(object)])].map((kind) => `${kind}/${object.name}`);
}

function placeOf({ kind, namespace, name }: AppliedObject): string {
  return [kind, namespace, name].join(' ');
}

function parseItem(item: unknown): AppliedObject | undefined {
  const evidence = valueAt(item, 'evidence');
  const isWhole = ['uid', 'contentDigest'].every((field) => (stringAt(evidence, field) ?? '') !== '');
  if (!isObject(evidence) || !isWhole) return undefined;
  // What a former run on the same folder did counts: this one may have found the object as it left it.
  const operation = stringAt(evidence, 'origin') ?? stringAt(evidence, 'operation');
  return toObject(stringAt(item, 'id'), { ...evidence, operation });
}

function toObject(id: string | undefined, evidence: Readonly<Record<string, unknown>>): AppliedObject | undefined {
  const text = (field: string): string => stringAt(evidence, field) ?? '';
  const [apiVersion, kind, namespace, name] = [text('apiVersion'), text('kind'), text('namespace'), text('name')];
  const operation = operations.find((each) => each === evidence['operation']);
  if (operation === undefined || apiVersion === '' || kind === '' || name === '') return undefined;
  if (unsafeName.test(name) || unsafeName.test(namespace)) return undefined;
  const evidenced = {
    uid: text('uid'),
    resourceVersion: text('resourceVersion'),
    contentDigest: text('contentDigest'),
  };
  const place = namespace === '' ? name : `${namespace}/${name}`;
  return { id: id ?? `${apiVersion} ${kind} ${place}`, apiVersion, kind, namespace, name, operation, ...evidenced };
}

/** A line of the journal of an apply: an object that a run created, or one that it found and changed. */
export interface JournalEntry {
  readonly path: string;
  /** Empty when a run was about to create the object and did not record the end. */
  readonly uid: string;
  readonly operation: 'created' | 'changed';
  /** Which object it is and what it said, as in the report. */
  readonly evidence: Readonly<Record<string, string | number>>;
}

const recorded = ['apiVersion', 'kind', 'namespace', 'name', 'resourceVersion', 'contentDigest'] as const;

/** The line of an entry: a JSON array of path, UID and evidence, with a newline. */
export function formatJournalEntry({ path, uid, operation, evidence }: JournalEntry): string {
  const kept = recorded.flatMap((field) => (evidence[field] === undefined ? [] : [[field, evidence[field]] as const]));
  return `${JSON.stringify([path, uid, { operation, ...Object.fromEntries(kept) }])}\n`;
}

/** Reads a line; undefined when it is not an entry. */
export function parseJournalEntry(line: string): JournalEntry | undefined {
  const [path, uid, members] = arrayAt([parseJson(line)], 0);
  if (typeof path !== 'string' || typeof uid !== 'string' || !isObject(members)) return undefined;
  const operation = stringAt(members, 'operation');
  if (operation !== 'created' && operation !== 'changed') return undefined;
  const kept = recorded.flatMap((field) => {
    const text = stringAt(members, field);
    return text === undefined ? [] : [[field, text] as const];
  });
  return { path, uid, operation, evidence: Object.fromEntries(kept) };
}

/** Whether an object is where a rollback may remove: in one of the namespaces, or of cluster scope. */
export function isInScope(object: AppliedObject, namespaced: boolean, namespaces: ReadonlySet<string>): boolean {
  if (namespaced) return namespaces.has(object.namespace);
  // The deletion of a Namespace removes everything in it.
  return object.kind !== 'Namespace' || object.apiVersion !== 'v1' || namespaces.has(object.name);
}
