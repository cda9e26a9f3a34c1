import { arrayAt, isObject, stringAt } from '../core/json-object.ts';
import { kindOf } from '../kube/resource.ts';
import type { JournalEntry } from './journal-entry.ts';

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

function rank({ operation }: AppliedObject): number {
  return operations.indexOf(operation);
}

function placeOf({ kind, namespace, name }: AppliedObject): string {
  return [kind, namespace, name].join(' ');
}

function parseItem(item: unknown): AppliedObject | undefined {
  const evidence = isObject(item) ? item['evidence'] : undefined;
  if (
    !isObject(evidence) ||
    (stringAt(evidence, 'uid') ?? '') === '' ||
    (stringAt(evidence, 'contentDigest') ?? '') === ''
  )
    return undefined;
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
  return {
    id: id ?? `${apiVersion} ${kind} ${namespace === '' ? name : `${namespace}/${name}`}`,
    apiVersion,
    kind,
    namespace,
    name,
    uid: text('uid'),
    resourceVersion: text('resourceVersion'),
    operation,
    contentDigest: text('contentDigest'),
  };
}
