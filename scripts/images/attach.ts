import { sha256Of } from '../../src/adapters/files/digest.ts';
import type { JsonObject } from '../../src/domain/core/json-object.ts';
import {
  extendReferrers,
  fallbackTag,
  formatReferrers,
  parseReferrers,
  type Referrer,
} from '../../src/domain/oci/referrers.ts';
import type { Registry } from '../../src/domain/oci/registry.ts';

export interface Subject {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface Attachment {
  /** Of the content, as in `application/vnd.cyclonedx+json`. */
  readonly mediaType: string;
  readonly content: string;
  /** File name that clients may give it. */
  readonly title: string;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const emptyType = 'application/vnd.oci.empty.v1+json';

/**
 * Puts a file beside an image of a repository, as what refers to it (OCI image specification 1.1, "subject"). A registry
 * that has no API for referrers gets the tag that lists them, with what it listed before. Returns the digest of the
 * manifest that refers.
 */
export async function attach(
  registry: Registry,
  { path, subject }: { path: string; subject: Subject },
  { mediaType, content, title }: Attachment,
): Promise<string> {
  const [empty, file] = [await putBlob(registry, path, '{}'), await putBlob(registry, path, content)];
  const layer = { mediaType, ...file, annotations: { 'org.opencontainers.image.title': title } };
  const bytes = toBytes({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: mediaType,
    config: { mediaType: emptyType, ...empty },
    layers: [layer],
    subject: { ...subject },
  });
  const digest = sha256Of(bytes);
  await registry.tag(path, digest, { digest, mediaType: manifestType, bytes });
  const descriptor = { mediaType: manifestType, digest, size: bytes.length, artifactType: mediaType };
  if ((await registry.referrers(path, subject.digest)) === undefined)
    await listUnderTag(registry, { path, subject }, { digest, descriptor });
  return digest;
}

async function putBlob(registry: Registry, path: string, text: string): Promise<{ digest: string; size: number }> {
  const bytes = Buffer.from(text);
  const blob = { digest: sha256Of(bytes), size: bytes.length };
  if (!(await registry.hasBlob(path, blob.digest))) await registry.writeBlob(path, { ...blob }, piecesOf(bytes));
  return blob;
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function listUnderTag(
  registry: Registry,
  { path, subject }: { path: string; subject: Subject },
  referrer: Referrer,
): Promise<void> {
  const tag = fallbackTag(subject.digest);
  const index = await registry.read(path, tag);
  const present = index === undefined ? [] : parseReferrers(Buffer.from(index.bytes).toString(), `${path}:${tag}`);
  const all = extendReferrers(present, [referrer]);
  if (all === undefined) return;
  const { mediaType, text } = formatReferrers(all);
  const bytes = Buffer.from(text);
  await registry.tag(path, tag, { digest: sha256Of(bytes), mediaType, bytes });
}

function toBytes(value: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(value));
}
