import { SyncFailure } from '../../domain/oci/failure.ts';
import { mostReferrers, parseReferrers, type Referrer } from '../../domain/oci/referrers.ts';
import type { Ask, RegistryRequest } from './connection.ts';
import type { HttpResponse } from '../http/transport.ts';
import { readPages } from './read-pages.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';

/**
 * What refers to a manifest, over all pages (distribution specification, "Listing Referrers").
 * @returns undefined where the registry has no such API
 * @throws SyncFailure `wrong-content` for an answer that is not such a list, and for a list without end
 */
export async function listReferrers(path: string, digest: string, ask: Ask): Promise<readonly Referrer[] | undefined> {
  const name = `the referrers of ${path}@${digest}`;
  const found = await readPages({
    doing: `listing ${name}`,
    target: `/v2/${path}/referrers/${digest}`,
    async ask(target, isFirst) {
      const request = { method: 'GET', target, repository: path, headers: { accept: indexType } } as const;
      return isFirst ? askFirst(request, ask) : askNext(request, ask);
    },
    read: ({ body }) => {
      const referrers = parseReferrers(new TextDecoder().decode(body), name);
      return new Map(referrers.map((referrer) => [referrer.digest, referrer]));
    },
    mostEntries: mostReferrers,
  });
  return found === undefined ? undefined : [...found.values()];
}

// A registry without the API takes the path for something else: 404 mostly, 405 or 400 from some.
async function askFirst(request: Omit<RegistryRequest, 'actions'>, ask: Ask): Promise<HttpResponse | undefined> {
  try {
    const answer = await ask(request);
    return isIndex(answer) ? answer : undefined;
  } catch (error) {
    if (error instanceof SyncFailure && error.kind === 'refused') return undefined;
    throw error;
  }
}

/** After the first page the registry is known to have the API: another answer would lose what the page lists. */
async function askNext(request: Omit<RegistryRequest, 'actions'>, ask: Ask): Promise<HttpResponse> {
  const answer = await ask(request);
  if (isIndex(answer)) return answer;
  const message = `GET ${request.target}: expected a page of referrers, got ${String(answer.status)}`;
  throw new SyncFailure('wrong-content', message);
}

function isIndex({ status, headers }: HttpResponse): boolean {
  return status === 200 && (headers['content-type'] ?? '').startsWith(indexType);
}
