import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import { SyncFailure } from '../failure.ts';
import { platformText, readDescriptor, type TypedDescriptor } from './image-manifest.ts';

/** What nodes usually are. */
export const usualPlatform = 'linux/amd64';

/** An entry of an index. */
export interface PlatformEntry extends TypedDescriptor {
  /** `os/architecture[/variant]`; undefined for an entry that is not an image, such as an attestation. */
  readonly platform: string | undefined;
}

/**
 * Reads the entries of an index or manifest list.
 * @throws SyncFailure `wrong-content`
 */
export function readPlatforms(index: unknown, name: string): readonly PlatformEntry[] {
  return arrayAt(index, 'manifests').map((entry) => ({
    ...readDescriptor(entry, name),
    platform: platformOf(valueAt(entry, 'platform')),
  }));
}

/**
 * The entry for a platform. A variant that is not asked for does not count: `linux/arm64` finds `linux/arm64/v8`.
 * @throws SyncFailure `unsupported`, with the platforms that there are
 */
export function choosePlatform<T extends Pick<PlatformEntry, 'platform'>>(
  entries: readonly T[],
  wanted: string,
  name: string,
): T {
  const found =
    entries.find(({ platform }) => platform === wanted) ??
    entries.find(({ platform }) => platform?.startsWith(`${wanted}/`));
  if (found !== undefined) return found;
  const present = entries.flatMap(({ platform }) => platform ?? []).join(', ');
  throw new SyncFailure('unsupported', `reading ${name}: it has no image for ${wanted}, only for ${present || 'none'}`);
}

/** The text of a platform; undefined for none, and for the unknown/unknown that builders give to entries that are not images. */
export function platformOf(platform: unknown): string | undefined {
  const [os, architecture] = [stringAt(platform, 'os'), stringAt(platform, 'architecture')];
  if (os === undefined || architecture === undefined || os === 'unknown') return undefined;
  return platformText({ os, architecture, variant: stringAt(platform, 'variant') });
}
