import { parseImageReference, type ImageReference } from '../images/image-reference.ts';
import type { ImageStore } from '../images/store.ts';
import { eventOfDigest } from '../images/tag-events.ts';
import type { ImageStream } from '../images/types.ts';
import type { RegistryHosts } from '../images/write-stream.ts';

/** Where content may be that a stream's own repository does not hold: another repository here, or another registry. */
export type Place =
  | { readonly kind: 'local'; readonly repository: string }
  | { readonly kind: 'external'; readonly reference: ImageReference };

/** Looks for content of streams by what their tags and images refer to. */
export interface ContentPlaces {
  /** Places of one manifest; none when the stream does not know the digest, be it as an image or as an entry of an index. */
  ofManifest(stream: ImageStream, digest: string): Place[];
  /** Places of any blob of the stream's images, the newest first. */
  ofBlobs(stream: ImageStream): Place[];
}

/** Places from the references in tag events (aliases, imports) and image objects (first push). */
export function createContentPlaces(store: ImageStore, hosts: RegistryHosts): ContentPlaces {
  const placesOf = (digest: string, reference: string | undefined): Place[] =>
    [reference, store.image(digest)?.dockerImageReference].flatMap((text) => toPlace(text, hosts));
  return {
    ofManifest: (stream, digest) => {
      const event = eventOfDigest(stream, digest);
      if (event !== undefined) return placesOf(digest, event.dockerImageReference);
      const parents = digestsOf(stream).filter(
        (parent) => store.image(parent)?.dockerImageManifests?.some((entry) => entry.digest === digest) === true,
      );
      return parents.flatMap((parent) => placesOf(parent, eventOfDigest(stream, parent)?.dockerImageReference));
    },
    ofBlobs: (stream) => {
      const places = digestsOf(stream).flatMap((digest) =>
        placesOf(digest, eventOfDigest(stream, digest)?.dockerImageReference),
      );
      return [...new Map(places.map((place) => [keyOf(place), place])).values()];
    },
  };
}

function digestsOf(stream: ImageStream): string[] {
  const events = (stream.status.tags ?? []).flatMap(({ items }) => items ?? []).filter(({ image }) => image !== '');
  const sorted = [...events].sort((left, right) => (left.created > right.created ? -1 : 1));
  return [...new Set(sorted.map(({ image }) => image))];
}

function toPlace(text: string | undefined, hosts: RegistryHosts): Place[] {
  const reference = text === undefined ? undefined : parseImageReference(text);
  if (reference === undefined) return [];
  const isOwn = reference.registry === hosts.internalHost || reference.registry === hosts.publicHost;
  return [isOwn ? { kind: 'local', repository: reference.repository } : { kind: 'external', reference }];
}

function keyOf(place: Place): string {
  return place.kind === 'local' ? place.repository : `${place.reference.registry}/${place.reference.repository}`;
}
