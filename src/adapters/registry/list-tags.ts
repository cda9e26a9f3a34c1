import { describeAnswer } from '../../domain/kube/api-answer.ts';
import { isObject, valueAt } from '../../domain/core/json-object.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { Ask } from './connection.ts';
import type { HttpResponse } from '../http/transport.ts';
import { readPages } from './read-pages.ts';

const largestPage = 8 * 1024 * 1024;
const mostTags = 1_000_000;

/**
 * All tags of a repository, over all pages.
 * @param name of the repository with its host, for messages
 * @throws SyncFailure `not-found` when there is no such repository, `wrong-content` for an answer that is not a tag list
 */
export async function listAllTags(name: string, path: string, ask: Ask): Promise<readonly string[]> {
  const doing = `listing the tags of ${name}`;
  const tags = await readPages({
    doing,
    target: `/v2/${path}/tags/list`,
    async ask(target) {
      const answer = await ask({ method: 'GET', target, repository: path, headers: {}, mostBytes: largestPage });
      if (answer.status === 404) throw new SyncFailure('not-found', `${doing}: there is no such repository`);
      return answer;
    },
    read: (answer) => new Map(parseTags(answer, doing).map((tag) => [tag, tag])),
    mostEntries: mostTags,
  });
  return [...(tags ?? new Map<string, string>()).keys()].sort();
}

function parseTags(answer: HttpResponse, doing: string): readonly string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(answer.body));
  } catch (error) {
    throw new SyncFailure('wrong-content', `${doing}: expected JSON`, { cause: error });
  }
  const tags = isObject(parsed) && parsed['tags'] === null ? [] : valueAt(parsed, 'tags');
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags;
  throw new SyncFailure('wrong-content', `${doing}: expected a list of tags, got ${describeAnswer(parsed)}`);
}
