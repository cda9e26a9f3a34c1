import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { deepestNesting, mostManifests, parseManifest, readSubject } from '../../../domain/oci/manifest.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import { pushBlob } from '../push-blob.ts';
import type { SyncPorts } from './ports.ts';

/** A manifest to copy from one repository to another. */
export interface ContentMove {
  readonly source: ImageLocation;
  readonly destination: ImageLocation;
  readonly digest: string;
  /** Digest of the manifest that it must refer to; undefined for any or none. */
  readonly subject?: string;
  /** False: all blobs are uploaded, since the registry lacks one that it says to have. */
  readonly believes?: boolean;
}

/**
 * Copies what a manifest needs, all but the manifest itself, byte by byte and unchanged. It is for artifacts that are
 * not images, such as signatures, and for indexes within indexes: copying programs look into configurations, and refuse
 * or change those that they do not know.
 * @returns the manifest, to be put under its tag or digest
 * @throws SyncFailure
 */
export async function copyContent(move: ContentMove, ports: SyncPorts): Promise<Manifest> {
  return copyBelow(move, { ports, put: new Set() }, 0);
}

interface Progress {
  readonly ports: SyncPorts;
  /** Digests of manifests that were put already. */
  readonly put: Set<string>;
}

async function copyBelow(move: ContentMove, progress: Progress, depth: number): Promise<Manifest> {
  const { source, destination, digest, subject, believes = true } = move;
  const { ports, put } = progress;
  const name = formatImageName({ ...source, digest });
  const [from, to] = [ports.source(source.host), ports.destination(destination.host)];
  const manifest = await from.read(source.path, digest);
  if (manifest === undefined) throw new SyncFailure('not-found', `reading ${name}: the registry does not have it`);
  const text = new TextDecoder().decode(manifest.bytes);
  const content = parseManifest(text, manifest.mediaType, name);
  if (subject !== undefined && readSubject(text) !== subject) {
    throw new SyncFailure('wrong-content', `reading ${name}: it is listed for ${subject}, and does not refer to it`);
  }
  if (content.kind === 'index') {
    if (depth >= deepestNesting) throw new SyncFailure('unsupported', `reading ${name}: it is nested too deeply`);
    for (const { digest: child } of content.manifests) {
      if (put.has(child)) continue;
      if (put.size >= mostManifests) {
        throw new SyncFailure('unsupported', `reading ${name}: more than ${String(mostManifests)} manifests`);
      }
      const below = await copyBelow({ source, destination, digest: child, believes }, progress, depth + 1);
      await to.tag(destination.path, child, below);
      put.add(child);
    }
    return manifest;
  }
  for (const blob of new Map(content.blobs.map((one) => [one.digest, one])).values()) {
    const read = (): AsyncIterable<Uint8Array> => from.readBlob(source.path, blob);
    await pushBlob({ ...blob, read }, { registry: to, path: destination.path, believes }, ports);
  }
  return manifest;
}
