import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { isObject, stringAt, type JsonObject } from '../../domain/core/json-object.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { Secret } from '../../domain/core/secret.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { expiryAnnotation } from '../../domain/planning/migration-names.ts';
import type { PlannedObject } from '../../domain/planning/run-objects.ts';
import { pipelineRuns } from '../../domain/runs/pipeline-run.ts';
import { createObject, deleteObject } from '../cluster/write-object.ts';

/** What a run logs in to a cluster with. */
export interface ClusterLogin {
  readonly url: string;
  readonly token: Secret;
  /** PEM; empty: the authorities of the system. */
  readonly ca: string;
  /** When the token expires, RFC 3339; empty: unknown. */
  readonly expiresAt: string;
}

export interface CreateRequest {
  readonly objects: readonly PlannedObject[];
  /** Namespace of the runs. */
  readonly namespace: string;
  /** For the Secrets among the objects. */
  readonly logins: Partial<Readonly<Record<'source' | 'destination', ClusterLogin>>>;
}

export interface CreatePorts {
  /** The cluster of the runs. */
  readonly cluster: Cluster;
  readonly log: Log;
}

/** An object that exists now. */
export interface CreatedObject {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

const kinds: ReadonlyMap<string, ApiKind> = new Map([
  ['ConfigMap', knownKinds.configmaps],
  ['Secret', knownKinds.secrets],
  ['PipelineRun', pipelineRuns],
]);

/**
 * Creates the objects of a migration. The first owns the others. All are checked by the server before the first is
 * created; when a later one fails all the same, those of this call are deleted.
 * @throws TaskError; its message names what could not be deleted
 */
export async function createMigration(
  { objects, namespace, logins }: CreateRequest,
  ports: CreatePorts,
): Promise<readonly CreatedObject[]> {
  const bodies = objects.map(({ resource, login }) => withLogin(resource, login && logins[login]));
  const checked = { dryRun: 'All', fieldValidation: 'Strict' };
  for (const body of bodies) await create(body, { namespace, query: checked }, ports.cluster);
  const created: CreatedObject[] = [];
  try {
    for (const body of bodies) {
      const owned = created[0] === undefined ? body : withOwner(body, created[0]);
      created.push(await create(owned, { namespace, query: { fieldValidation: 'Strict' } }, ports.cluster));
      ports.log.info(`created ${created.at(-1)?.kind ?? ''} ${namespace}/${created.at(-1)?.name ?? ''}`);
    }
    return created;
  } catch (error) {
    throw await takenBack(error, created, { namespace, ...ports });
  }
}

async function create(
  body: JsonObject,
  { namespace, query }: { readonly namespace: string; readonly query: Readonly<Record<string, string>> },
  cluster: Cluster,
): Promise<CreatedObject> {
  const answer = await createObject(cluster, { kind: kindOfBody(body), namespace, body, query });
  return {
    kind: stringAt(body, 'kind') ?? '',
    name: stringAt(answer, 'metadata', 'name') ?? '',
    uid: stringAt(answer, 'metadata', 'uid') ?? '',
  };
}

function kindOfBody(body: JsonObject): ApiKind {
  const kind = kinds.get(stringAt(body, 'kind') ?? '');
  if (kind === undefined) throw new Error('not an object of a migration');
  return kind;
}

/** The Secret of a login with its values. */
export function withLogin(body: JsonObject, login: ClusterLogin | undefined): JsonObject {
  if (login === undefined) return body;
  const metadata = isObject(body['metadata']) ? body['metadata'] : {};
  const { annotations, stringData } = loginFields(login);
  const known = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  return { ...body, metadata: { ...metadata, annotations: { ...known, ...annotations } }, stringData };
}

/** What the Secret of a login has: when the token expires can be read without its value. */
export function loginFields({ url, token, ca, expiresAt }: ClusterLogin) {
  return {
    annotations: expiresAt === '' ? {} : { [expiryAnnotation]: expiresAt },
    stringData: { url, token: token.reveal(), ...(ca === '' ? {} : { 'ca.crt': ca }) },
  };
}

/** An object that is deleted with its owner. */
export function withOwner(body: JsonObject, owner: CreatedObject): JsonObject {
  const metadata = isObject(body['metadata']) ? body['metadata'] : {};
  const reference = { apiVersion: 'v1', kind: owner.kind, name: owner.name, uid: owner.uid };
  return { ...body, metadata: { ...metadata, ownerReferences: [reference] } };
}

/** The error after what was created is deleted again, last first; it names what could not be deleted. */
async function takenBack(
  error: unknown,
  created: readonly CreatedObject[],
  { cluster, namespace }: CreatePorts & { readonly namespace: string },
): Promise<unknown> {
  const left: string[] = [];
  for (const { kind, name, uid } of [...created].reverse()) {
    const ref = { kind: kinds.get(kind) ?? knownKinds.configmaps, namespace, name };
    const options = { propagationPolicy: 'Background', preconditions: { uid } } as const;
    await deleteObject(cluster, ref, options)
      .catch(onRefusal([404], undefined))
      .catch((cause: unknown) => left.push(`${kind} ${namespace}/${name} (${messageOf(cause)})`));
  }
  if (!(error instanceof TaskError) || left.length === 0) return error;
  return new TaskError(error.code, `${error.message}; could not delete ${left.join(', ')}`, {
    remedy: `Delete these by hand, and: ${error.remedy}`,
    cause: error,
  });
}
