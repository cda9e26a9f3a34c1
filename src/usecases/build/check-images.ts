import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import { isTransient, SyncFailure } from '../../domain/oci/failure.ts';
import { formatImageName, type ImageLocation } from '../../domain/oci/image-location.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { readSourceImage, type SourceImage } from '../images/archive/read-source-image.ts';

/** A repository of a registry, opened with a login. */
export interface OpenedRepository {
  readonly registry: Registry;
  /** Where the login is from, for messages: `the login for registry.example.com/shop`, or `no login`. */
  readonly loginSource: string;
}

/** An image to check, and what it is for: `run image`. */
export interface ImageToCheck {
  readonly use: string;
  readonly location: ImageLocation;
  readonly repository: OpenedRepository;
}

export interface CheckPorts {
  readonly pause: Sleep;
  readonly log: Log;
  /** `os/architecture` of the node. */
  readonly platform: string;
}

export type CheckedItem = Item<'registry' | 'build'>;

/** An image that was read with all of its layers. */
export interface ReadImage {
  readonly item: CheckedItem;
  /** Undefined when the check failed. */
  readonly image: SourceImage | undefined;
}

const secondTryAfter = 2000;
/** Digest of no content. A registry that accepts an upload for it accepts one for any blob. */
const emptyBlob = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Checks that an image can be read with all of its layers. A mirror that serves a part of it gets one more try. */
export async function checkReadable(check: ImageToCheck, ports: CheckPorts): Promise<ReadImage> {
  const { location } = check;
  try {
    const image = await readWhole(check, ports).catch(async (error: unknown) => {
      if (!(error instanceof SyncFailure) || !isTransient(error.kind)) throw error;
      ports.log.warn(`${describe(check)}: ${error.message}; asking once more`);
      await ports.pause(secondTryAfter);
      return readWhole(check, ports);
    });
    const evidence = { digest: image.source.digest };
    return { image, item: { id: idOf(check), outcome: 'done', reason: 'image-readable', evidence } };
  } catch (error) {
    return { image: undefined, item: failedItem(check, error, formatImageName(location)) };
  }
}

/** Checks that the account can push to the repository of an image: an upload is begun and cancelled. */
export async function checkWritable(check: ImageToCheck): Promise<CheckedItem> {
  const { location, repository } = check;
  try {
    await repository.registry.mount(location.path, { digest: emptyBlob, path: location.path });
    return { id: idOf(check), outcome: 'done', reason: 'image-writable' };
  } catch (error) {
    return failedItem(check, error, formatImageName(location));
  }
}

async function readWhole({ location, repository }: ImageToCheck, { platform }: CheckPorts): Promise<SourceImage> {
  const { registry } = repository;
  const name = formatImageName(location);
  const digest = location.digest ?? (await registry.head(location.path, location.tag ?? 'latest'))?.digest;
  if (digest === undefined) throw new SyncFailure('not-found', `reading ${name}: 404, the registry does not have it`);
  const image = await readSourceImage({ ...location, digest }, platform, registry);
  const blobs = await Promise.all(image.layers.map((blob) => registry.hasBlob(location.path, blob.digest)));
  const missing = image.layers.find((_, index) => blobs[index] === false);
  if (missing === undefined) return image;
  throw new SyncFailure('blob-missing', `reading ${name}: 404, the registry does not have its layer ${missing.digest}`);
}

function failedItem(check: ImageToCheck, error: unknown, name: string): CheckedItem {
  if (!(error instanceof TaskError)) throw error;
  const reason = error instanceof SyncFailure ? error.kind : error.code;
  const { host } = check.location;
  const message = `checking ${check.use} ${name} at ${host} with ${check.repository.loginSource}: ${messageOf(error)}`;
  return { id: idOf(check), outcome: 'failed', reason, message };
}

function describe({ use, location }: ImageToCheck): string {
  return `checking ${use} ${formatImageName(location)}`;
}

function idOf({ use, location }: ImageToCheck): string {
  return `${use} ${formatImageName(location)}`;
}
