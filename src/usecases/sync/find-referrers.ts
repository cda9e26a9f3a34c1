import { SyncFailure, type FailureKind } from '../../domain/sync/failure.ts';
import type { Repository } from '../../domain/sync/copy-job.ts';
import { parseManifest } from '../../domain/sync/manifest.ts';
import { cosignTags, fallbackTag, isReferrerTag, parseReferrers, type Referrer } from '../../domain/sync/referrers.ts';
import type { SyncPorts } from './ports.ts';

/** What a source keeps about one manifest. */
export interface FoundReferrers {
  readonly subject: string;
  /** Listed by the API or by the fallback tag. */
  readonly listed: readonly Referrer[];
  /** Under tags of their own. */
  readonly tagged: readonly { readonly tag: string; readonly digest: string }[];
}

/** Looks for referrers in the repositories of a source. */
export interface ReferrerSearch {
  /** Those of a manifest, of all below it when it is an index, and of what is found. */
  find(source: Repository, digest: string): Promise<readonly FoundReferrers[]>;
}

const deepestChain = 3;
const tellsNothing: readonly FailureKind[] = ['not-found', 'denied', 'unauthorized', 'refused'];

/**
 * Makes a search that asks as little as it can: each repository once for its tags, each registry once whether it has
 * the referrers API. Where neither knows anything of referrers, no manifest is asked for.
 */
export function createReferrerSearch(ports: SyncPorts): ReferrerSearch {
  const tags = new Map<string, Promise<ReadonlySet<string> | undefined>>();
  const withoutApi = new Set<string>();

  function tagsOf({ registry, path }: Repository): Promise<ReadonlySet<string> | undefined> {
    const key = `${registry}/${path}`;
    const found = tags.get(key) ?? listReferrerTags({ registry, path }, ports);
    tags.set(key, found);
    return found;
  }

  async function askApi({ registry, path }: Repository, digest: string): Promise<readonly Referrer[] | undefined> {
    if (withoutApi.has(registry)) return undefined;
    const found = await ports.source(registry).referrers(path, digest);
    if (found === undefined) withoutApi.add(registry);
    return found;
  }

  async function findOf(source: Repository, subject: string): Promise<FoundReferrers> {
    const [known, api] = await Promise.all([tagsOf(source), askApi(source, subject)]);
    const registry = ports.source(source.registry);
    const isWorthAsking = (tag: string): boolean => known === undefined || known.has(tag);
    const fallback = isWorthAsking(fallbackTag(subject))
      ? await registry.read(source.path, fallbackTag(subject))
      : undefined;
    const name = `${source.registry}/${source.path}:${fallbackTag(subject)}`;
    const fromTag = fallback === undefined ? [] : parseReferrers(new TextDecoder().decode(fallback.bytes), name);
    const listed = new Map([...fromTag, ...(api ?? [])].map((one) => [one.digest, one]));
    const heads = await Promise.all(
      cosignTags(subject)
        .filter(isWorthAsking)
        .map(async (tag) => ({ tag, digest: (await registry.head(source.path, tag))?.digest })),
    );
    const tagged = heads.flatMap(({ tag, digest }) => (digest === undefined ? [] : [{ tag, digest }]));
    return { subject, listed: [...listed.values()], tagged };
  }

  async function follow(source: Repository, first: readonly string[]): Promise<readonly FoundReferrers[]> {
    const found: FoundReferrers[] = [];
    const seen = new Set(first);
    let subjects = first;
    for (let depth = 0; subjects.length > 0 && depth < deepestChain; depth += 1) {
      const next = await Promise.all(subjects.map((subject) => findOf(source, subject)));
      found.push(...next);
      subjects = next
        .flatMap(({ listed, tagged }) => [...listed, ...tagged].map(({ digest }) => digest))
        .filter((digest) => !seen.has(digest));
      for (const digest of subjects) seen.add(digest);
    }
    return found.filter(({ listed, tagged }) => listed.length + tagged.length > 0);
  }

  return {
    async find(source, digest) {
      const [known, api] = await Promise.all([tagsOf(source), askApi(source, digest)]);
      if (known?.size === 0 && api === undefined) return [];
      return follow(source, await platformsOf(source, digest, ports));
    },
  };
}

/** Undefined where a registry lists no tags: each has to be asked for then. */
async function listReferrerTags(
  { registry, path }: Repository,
  ports: SyncPorts,
): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set((await ports.source(registry).listTags(path)).filter(isReferrerTag));
  } catch (error) {
    if (error instanceof SyncFailure && tellsNothing.includes(error.kind)) return undefined;
    throw error;
  }
}

/** The digest itself and, for an index, those of its manifests: each may be signed by itself. */
async function platformsOf(source: Repository, digest: string, ports: SyncPorts): Promise<readonly string[]> {
  const manifest = await ports.source(source.registry).read(source.path, digest);
  if (manifest === undefined) return [digest];
  const name = `${source.registry}/${source.path}@${digest}`;
  const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, name);
  return content.kind === 'image' ? [digest] : [digest, ...content.manifests.map((one) => one.digest)];
}
