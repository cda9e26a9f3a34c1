import { findNextLink } from '../../domain/http/link-header.ts';
import { SyncFailure, type FailureKind } from '../../domain/oci/failure.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { assertNoWebPage } from './foreign-answer.ts';
import type { HttpResponse } from '../http/transport.ts';
import { describeAnswer } from '../../domain/kube/api-answer.ts';
import { manifestTypeOf } from '../../domain/oci/manifest.ts';
import { goField } from '../../domain/core/go-field.ts';
import { isObject } from '../../domain/core/json-object.ts';
import type { Ask, RegistryRequest } from './connection.ts';
import { mostReferrers, parseReferrers, type Referrer } from '../../domain/oci/referrers.ts';

interface PagedList<T> {
  /** What is listed, for messages. */
  readonly doing: string;
  /** Path and query of the first page. */
  readonly target: string;
  /** Gets one page; undefined ends the whole list, which is then unknown. */
  readonly ask: (target: string, isFirst: boolean) => Promise<HttpResponse | undefined>;
  readonly read: (answer: HttpResponse) => ReadonlyMap<string, T>;
  /** More entries are a failure. */
  readonly mostEntries: number;
}

/** Pages may be empty, but a registry that sends nothing new for so many pages has no end. */
const mostPagesWithoutNews = 100;

/**
 * All entries of a list over all its pages. Pages are followed as long as they have new entries: their number says
 * nothing about a list.
 * @throws SyncFailure `wrong-content` for a list that does not end
 */
async function readPages<T>(list: PagedList<T>): Promise<ReadonlyMap<string, T> | undefined> {
  const entries = new Map<string, T>();
  const seen = new Set<string>();
  let withoutNews = 0;
  for (let target: string | undefined = list.target; target !== undefined; ) {
    if (seen.has(target)) throw endless(list, `it sends the page ${target} again and again`);
    const answer = await list.ask(target, seen.size === 0);
    if (answer === undefined) return undefined;
    seen.add(target);
    const before = entries.size;
    for (const [name, entry] of list.read(answer)) entries.set(name, entry);
    if (entries.size > list.mostEntries) throw endless(list, `it has more than ${String(list.mostEntries)} entries`);
    withoutNews = entries.size > before ? 0 : withoutNews + 1;
    target = nextPage(answer, target);
    if (withoutNews >= mostPagesWithoutNews && target !== undefined)
      throw endless(list, `its last ${String(withoutNews)} pages have nothing new`);
  }
  return entries;
}

function endless({ doing }: Pick<PagedList<unknown>, 'doing'>, cause: string): SyncFailure {
  return new SyncFailure('wrong-content', `${doing}: the list has no end: ${cause}`);
}

/** What a `Link` header names as next; only path and query are taken, so that it cannot lead elsewhere. */
function nextPage(answer: HttpResponse, current: string): string | undefined {
  const link = findNextLink(answer.headers['link'] ?? '');
  if (link === undefined) return undefined;
  const url = URL.parse(link, `https://registry.invalid${current}`);
  if (url === null) throw new SyncFailure('wrong-content', `reading ${current}: invalid link to the next page`);
  return url.pathname + url.search;
}

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
      assertNoWebPage(answer, doing);
      return answer;
    },
    read: (answer) => new Map(parseTags(answer, doing).map((tag) => [tag, tag])),
    mostEntries: mostTags,
  });
  return [...(tags?.keys() ?? [])].sort();
}

function parseTags(answer: HttpResponse, doing: string): readonly string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(answer.body));
  } catch (error) {
    throw new SyncFailure('wrong-content', `${doing}: expected JSON`, { cause: error });
  }
  const listed = isObject(parsed) ? goField(parsed, 'tags') : undefined;
  const tags = listed === null ? [] : listed;
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags;
  throw new SyncFailure('wrong-content', `${doing}: expected a list of tags, got ${describeAnswer(parsed)}`);
}

/** Milliseconds. */
const referrersPatience = 10_000;

const indexType = 'application/vnd.oci.image.index.v1+json';

/**
 * Lists what refers to a manifest, over all pages (distribution specification, "Listing Referrers"). A registry that
 * cannot do so must not hold up each image: after it was waited for once in vain, it is asked without waiting.
 *
 * The list is undefined where the registry has no such API. It throws SyncFailure `wrong-content` for an answer that
 * is not such a list, and for a list without end.
 */
export function createReferrerLister(ask: Ask): Registry['referrers'] {
  let patience = referrersPatience;
  return async (path, digest) => {
    try {
      return await listReferrers(path, digest, (request) => ask({ ...request, patience }));
    } catch (error) {
      if (error instanceof SyncFailure && error.kind === 'unavailable') patience = 0;
      throw error;
    }
  };
}

async function listReferrers(path: string, digest: string, ask: Ask): Promise<readonly Referrer[] | undefined> {
  const name = `the referrers of ${path}@${digest}`;
  const found = await readPages({
    doing: `listing ${name}`,
    target: `/v2/${path}/referrers/${digest}`,
    async ask(target, isFirst) {
      const headers = { accept: indexType };
      const request = { method: 'GET', target, repository: path, headers } as const;
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

const meanNoApi: readonly FailureKind[] = ['refused', 'not-a-registry'];

// A registry without the API takes the path for something else: 404 mostly, 405 or 400 from some.
async function askFirst(request: Omit<RegistryRequest, 'actions'>, ask: Ask): Promise<HttpResponse | undefined> {
  try {
    const answer = await ask(request);
    return isIndex(answer) ? answer : undefined;
  } catch (error) {
    if (error instanceof SyncFailure && meanNoApi.includes(error.kind)) return undefined;
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

/** By its fields where the type says nothing: a list that is taken for another page would be lost. */
function isIndex({ status, headers, body }: HttpResponse): boolean {
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  return status === 200 && manifestTypeOf(type.trim(), body.toString('utf8')) === indexType;
}
