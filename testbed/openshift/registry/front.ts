import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ImageStore } from '../images/store.ts';
import type { Access, User } from '../kube/access.ts';
import { ApiError } from '../api/api-error.ts';
import { forward, sendAnswer, type Backend } from './backend.ts';
import { serveBlob, serveUpload, type BlobParts } from './blobs.ts';
import { answerCatalog, answerTags } from './listings.ts';
import { identify, refused, requireAccess } from './login.ts';
import { serveManifest, storeManifest, type ManifestParts } from './manifests.ts';
import { RegistryError, sendError } from './registry-error.ts';
import { parseRegistryPath, type RegistryPath } from './registry-path.ts';
import { answerToken } from './token-endpoint.ts';

/** What the front needs. */
export interface FrontParts extends ManifestParts, BlobParts {
  readonly store: ImageStore;
  readonly access: Access;
  readonly backend: Backend;
  readonly log: (line: string) => void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly user: User;
  readonly signal: AbortSignal;
}

type RepositoryPath = Extract<RegistryPath, { repository: unknown }>;

/** HTTP handler of the registry front: login and rights here, streams and tags from the store, content from the backend. */
export function createFrontHandler(parts: FrontParts): RequestListener {
  return (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      if (!(error instanceof RegistryError) && !response.destroyed)
        parts.log(`answering ${request.method ?? ''} ${request.url ?? ''}: ${String(error)}`);
      sendError(response, error instanceof ApiError ? fromApiError(error) : error);
    });
  };
}

async function answer(parts: FrontParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = parseRegistryPath(new URL(request.url ?? '/', 'https://localhost').pathname);
  if (path.kind === 'health') {
    response.writeHead(200).end();
    return;
  }
  if (path.kind === 'token') return answerToken(request, response, parts.access);
  if (path.kind === 'unknown') {
    response.writeHead(404).end();
    return;
  }
  const user = await identify(request, parts.access);
  const stop = new AbortController();
  response.once('close', () => stop.abort());
  const exchange: Exchange = { request, response, user, signal: stop.signal };
  switch (path.kind) {
    case 'bad-name':
      throw new RegistryError('NAME_INVALID', 'repository namespace required: names have the form <namespace>/<name>');
    case 'base':
      response
        .writeHead(200, { 'content-type': 'application/json', 'docker-distribution-api-version': 'registry/2.0' })
        .end('{}');
      return;
    case 'catalog':
      if (!(await parts.access.isAllowed(user, { verb: 'list', resource: 'imagestreams' })))
        throw refused('access denied');
      answerCatalog(parts.store, exchange);
      return;
    case 'tags':
    case 'manifest':
    case 'blob':
    case 'upload':
      return answerRepository(parts, path, exchange);
  }
}

/** Writing needs the right to read as well: that is how the distribution API asks for it. */
async function answerRepository(parts: FrontParts, path: RepositoryPath, exchange: Exchange): Promise<void> {
  const { request, user } = exchange;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const isDeletion = request.method === 'DELETE' && path.kind !== 'upload';
  if (isDeletion && !(await parts.access.isAllowed(user, { verb: 'delete', resource: 'images' })))
    throw refused('access denied');
  await requireAccess(parts.access, user, {
    repository: path.repository,
    verbs: isRead ? ['get'] : isDeletion ? [] : ['update', 'get'],
  });
  if (isDeletion) return deleteContent(parts, exchange);
  switch (path.kind) {
    case 'tags':
      answerTags(parts.store, { ...exchange, repository: path.repository });
      return;
    case 'manifest':
      if (isRead) return serveManifest(parts, { ...exchange, repository: path.repository, reference: path.reference });
      return storeManifest(parts, { ...exchange, repository: path.repository, reference: path.reference });
    case 'blob':
      if (!isRead) throw new RegistryError('UNSUPPORTED', 'The operation is unsupported.');
      return serveBlob(parts, { ...exchange, repository: path.repository, digest: path.digest });
    case 'upload':
      return serveUpload(parts, { ...exchange, repository: path.repository });
  }
}

async function deleteContent(parts: FrontParts, { request, response, signal }: Exchange): Promise<void> {
  return sendAnswer(response, await parts.backend.send(forward(request, { path: request.url ?? '/', signal })));
}

function fromApiError(error: ApiError): RegistryError {
  return error.reason === 'Invalid'
    ? new RegistryError('NAME_INVALID', error.message)
    : new RegistryError('DENIED', error.message);
}
