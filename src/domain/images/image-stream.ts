import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/** What an exported ImageStream says of its tags; missing or malformed parts are empty, never an error. */
export interface ImageStream {
  readonly namespace: string;
  readonly name: string;
  /** Whether short image names of this namespace resolve to this stream (`spec.lookupPolicy.local`). */
  readonly localLookup: boolean;
  /** Whether the server has written a status with tags. */
  readonly hasStatus: boolean;
  /** Tags of spec and status, sorted by name. */
  readonly tags: readonly StreamTag[];
}

export interface StreamTag {
  readonly name: string;
  /** Where the spec says the tag comes from; undefined for a tag that only a push or a build made. */
  readonly from: TagOrigin | undefined;
  /** Spec says that the tag only points, and nothing is imported. */
  readonly isReference: boolean;
  /** Local: workloads pull the imported image through the internal registry. */
  readonly referencePolicy: 'Source' | 'Local';
  /** What the tag meant, newest first. */
  readonly items: readonly StreamItem[];
  /** Why the last import did not work; undefined when it did, or there was none. */
  readonly importFailure: string | undefined;
}

export interface TagOrigin {
  /** `DockerImage`, `ImageStreamTag` or `ImageStreamImage`. */
  readonly kind: string;
  readonly name: string;
  /** Namespace of the stream that it names; the own one when the spec says none. */
  readonly namespace: string;
}

export interface StreamItem {
  /** Digest, as the server wrote it. */
  readonly digest: string;
  /** `dockerImageReference`: the name under which the image was pushed or imported. */
  readonly reference: string;
}

/** Reads an ImageStream (image.openshift.io/v1, API reference "ImageStream"). */
export function readImageStream(resource: Resource): ImageStream {
  const namespace = resource.metadata.namespace ?? '';
  const spec = byName(arrayAt(resource, 'spec', 'tags'), 'name');
  const status = byName(arrayAt(resource, 'status', 'tags'), 'tag');
  const names = [...new Set([...spec.keys(), ...status.keys()])].sort();
  return {
    namespace,
    name: resource.metadata.name,
    localLookup: valueAt(resource, 'spec', 'lookupPolicy', 'local') === true,
    hasStatus: status.size > 0,
    tags: names.map((name) => readTag({ name, namespace, spec: spec.get(name), status: status.get(name) })),
  };
}

function byName(tags: readonly unknown[], field: string): ReadonlyMap<string, unknown> {
  return new Map(
    tags.flatMap((tag) => {
      const name = stringAt(tag, field);
      return name === undefined ? [] : [[name, tag]];
    }),
  );
}

interface TagParts {
  readonly name: string;
  readonly namespace: string;
  readonly spec: unknown;
  readonly status: unknown;
}

function readTag({ name, namespace, spec, status }: TagParts): StreamTag {
  return {
    name,
    from: readOrigin(valueAt(spec, 'from'), namespace),
    isReference: valueAt(spec, 'reference') === true,
    referencePolicy: stringAt(spec, 'referencePolicy', 'type') === 'Local' ? 'Local' : 'Source',
    items: arrayAt(status, 'items').map((item) => ({
      digest: stringAt(item, 'image') ?? '',
      reference: stringAt(item, 'dockerImageReference') ?? '',
    })),
    importFailure: readImportFailure(status),
  };
}

/**
 * Reads an ObjectReference to an image; undefined when it names none. Names of streams come as `stream:tag`,
 * `stream@digest`, or in the short form `tag` for the stream itself.
 */
export function readOrigin(from: unknown, ownNamespace: string): TagOrigin | undefined {
  const kind = stringAt(from, 'kind');
  const name = stringAt(from, 'name');
  if (kind === undefined || name === undefined) return undefined;
  const namespace = stringAt(from, 'namespace') ?? '';
  return { kind, name, namespace: namespace === '' ? ownNamespace : namespace };
}

function readImportFailure(status: unknown): string | undefined {
  const failed = arrayAt(status, 'conditions').find(
    (condition) => stringAt(condition, 'type') === 'ImportSuccess' && stringAt(condition, 'status') === 'False',
  );
  if (failed === undefined) return undefined;
  return stringAt(failed, 'message') ?? stringAt(failed, 'reason') ?? 'no reason given';
}
