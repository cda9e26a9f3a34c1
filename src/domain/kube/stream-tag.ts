import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import type { Resource } from './resource.ts';

/** What the spec and the status of an ImageStream say of one of its tags. */
export type StreamTagState =
  | { readonly kind: 'absent' }
  /** The cluster is importing the image; the API shows the tag only afterwards. */
  | { readonly kind: 'pending' }
  /** The import failed; the message is the server's. */
  | { readonly kind: 'failed'; readonly why: string }
  /** There is nothing to wait for. */
  | { readonly kind: 'settled' };

// Strict, since it becomes part of a path.
const imageGroup = /^image\.openshift\.io\/v[a-z0-9]+$/;

/** The stream and the tag of an ImageStreamTag's name, `stream:tag`. */
export function splitTagName(name: string): { readonly stream: string; readonly tag: string } {
  const colon = name.indexOf(':');
  return colon < 0 ? { stream: name, tag: '' } : { stream: name.slice(0, colon), tag: name.slice(colon + 1) };
}

export function isStreamTag({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean {
  return kind === 'ImageStreamTag' && imageGroup.test(apiVersion);
}

export function isStream({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean {
  return kind === 'ImageStream' && imageGroup.test(apiVersion);
}

/**
 * The state of a tag. A spec tag `from` a DockerImage is imported unless it is a reference; an import that ended, either
 * way, has an item or a condition with the generation of the spec tag.
 */
export function stateOfTag(stream: unknown, name: string): StreamTagState {
  const wanted = specTag(stream, name);
  const history = arrayAt(stream, 'status', 'tags').find((entry) => stringAt(entry, 'tag') === name);
  if (wanted === undefined) return { kind: arrayAt(history, 'items').length > 0 ? 'settled' : 'absent' };
  if (stringAt(wanted, 'from', 'kind') !== 'DockerImage' || wanted['reference'] === true) return { kind: 'settled' };
  const generation = numberOf(wanted['generation']);
  const isOf = (entry: unknown): boolean => numberOf(valueAt(entry, 'generation')) >= generation;
  const failure = arrayAt(history, 'conditions').find(
    (entry) => stringAt(entry, 'type') === 'ImportSuccess' && stringAt(entry, 'status') === 'False' && isOf(entry),
  );
  if (failure !== undefined) return { kind: 'failed', why: messageOf(failure) };
  const [newest] = arrayAt(history, 'items');
  return { kind: newest !== undefined && isOf(newest) ? 'settled' : 'pending' };
}

/** A tag of a stream's spec as the API would show it, with the UID of the stream, without image and version. */
export function viewOfTag(stream: Resource, name: string): Resource | undefined {
  const tag = specTag(stream, name);
  if (tag === undefined) return undefined;
  const annotations = tag['annotations'];
  const { namespace, uid, labels } = stream.metadata;
  return {
    apiVersion: stream.apiVersion,
    kind: 'ImageStreamTag',
    metadata: {
      name: `${stream.metadata.name}:${name}`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(labels === undefined ? {} : { labels }),
      ...(isObject(annotations) ? { annotations } : {}),
    },
    tag,
    lookupPolicy: valueAt(stream, 'spec', 'lookupPolicy') ?? { local: false },
  };
}

/** Tags that hold images though the spec of their stream does not name them: they were pushed. */
export function pushedTags(stream: Resource): readonly string[] {
  return arrayAt(stream, 'status', 'tags')
    .filter((history) => arrayAt(history, 'items').length > 0)
    .flatMap((history) => stringAt(history, 'tag') ?? [])
    .filter((name) => specTag(stream, name) === undefined);
}

/** The stream without these tags in its spec. */
export function withoutSpecTags(stream: Resource, names: ReadonlySet<string>): Resource {
  const spec = stream['spec'];
  if (!isObject(spec)) return stream;
  const kept = arrayAt(spec, 'tags').filter((tag) => !names.has(stringAt(tag, 'name') ?? ''));
  const rest = Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'tags'));
  return { ...stream, spec: kept.length === 0 ? rest : { ...rest, tags: kept } };
}

function specTag(stream: unknown, name: string): JsonObject | undefined {
  return arrayAt(stream, 'spec', 'tags').find((tag): tag is JsonObject => isObject(tag) && tag['name'] === name);
}

function messageOf(condition: unknown): string {
  return stringAt(condition, 'message') ?? stringAt(condition, 'reason') ?? 'the server gives no reason';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
