import { createHash } from 'node:crypto';

import type { Fault, PassingRequest } from './fault-proxy.ts';
import type { BuiltImage } from './oci-images.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

/** A manifest that is no image: one layer of any kind, an empty configuration, and mostly a subject. */
export function buildArtifact(type: string, content: Buffer, subject?: BuiltImage): BuiltImage {
  const [empty, layer] = [blobOf(Buffer.from('{}')), blobOf(content)];
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: type,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: empty.digest, size: 2 },
    layers: [{ mediaType: type, digest: layer.digest, size: content.length }],
    ...(subject && { subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length } }),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { ...blobOf(bytes), mediaType: manifestType, blobs: [empty, layer], children: [] };
}

/** The index that lists artifacts under a fallback tag, as clients write it. */
export function buildFallback(artifacts: readonly BuiltImage[]): BuiltImage {
  const manifests = artifacts.map(descriptorOf);
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
  return { ...blobOf(bytes), mediaType: indexType, blobs: [], children: artifacts };
}

/** Gives a registry the referrers API: it lists what was pushed through it, and what is there from the beginning. */
export function serveReferrers(
  subjects: ReadonlyMap<string, readonly BuiltImage[]>,
  present: readonly BuiltImage[] = [],
): (request: PassingRequest) => Fault | undefined {
  const held = new Set(present.map(({ digest }) => digest));
  return ({ method, path }) => {
    const [, pushed] = /\/manifests\/(sha256:[0-9a-f]+)$/.exec(path) ?? [];
    if (method === 'PUT' && pushed !== undefined) held.add(pushed);
    const [, subject] = /\/referrers\/(sha256:[0-9a-f]+)/.exec(path) ?? [];
    if (subject === undefined) return undefined;
    const manifests = (subjects.get(subject) ?? []).filter(({ digest }) => held.has(digest)).map(descriptorOf);
    const body = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
    return { kind: 'answer', status: 200, headers: { 'content-type': indexType }, body };
  };
}

function descriptorOf({ mediaType, digest, bytes }: BuiltImage) {
  return { mediaType, digest, size: bytes.length, annotations: { made: 'by a test' } };
}

function blobOf(bytes: Buffer) {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}
