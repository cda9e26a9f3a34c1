import { TaskError } from '../../core/errors.ts';
import { completeShortName, formatImageName, parseImageReference } from '../image-location.ts';
import type { Descriptor } from '../manifest.ts';
import type { Manifest } from '../registry.ts';
import type { LayerFacts } from './archive-files.ts';

/** Content of an archive. */
export interface StoredBlob extends Descriptor {
  /** Name of the member that has it. */
  readonly member: string;
}

export interface StoredLayer extends StoredBlob {
  readonly compression: LayerFacts['compression'];
}

/** An image of an archive, whose parts are all there and have the right digests. */
export interface ArchivedImage {
  /** As the archive has them; none for an image without a name. */
  readonly names: readonly string[];
  /** The name with digest that the image had where it was read, if the archive says so. */
  readonly source: string | undefined;
  readonly platform: string;
  readonly config: StoredBlob;
  /** Lowest first. Without a manifest, `digest` is that of the member. */
  readonly layers: readonly StoredLayer[];
  /** As it was in the registry; undefined in archives of the old form, which do not have it. */
  readonly manifest: Manifest | undefined;
}

/**
 * The image that a text names: one of its names, the name it had where it was read, `@<number>` counted from 0, or the
 * digest of its manifest or configuration. Short names are completed on both sides.
 * @throws TaskError `invalid-param` when there is none, or several
 */
export function findArchivedImage(images: readonly ArchivedImage[], wanted: string): ArchivedImage {
  const number = /^@(\d{1,6})$/.exec(wanted)?.[1];
  const found =
    number === undefined
      ? images.filter((image) => isNamed(image, wanted))
      : images.slice(Number(number), Number(number) + 1);
  const [image] = found;
  if (image !== undefined && found.length === 1) return image;
  const present = images.flatMap(({ names, config }) => (names.length > 0 ? names : [config.digest]));
  const problem = found.length > 1 ? 'several images are called that' : 'there is none';
  throw new TaskError('invalid-param', `looking for ${wanted} in the archive: ${problem}`, {
    remedy: `Name one of these: ${present.join(', ')}.`,
  });
}

function isNamed({ names, source, manifest, config }: ArchivedImage, wanted: string): boolean {
  if (manifest?.digest === wanted || config.digest === wanted) return true;
  const whole = wholeName(wanted);
  return [...names, ...(source === undefined ? [] : [source])].some((name) => wholeName(name) === whole);
}

function wholeName(name: string): string {
  const reference = parseImageReference(name);
  return reference === undefined ? name : formatImageName(completeShortName(reference));
}
