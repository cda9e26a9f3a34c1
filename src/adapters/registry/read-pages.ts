import { findNextLink } from '../../domain/http/link-header.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { HttpResponse } from '../http/transport.ts';

export interface PagedList<T> {
  /** What is listed, for messages. */
  readonly doing: string;
  /** Path and query of the first page. */
  readonly target: string;
  /** Gets one page; undefined ends the whole list, which is then unknown. */
  readonly ask: (target: string, isFirst: boolean) => Promise<HttpResponse | undefined>;
  /** Reads one page into entries by name. */
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
export async function readPages<T>(list: PagedList<T>): Promise<ReadonlyMap<string, T> | undefined> {
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

function endless({ doing }: { readonly doing: string }, cause: string): SyncFailure {
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
