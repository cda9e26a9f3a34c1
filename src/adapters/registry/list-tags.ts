import { arrayAt } from '../../domain/resources/resource.ts';
import { SyncFailure } from '../../domain/sync/failure.ts';
import type { RegistryRequest } from './connection.ts';
import type { Answer } from './exchange.ts';

const largestPage = 8 * 1024 * 1024;
const mostPages = 1000;

/**
 * All tags of a repository, over all pages.
 * @param name of the repository with its host, for messages
 * @throws SyncFailure `not-found` when there is no such repository
 */
export async function listAllTags(
  name: string,
  path: string,
  ask: (request: Omit<RegistryRequest, 'actions'>) => Promise<Answer>,
): Promise<readonly string[]> {
  const tags = new Set<string>();
  let target: string | undefined = `/v2/${path}/tags/list`;
  for (let page = 0; target !== undefined && page < mostPages; page += 1) {
    const answer: Answer = await ask({ method: 'GET', target, repository: path, headers: {}, mostBytes: largestPage });
    if (answer.status === 404)
      throw new SyncFailure('not-found', `listing the tags of ${name}: there is no such repository`);
    for (const tag of parseTags(answer, name)) tags.add(tag);
    target = nextPage(answer, target);
  }
  return [...tags].sort();
}

function parseTags(answer: Answer, name: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(answer.body));
    return arrayAt(parsed, 'tags').filter((tag) => typeof tag === 'string');
  } catch (error) {
    throw new SyncFailure('wrong-content', `listing the tags of ${name}: expected JSON`, { cause: error });
  }
}

/** What a `Link` header (RFC 8288) names as next; only path and query are taken, so that it cannot lead elsewhere. */
export function nextPage(answer: Answer, current: string): string | undefined {
  const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers['link'] ?? '')?.[1];
  if (link === undefined) return undefined;
  const url = URL.parse(link, `https://registry.invalid${current}`);
  return url === null ? undefined : url.pathname + url.search;
}
