import { SyncFailure } from '../../domain/sync/failure.ts';
import { parseReferrers, type Referrer } from '../../domain/sync/referrers.ts';
import type { RegistryRequest } from './connection.ts';
import type { Answer } from './exchange.ts';
import { nextPage } from './list-tags.ts';

const mostPages = 100;
const indexType = 'application/vnd.oci.image.index.v1+json';

/**
 * What refers to a manifest, over all pages (distribution specification, "Listing Referrers").
 * @returns undefined where the registry has no such API
 */
export async function listReferrers(
  path: string,
  digest: string,
  ask: (request: Omit<RegistryRequest, 'actions'>) => Promise<Answer>,
): Promise<readonly Referrer[] | undefined> {
  const found: Referrer[] = [];
  let target: string | undefined = `/v2/${path}/referrers/${digest}`;
  for (let page = 0; target !== undefined && page < mostPages; page += 1) {
    const answer: Answer | undefined = await askPage(
      { method: 'GET', target, repository: path, headers: { accept: indexType } },
      ask,
    );
    if (answer === undefined) return undefined;
    found.push(...parseReferrers(new TextDecoder().decode(answer.body), `the referrers of ${path}@${digest}`));
    target = nextPage(answer, target);
  }
  return found;
}

// A registry without the API takes the path for something else: 404 mostly, 405 or 400 from some.
async function askPage(
  request: Omit<RegistryRequest, 'actions'>,
  ask: (request: Omit<RegistryRequest, 'actions'>) => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    const answer = await ask(request);
    const isIndex = (answer.headers['content-type'] ?? '').startsWith(indexType);
    return answer.status === 200 && isIndex ? answer : undefined;
  } catch (error) {
    if (error instanceof SyncFailure && error.kind === 'refused') return undefined;
    throw error;
  }
}
