import { createHash } from 'node:crypto';

import { SyncFailure } from '../../domain/sync/failure.ts';
import { isDigest } from '../../domain/images/image-reference.ts';
import { arrayAt } from '../../domain/resources/resource.ts';
import { acceptedManifests } from '../../domain/sync/manifest.ts';
import type { Manifest, ManifestHead, Registry } from '../../usecases/sync/ports.ts';
import { failureOf, send, type ConnectionOptions, type RegistryRequest } from './connection.ts';
import type { Answer } from './exchange.ts';

/** What may be done with the repositories of a registry: read the source, write the destination. */
export type Access = 'pull' | 'pull,push';

/**
 * The distribution API of one registry (https://github.com/opencontainers/distribution-spec), as far as digests, tags
 * and manifests go. Content is the business of the copying program.
 * @param connect opens the connection at the first request and is asked once
 */
export function createRegistry(connect: () => Promise<ConnectionOptions>, access: Access): Registry {
  let connection: Promise<ConnectionOptions> | undefined;

  async function ask(request: Omit<RegistryRequest, 'actions'>): Promise<Answer> {
    connection ??= connect();
    return send({ ...request, actions: access }, await connection);
  }

  async function askManifest(method: 'GET' | 'HEAD', path: string, reference: string): Promise<Answer> {
    const headers = { accept: acceptedManifests };
    // OpenShift answers 500, not 404, to a HEAD by digest in a stream that does not exist.
    const expects500 = method === 'HEAD' && isDigest(reference);
    return ask({ method, target: manifestTarget(path, reference), repository: path, headers, expects500 });
  }

  async function read(path: string, reference: string): Promise<Manifest | undefined> {
    const answer = await askManifest('GET', path, reference);
    if (answer.status === 404) return undefined;
    const digest = hash(answer.body, reference);
    if (isDigest(reference) && digest !== reference) {
      throw new SyncFailure(
        'wrong-content',
        `reading manifest ${path}@${reference}: its bytes have the digest ${digest}`,
      );
    }
    return { digest, mediaType: mediaTypeOf(answer), bytes: answer.body };
  }

  return {
    async head(path, reference): Promise<ManifestHead | undefined> {
      const answer = await askManifest('HEAD', path, reference);
      if (answer.status === 404 || answer.status === 500) return undefined;
      const digest = answer.headers['docker-content-digest'] ?? '';
      return isDigest(digest) ? { digest, mediaType: mediaTypeOf(answer) } : read(path, reference);
    },
    read,
    async tag(path, tag, { bytes, mediaType }) {
      const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
      const target = manifestTarget(path, tag);
      const answer = await ask({ method: 'PUT', target, repository: path, headers, body: bytes });
      if (answer.status === 404)
        throw new SyncFailure('not-found', `setting ${path}:${tag}: there is no such repository`);
    },
    async listTags(path) {
      return listAllTags(path, async (target) => {
        const request = { method: 'GET', target, repository: path, headers: {}, mostBytes: largestTagPage } as const;
        const answer = await ask(request);
        if (answer.status !== 404) return answer;
        const { origin } = await (connection ?? connect());
        throw failureOf({ ...request, actions: access }, origin, answer);
      });
    },
  };
}

const largestTagPage = 8 * 1024 * 1024;
const mostTagPages = 1000;

async function listAllTags(path: string, ask: (target: string) => Promise<Answer>): Promise<readonly string[]> {
  const tags = new Set<string>();
  let target: string | undefined = `/v2/${path}/tags/list`;
  for (let page = 0; target !== undefined && page < mostTagPages; page += 1) {
    const answer = await ask(target);
    for (const tag of parseTags(answer, path)) tags.add(tag);
    target = nextPage(answer, target);
  }
  return [...tags].sort();
}

function parseTags(answer: Answer, path: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(answer.body));
    return arrayAt(parsed, 'tags').filter((tag) => typeof tag === 'string');
  } catch (error) {
    throw new SyncFailure('wrong-content', `listing the tags of ${path}: expected JSON`, { cause: error });
  }
}

// RFC 8288; only path and query are taken, so that the next page cannot lead elsewhere.
function nextPage(answer: Answer, current: string): string | undefined {
  const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers['link'] ?? '')?.[1];
  if (link === undefined) return undefined;
  const url = URL.parse(link, `https://registry.invalid${current}`);
  return url === null ? undefined : url.pathname + url.search;
}

function manifestTarget(path: string, reference: string): string {
  return `/v2/${path}/manifests/${reference}`;
}

function mediaTypeOf(answer: Answer): string {
  return (answer.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

function hash(bytes: Uint8Array, reference: string): string {
  const algorithm = isDigest(reference) ? reference.slice(0, reference.indexOf(':')) : 'sha256';
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
