import { ApiError } from './api-error.ts';
import { listAt } from '../json.ts';
import type { User } from '../kube/access.ts';

/** Verbs as discovery names them. */
export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** A request to one resource, parsed and with its user known. */
export interface ApiRequest {
  readonly verb: Verb;
  /** Missing for cluster-scoped resources and for lists over all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly contentType: string;
  readonly user: User;
}

/** What is sent back as JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: object;
}

/** Answers one verb of a resource. Throws ApiError. */
export type Handler = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

/** A resource and the verbs that it has. */
export interface Resource {
  readonly name: string;
  readonly singularName: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly handlers: Readonly<Partial<Record<Verb, Handler>>>;
}

/** Namespace and name of a request for one object. Throws ApiError 400 when the path has none. */
export function keyOf(request: ApiRequest): { namespace: string; name: string } {
  return { namespace: namespaceOf(request), name: request.name ?? '' };
}

/** The namespace of a request that needs one. Throws ApiError 400. */
export function namespaceOf(request: ApiRequest): string {
  if (request.namespace === undefined) throw new ApiError('BadRequest', 'namespace is required');
  return request.namespace;
}

/** Stream and tag of a name `stream:tag`. Throws ApiError 400. */
export function splitTagName(request: ApiRequest, kind: string): { namespace: string; name: string; tag: string } {
  const { namespace, name } = keyOf(request);
  const [stream = '', tag = '', ...rest] = name.split(':');
  if (stream === '' || tag === '' || rest.length > 0)
    throw new ApiError('BadRequest', `${kind} must be retrieved with <name>:<tag>`);
  return { namespace, name: stream, tag };
}

/** Whether the request only tries. The options of a DELETE are in its body. */
export function isDryRun(request: ApiRequest): boolean {
  const isInBody = request.verb === 'delete' && listAt(request.body, 'dryRun').includes('All');
  return isInBody || request.query.get('dryRun') === 'All';
}
