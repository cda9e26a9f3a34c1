import { readList, readText } from '../clusters/json.ts';
import { kubectl } from '../clusters/kubectl.ts';
import type { Cluster } from '../clusters/sites.ts';

/** Digests that a tag of a stream pointed at, newest first. */
export interface TagDigests {
  readonly stream: string;
  readonly tag: string;
  readonly digests: readonly string[];
}

/** A digest that is looked for in the history of a stream's tag, or, without a tag, of any tag of the stream. */
export interface WantedDigest {
  readonly stream: string;
  readonly tag?: string;
  readonly digest: string;
}

/** Asks a cluster for the tags of all image streams of a namespace. */
export async function readStreams(cluster: Cluster, namespace: string): Promise<TagDigests[]> {
  const text = await kubectl(cluster, [
    'get',
    'imagestreams.image.openshift.io',
    `--namespace=${namespace}`,
    '--output=json',
  ]);
  return parseStreams(JSON.parse(text));
}

/** The tags of a list of ImageStreams (image.openshift.io/v1). Streams and tags without status are left out. */
export function parseStreams(list: unknown): TagDigests[] {
  return readList(list, 'items').flatMap((item) =>
    readList(item, 'status', 'tags').map((history) => ({
      stream: readText(item, 'metadata', 'name') ?? '',
      tag: readText(history, 'tag') ?? '',
      digests: readList(history, 'items').map((event) => readText(event, 'image') ?? ''),
    })),
  );
}

/** Whether the digest is, or was, the tag's. */
export function hasInHistory(streams: readonly TagDigests[], wanted: WantedDigest): boolean {
  return histories(streams, wanted).some(({ digests }) => digests.includes(wanted.digest));
}

/** What the wanted digests lack, in words: with a tag it must point at the digest now, without one the history must know it. */
export function describeMissing(streams: readonly TagDigests[], wanted: readonly WantedDigest[]): string | undefined {
  const missing = wanted.filter((image) =>
    image.tag === undefined ? !hasInHistory(streams, image) : histories(streams, image)[0]?.digests[0] !== image.digest,
  );
  if (missing.length === 0) return undefined;
  return missing
    .map(({ stream, tag, digest }) => `${stream}${tag === undefined ? '' : `:${tag}`} is not at ${digest.slice(0, 19)}`)
    .join(', ');
}

/** Names of streams that have a wanted tag at another digest, each once. */
export function streamsWithOtherDigests(streams: readonly TagDigests[], wanted: readonly WantedDigest[]): string[] {
  const names = wanted
    .filter((image) => image.tag !== undefined)
    .filter((image) => histories(streams, image).some(({ digests }) => digests[0] !== image.digest))
    .map(({ stream }) => stream);
  return [...new Set(names)];
}

function histories(streams: readonly TagDigests[], { stream, tag }: WantedDigest): TagDigests[] {
  return streams.filter((history) => history.stream === stream && (tag === undefined || history.tag === tag));
}
