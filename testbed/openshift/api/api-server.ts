import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { load } from 'js-yaml';
import type { User } from '../kube/access.ts';
import { isObject, listAt } from '../json.ts';
import { ApiError, toStatus } from './api-error.ts';
import type { ApiAnswer, ApiRequest, Resource, Verb } from './api-request.ts';
import { discoveryDocuments } from './discovery.ts';

/** What the API needs besides its resources. */
export interface ApiParts {
  readonly resources: readonly Resource[];
  /** The user that a request is made for, undefined when nobody trusted says so. */
  readonly identify: (request: IncomingMessage) => User | undefined;
  readonly log: (line: string) => void;
}

const root =
  /^\/apis\/image\.openshift\.io\/v1\/(?:namespaces\/(?<namespace>[^/]+)\/)?(?<resource>[^/]+)(?:\/(?<name>[^/]+))?$/;
const maxBodyBytes = 3 * 1024 * 1024;

/** HTTP handler of the aggregated API: health, discovery, and the resources for users whom the front proxy names. */
export function createApiHandler(parts: ApiParts): RequestListener {
  const documents = discoveryDocuments(parts.resources);
  return (request, response) => {
    answer(parts, documents, request)
      .catch((error: unknown) => toAnswer(error, parts.log))
      .then((result) => send(request, response, result))
      .catch((error: unknown) => {
        parts.log(`answering ${request.method ?? ''} ${request.url ?? ''}: ${String(error)}`);
        response.destroy();
      });
  };
}

async function answer(
  parts: ApiParts,
  documents: ReadonlyMap<string, object>,
  request: IncomingMessage,
): Promise<ApiAnswer> {
  const url = new URL(request.url ?? '/', 'https://localhost');
  if (/^\/(?:healthz|livez|readyz)$/.test(url.pathname)) return { status: 200, body: { status: 'ok' } };
  const document = documents.get(url.pathname.replace(/\/$/, ''));
  if (document !== undefined) return { status: 200, body: document };
  const match = root.exec(url.pathname)?.groups;
  const resource = parts.resources.find(({ name }) => name === match?.['resource']);
  if (match === undefined || resource === undefined)
    throw new ApiError('NotFound', 'the server could not find the requested resource');
  const user = parts.identify(request);
  if (user === undefined) throw new ApiError('Unauthorized', 'Unauthorized');
  const verb = verbOf(request.method ?? 'GET', match['name'] !== undefined);
  const handler = verb === undefined || url.searchParams.has('watch') ? undefined : resource.handlers[verb];
  if (verb === undefined || handler === undefined)
    throw new ApiError('MethodNotAllowed', 'the server does not allow this method on the requested resource');
  const contentType = request.headers['content-type']?.split(';')[0]?.trim() ?? 'application/json';
  const namespace = match['namespace'];
  const name = match['name'];
  const parsed: ApiRequest = {
    verb,
    ...(namespace === undefined ? {} : { namespace: decodeURIComponent(namespace) }),
    ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
    query: url.searchParams,
    body: await readBody(request, contentType),
    contentType,
    user,
  };
  return handler(parsed);
}

function verbOf(method: string, isOne: boolean): Verb | undefined {
  switch (method) {
    case 'GET':
      return isOne ? 'get' : 'list';
    case 'POST':
      return isOne ? undefined : 'create';
    case 'PUT':
      return isOne ? 'update' : undefined;
    case 'PATCH':
      return isOne ? 'patch' : undefined;
    case 'DELETE':
      return isOne ? 'delete' : 'deletecollection';
    default:
      return undefined;
  }
}

async function readBody(request: IncomingMessage, contentType: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxBodyBytes) throw new ApiError('BadRequest', 'the body of the request is larger than 3 MiB');
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  if (!/json$|yaml$/.test(contentType))
    throw new ApiError('UnsupportedMediaType', `the body of the request was in an unknown format - ${contentType}`);
  try {
    // JSON is YAML, but its own parser is far faster.
    const text = Buffer.concat(chunks).toString();
    return contentType.endsWith('yaml') && !text.startsWith('{') ? load(text) : JSON.parse(text);
  } catch (error) {
    throw new ApiError(
      'BadRequest',
      `the body of the request cannot be parsed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function toAnswer(error: unknown, log: (line: string) => void): ApiAnswer {
  if (error instanceof ApiError) return toStatus(error);
  const message = error instanceof Error ? error.message : String(error);
  log(`answering a request: ${error instanceof Error ? (error.stack ?? message) : message}`);
  return toStatus(new ApiError('InternalError', `Internal error occurred: ${message}`));
}

function send(request: IncomingMessage, response: ServerResponse, { status, body }: ApiAnswer): void {
  const shown = status === 200 ? asAccepted(body, request.headers.accept ?? '') : body;
  const text = `${JSON.stringify(shown)}\n`;
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

/** The namespace and garbage collection controllers ask for metadata only. */
function asAccepted(body: object, accept: string): object {
  const form = /as=(PartialObjectMetadata(?:List)?)/.exec(accept)?.[1];
  if (form === undefined) return body;
  const head = { kind: form, apiVersion: 'meta.k8s.io/v1' };
  if (form === 'PartialObjectMetadata') return isObject(body) ? { ...head, metadata: body['metadata'] } : body;
  const items = listAt(body, 'items').map((item) => ({
    ...head,
    kind: 'PartialObjectMetadata',
    metadata: isObject(item) ? item['metadata'] : {},
  }));
  return { ...head, metadata: isObject(body) ? body['metadata'] : {}, items };
}
