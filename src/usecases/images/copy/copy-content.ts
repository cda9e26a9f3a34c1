import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { parseManifest } from '../../../domain/oci/manifest.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import type { SyncPorts } from './ports.ts';

/** A manifest to copy from one repository to another. */
export interface ContentMove {
  readonly source: ImageLocation;
  readonly destination: ImageLocation;
  readonly digest: string;
}

const deepestNesting = 3;

/**
 * Copies what a manifest needs, all but the manifest itself, byte by byte and unchanged. It is for artifacts that are
 * not images, such as signatures: copying programs look into configurations, and refuse or change those that they do
 * not know.
 * @returns the manifest, to be put under its tag or digest
 * @throws SyncFailure
 */
export async function copyContent(move: ContentMove, ports: SyncPorts, depth = 0): Promise<Manifest> {
  const { source, destination, digest } = move;
  const name = formatImageName({ ...source, digest });
  const [from, to] = [ports.source(source.host), ports.destination(destination.host)];
  const manifest = await from.read(source.path, digest);
  if (manifest === undefined) throw new SyncFailure('not-found', `reading ${name}: the registry does not have it`);
  const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, name);
  if (content.kind === 'index') {
    if (depth >= deepestNesting) throw new SyncFailure('unsupported', `reading ${name}: it is nested too deeply`);
    for (const child of content.manifests) {
      const below = await copyContent({ ...move, digest: child.digest }, ports, depth + 1);
      await to.tag(destination.path, child.digest, below);
    }
    return manifest;
  }
  for (const blob of new Map(content.blobs.map((one) => [one.digest, one])).values()) {
    if (await to.hasBlob(destination.path, blob.digest)) continue;
    await to.writeBlob(destination.path, blob, from.readBlob(source.path, blob));
  }
  return manifest;
}
