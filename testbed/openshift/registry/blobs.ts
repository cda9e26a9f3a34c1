import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExternalRegistry } from '../images/external-registry.ts';
import type { ImageStore } from '../images/store.ts';
import type { Access, User } from '../kube/access.ts';
import { discard, forward, forwardedHeaders, sendAnswer, type Backend } from './backend.ts';
import type { ContentPlaces } from './content-places.ts';
import { layers } from './login.ts';
import { RegistryError } from './registry-error.ts';
import type { Repository } from './registry-path.ts';

/** What serving blobs needs. */
export interface BlobParts {
  readonly store: ImageStore;
  readonly backend: Backend;
  readonly external: ExternalRegistry;
  readonly places: ContentPlaces;
  readonly access: Access;
}

/** One request for a repository's blobs, with its user allowed. */
export interface BlobRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly repository: Repository;
  readonly user: User;
  readonly signal: AbortSignal;
}

/** GET and HEAD: from the backend, else from where the stream's images come from; always streamed. */
export async function serveBlob(parts: BlobParts, asked: BlobRequest & { readonly digest: string }): Promise<void> {
  const { request, response, repository, digest, signal } = asked;
  const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
  const headers = forwardedHeaders(request.headers);
  const own = await parts.backend.send({
    method,
    path: `/v2/${repository.namespace}/${repository.name}/blobs/${digest}`,
    headers,
    signal,
  });
  if (own.status !== 404) return sendAnswer(response, own);
  await discard(own);
  const stream = parts.store.stream(repository.namespace, repository.name);
  const range = request.headers.range;
  for (const place of stream === undefined ? [] : parts.places.ofBlobs(stream)) {
    const answer =
      place.kind === 'local'
        ? await parts.backend.send({ method, path: `/v2/${place.repository}/blobs/${digest}`, headers, signal })
        : await parts.external.blob(place.reference, digest, { method, ...(range === undefined ? {} : { range }) });
    if (answer.status < 300) return sendAnswer(response, answer);
    await discard(answer);
  }
  throw new RegistryError('BLOB_UNKNOWN', `blob unknown to registry: ${digest}`);
}

/** Uploads go to the backend. A mount from a repository that the user may not read becomes an ordinary upload. */
export async function serveUpload(parts: BlobParts, asked: BlobRequest): Promise<void> {
  const { request, response, user, signal } = asked;
  const url = new URL(request.url ?? '/', 'https://localhost');
  const from = url.searchParams.get('from');
  if (from !== null && !(await parts.access.isAllowed(user, layers(splitRepository(from), 'get')))) {
    url.searchParams.delete('from');
    url.searchParams.delete('mount');
  }
  return sendAnswer(response, await parts.backend.send(forward(request, { path: url.pathname + url.search, signal })));
}

function splitRepository(text: string): Repository {
  const [namespace = '', ...name] = text.split('/');
  return { namespace, name: name.join('/') };
}
