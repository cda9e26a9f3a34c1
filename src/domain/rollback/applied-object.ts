import { arrayAt, isObject, stringAt } from '../resources/resource.ts';

/** What a report of kubectl-apply-files or kubectl-apply-kustomize tells of one object. */
export interface AppliedObject {
  /** As the report names it. */
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for an object of cluster scope. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly operation: 'created' | 'changed' | 'unchanged';
  /** What it said when it was applied; see reportedDigest. */
  readonly contentDigest: string;
}

/** The objects that one report vouches for, and the cluster that it is about. */
export interface AppliedReport {
  readonly objects: readonly AppliedObject[];
  /** UID of namespace kube-system that the run was held to; empty when it was not. */
  readonly clusterUid: string;
  /** Whether it was a dry run, which did nothing. */
  readonly dryRun: boolean;
}

const operations = ['created', 'changed', 'unchanged'] as const;
const fields = ['apiVersion', 'kind', 'name', 'uid', 'contentDigest'] as const;
// A name with these could leave the collection's path.
const unsafeName = /^\.{1,2}$|[/%]/;

/** Reads the report of an apply; undefined when it is none. Items without whole evidence are passed over. */
export function parseAppliedReport(value: unknown): AppliedReport | undefined {
  if (!isObject(value) || !(stringAt(value, 'task') ?? '').startsWith('kubectl-apply-')) return undefined;
  const input = value['input'];
  return {
    objects: arrayAt(value, 'items').flatMap((item) => parseItem(item) ?? []),
    clusterUid: stringAt(input, 'cluster-uid') ?? '',
    dryRun: isObject(input) && input['dry-run'] === true,
  };
}

/** `Deployment.apps/web` and `Deployment/web`: how a user names an object of a namespace. */
export function namesOf({ apiVersion, kind, name }: AppliedObject): readonly string[] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? [`${kind}/${name}`] : [`${kind}/${name}`, `${kind}.${apiVersion.slice(0, slash)}/${name}`];
}

function parseItem(item: unknown): AppliedObject | undefined {
  const evidence = isObject(item) ? item['evidence'] : undefined;
  const ownOperation = operations.find((each) => each === stringAt(evidence, 'operation'));
  // What a former run on the same folder created was found there by this one.
  const operation = stringAt(evidence, 'origin') === 'created' ? 'created' : ownOperation;
  const [apiVersion, kind, name, uid, contentDigest] = fields.map((field) => stringAt(evidence, field) ?? '');
  const namespace = stringAt(evidence, 'namespace') ?? '';
  if (operation === undefined || !apiVersion || !kind || !name || !uid || !contentDigest) return undefined;
  if (unsafeName.test(name) || unsafeName.test(namespace)) return undefined;
  const resourceVersion = stringAt(evidence, 'resourceVersion') ?? '';
  const id = stringAt(item, 'id') ?? `${apiVersion} ${kind} ${name}`;
  return { id, apiVersion, kind, namespace, name, uid, resourceVersion, operation, contentDigest };
}
