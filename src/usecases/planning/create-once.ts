import { isObject, stringAt, type JsonObject } from '../../domain/core/json-object.ts';
import type { Sha256 } from '../../domain/core/ports.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isConflict } from '../../domain/kube/status-error.ts';
import { getObject } from '../cluster/find-object.ts';
import { createObject } from '../cluster/write-object.ts';

export interface OnceRequest {
  readonly kind: ApiKind;
  readonly namespace: string;
  /** With `generateName`. */
  readonly body: JsonObject;
  /** Of `keyDigest`; empty: each request creates an object. */
  readonly digest: string;
  /** Who asked for it, for information; empty: unknown. */
  readonly user: string;
}

export interface CreatedOnce {
  readonly name: string;
  /** `false`: the same key created it before. */
  readonly isNew: boolean;
}

const keyAnnotation = 'crane-tasks.dev/idempotency-key';
const userAnnotation = 'crane-tasks.dev/requested-by';
const randomCharacters = 5;

/** The digest of a key and what it is used for; empty without a key. */
export function keyDigest(key: string, use: readonly string[], sha256: Sha256): string {
  return key === '' ? '' : sha256([...use, key].join(' '));
}

/** Whether a request with this digest created an object. */
export function isCreatedBy(object: Resource, digest: string): boolean {
  return digest !== '' && stringAt(object, 'metadata', 'annotations', keyAnnotation) === digest;
}

/** What an object says of the request that created it. */
export function requestAnnotations({
  digest,
  user,
}: Pick<OnceRequest, 'digest' | 'user'>): Readonly<Record<string, string>> {
  return {
    ...(digest === '' ? {} : { [keyAnnotation]: digest }),
    ...(user === '' ? {} : { [userAnnotation]: user }),
  };
}

/** Creates an object whose name follows from the digest, so that a request that is repeated creates no second one. */
export async function createOnce(request: OnceRequest, cluster: Cluster): Promise<CreatedOnce> {
  const { kind, namespace, digest } = request;
  const body = bodyOf(request);
  const query = { fieldValidation: 'Strict' };
  try {
    const created = await createObject(cluster, { kind, namespace, body, query });
    return { name: stringAt(created, 'metadata', 'name') ?? '', isNew: true };
  } catch (error) {
    const name = stringAt(body, 'metadata', 'name');
    if (!isConflict(error) || name === undefined) throw error;
    const existing = await getObject(cluster, { kind, namespace, name });
    if (!isCreatedBy(existing, digest)) throw error;
    return { name, isNew: false };
  }
}

function bodyOf({ body, ...request }: OnceRequest): JsonObject {
  const { generateName, annotations, ...metadata } = isObject(body['metadata']) ? body['metadata'] : {};
  const { digest } = request;
  const prefix = typeof generateName === 'string' ? generateName : '';
  const hex = digest.slice(digest.indexOf(':') + 1);
  return {
    ...body,
    metadata: {
      ...metadata,
      ...(digest === '' ? { generateName: prefix } : { name: `${prefix}${hex.slice(0, randomCharacters)}` }),
      annotations: { ...(isObject(annotations) ? annotations : {}), ...requestAnnotations(request) },
    },
  };
}
