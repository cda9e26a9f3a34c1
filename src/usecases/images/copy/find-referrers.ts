import { SyncFailure, type FailureKind } from '../../../domain/oci/failure.ts';
import type { CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import { parseManifest } from '../../../domain/oci/manifest.ts';
import {
  cosignTags,
  countReferrers,
  fallbackTag,
  isReferrerTag,
  parseReferrers,
  type Referrer,
} from '../../../domain/oci/referrers.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { requestsAtOnce, type SyncPorts } from './ports.ts';

/** What a source keeps about one manifest. */
export interface FoundReferrers {
  readonly subject: string;
  /** Listed by the API or by the fallback tag. */
  readonly listed: readonly Referrer[];
  /** Under tags of their own. */
  readonly tagged: readonly { readonly tag: string; readonly digest: string }[];
}

/** What was found of one image, or why nothing could be. */
export type FoundOfJob =
  | { readonly job: CopyJob; readonly found: readonly FoundReferrers[] }
  | { readonly job: CopyJob; readonly error: unknown };

/** Looks for what refers to images, at the source; never rejects. */
export function findReferrers(jobs: readonly CopyJob[], ports: SyncPorts): Promise<readonly FoundOfJob[]> {
  const search = new ReferrerSearch(ports);
  const isImage = ({ tags }: CopyJob): boolean => !tags.every(isReferrerTag);
  return mapConcurrently(jobs.filter(isImage), requestsAtOnce, async (job): Promise<FoundOfJob> => {
    try {
      return { job, found: await search.find(job.source, job.digest) };
    } catch (error) {
      return { job, error };
    }
  });
}

/** Manifests of one image that are asked for at once. */
const subjectsAtOnce = 20;
/** A list of tags that cannot be read leaves the tags unknown: each is asked for then. */
const leavesUnknown: readonly FailureKind[] = ['not-found', 'denied', 'unauthorized', 'refused', 'wrong-content'];

/**
 * Sends few requests: each repository is asked once for its tags, and as long as it may have the referrers API. Where
 * neither lists any referrers, no manifest is asked for.
 */
class ReferrerSearch {
  readonly #ports: SyncPorts;
  readonly #tags = new Map<string, Promise<ReadonlySet<string> | undefined>>();
  /** By repository: a registry can answer 404 for one and have referrers in another. */
  readonly #hasApi = new Map<string, boolean>();

  constructor(ports: SyncPorts) {
    this.#ports = ports;
  }

  /** Those of a manifest, of all below it when it is an index, and of what is found. */
  async find(source: ImageLocation, digest: string): Promise<readonly FoundReferrers[]> {
    const [known, api] = await Promise.all([this.#tagsOf(source), this.#askApi(source, digest)]);
    if (known?.size === 0 && api === undefined) return [];
    return this.#follow(source, await platformsOf(source, digest, this.#ports));
  }

  async #follow(source: ImageLocation, first: readonly string[]): Promise<readonly FoundReferrers[]> {
    const found: FoundReferrers[] = [];
    const seen = new Set(first);
    const name = formatImageName({ ...source, digest: first[0] });
    let count = { referrers: 0, characters: 0 };
    // Referrers can refer to each other in circles: each is looked at once.
    for (let subjects = first; subjects.length > 0; ) {
      const next = await mapConcurrently(subjects, subjectsAtOnce, async (subject) => {
        const one = await this.#findOf(source, subject);
        count = countReferrers(count, one.listed, name);
        return one;
      });
      found.push(...next);
      const digests = next.flatMap(({ listed, tagged }) => [...listed, ...tagged].map(({ digest }) => digest));
      subjects = [...new Set(digests)].filter((digest) => !seen.has(digest));
      for (const digest of subjects) seen.add(digest);
    }
    return found.filter(({ listed, tagged }) => listed.length + tagged.length > 0);
  }

  async #findOf(source: ImageLocation, subject: string): Promise<FoundReferrers> {
    const [known, api] = await Promise.all([this.#tagsOf(source), this.#askApi(source, subject)]);
    const registry = this.#ports.source(source.host);
    const isWorthAsking = (tag: string): boolean => known === undefined || known.has(tag);
    const tag = fallbackTag(subject);
    const fallback = isWorthAsking(tag) ? await registry.read(source.path, tag) : undefined;
    const name = formatImageName({ ...source, tag });
    // GitLab answers this tag with the subject itself, which is not a list.
    const isList = fallback !== undefined && fallback.digest !== subject;
    const fromTag = isList ? parseReferrers(new TextDecoder().decode(fallback.bytes), name) : [];
    const listed = new Map([...fromTag, ...(api ?? [])].map((one) => [one.digest, one]));
    const heads = await Promise.all(
      cosignTags(subject)
        .filter(isWorthAsking)
        .map(async (own) => ({ tag: own, digest: (await registry.head(source.path, own))?.digest })),
    );
    const tagged = heads.flatMap(({ tag: own, digest }) => (digest === undefined ? [] : [{ tag: own, digest }]));
    return { subject, listed: [...listed.values()], tagged };
  }

  #tagsOf(source: ImageLocation): Promise<ReadonlySet<string> | undefined> {
    const key = formatImageName(source);
    const found = this.#tags.get(key) ?? listReferrerTags(source, this.#ports);
    this.#tags.set(key, found);
    return found;
  }

  async #askApi(source: ImageLocation, digest: string): Promise<readonly Referrer[] | undefined> {
    const key = formatImageName(source);
    if (this.#hasApi.get(key) === false) return undefined;
    const found = await this.#ports.source(source.host).referrers(source.path, digest);
    // A repository that listed referrers has the API, even when it answers 404 about a manifest that it lacks.
    if (found !== undefined) this.#hasApi.set(key, true);
    else if (!this.#hasApi.has(key)) this.#hasApi.set(key, false);
    return found;
  }
}

/** Undefined where a registry lists no tags: each has to be asked for then. */
async function listReferrerTags(
  { host, path }: ImageLocation,
  ports: SyncPorts,
): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set((await ports.source(host).listTags(path)).filter(isReferrerTag));
  } catch (error) {
    if (error instanceof SyncFailure && leavesUnknown.includes(error.kind)) return undefined;
    throw error;
  }
}

/** The digest itself and, for an index, those of its manifests: each may be signed by itself. */
async function platformsOf(source: ImageLocation, digest: string, ports: SyncPorts): Promise<readonly string[]> {
  const manifest = await ports.source(source.host).read(source.path, digest);
  if (manifest === undefined) return [digest];
  const name = formatImageName({ ...source, digest });
  const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, name);
  return content.kind === 'image' ? [digest] : [digest, ...content.manifests.map((one) => one.digest)];
}
