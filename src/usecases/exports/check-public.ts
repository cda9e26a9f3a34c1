import { SyncFailure } from '../../domain/oci/failure.ts';
import type { ImageLocation } from '../../domain/oci/image-location.ts';
import { parseManifest } from '../../domain/oci/manifest.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import type { PublicCheck } from '../../domain/exports/public-check.ts';

/** One registry, seen by everyone and by this account. */
export interface PublicCheckPorts {
  /** Without any login, also that of a cluster. */
  readonly anonymous: Registry;
  readonly own: Registry;
}

/** Tags that are asked for without a login where the list of tags needs one. */
const mostTags = 3;

/**
 * Finds out whether anyone can pull from a repository, by requests without a login. No list of registries is used. A
 * repository that does not exist counts as public: on many registries, among them Docker Hub, a push creates it so. Only a
 * registry without a token server that refuses requests without a login has no public repositories.
 * @throws SyncFailure when the registry cannot be reached, or refuses the account too
 */
export async function checkPublic(path: string, { anonymous, own }: PublicCheckPorts): Promise<PublicCheck> {
  const seen = await listFrom(anonymous, path);
  if (Array.isArray(seen)) return { isPublic: true, why: 'read-without-login' };
  if (seen === 'refused' && (await anonymous.loginScheme()) === 'basic')
    return { isPublic: false, why: 'login-needed' };
  const tags = await listFrom(own, path);
  if (tags === 'absent') return { isPublic: true, why: 'repository-absent' };
  if (tags === 'refused') return { isPublic: true, why: 'unknown' };
  for (const tag of tags.slice(0, mostTags)) {
    if (await canSee(anonymous, path, tag)) return { isPublic: true, why: 'read-without-login' };
  }
  return { isPublic: false, why: 'login-needed' };
}

/**
 * Tries to pull an image without a login: its manifest and its configuration.
 * @returns undefined when the registry did not answer, so that it is unknown
 */
export async function canAnyonePull(
  { path, digest }: Pick<ImageLocation, 'path'> & { readonly digest: string },
  anonymous: Registry,
): Promise<boolean | undefined> {
  try {
    const manifest = await anonymous.read(path, digest);
    if (manifest === undefined) return false;
    const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, `${path}@${digest}`);
    const [config] = content.kind === 'image' ? content.blobs : [];
    return config === undefined || (await anonymous.hasBlob(path, config.digest));
  } catch (error) {
    if (isRefusal(error)) return false;
    if (error instanceof SyncFailure && error.kind !== 'interrupted') return undefined;
    throw error;
  }
}

async function listFrom(registry: Registry, path: string): Promise<readonly string[] | 'absent' | 'refused'> {
  try {
    return await registry.listTags(path);
  } catch (error) {
    if (error instanceof SyncFailure && error.kind === 'not-found') return 'absent';
    if (isRefusal(error)) return 'refused';
    throw error;
  }
}

async function canSee(registry: Registry, path: string, reference: string): Promise<boolean> {
  try {
    return (await registry.head(path, reference)) !== undefined;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof SyncFailure && (error.kind === 'unauthorized' || error.kind === 'denied');
}
