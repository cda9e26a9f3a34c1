import { isObject, ownValue, type JsonObject, type Path } from '../core/json-object.ts';
import {
  completeShortName,
  formatImageName,
  parseImageReference,
  pulledPart,
  type ImageLocation,
  type ImageReference,
} from '../oci/image-location.ts';
import type { ValueEdit } from './value-edit.ts';

/** An image with its new place. */
export interface MovedImage {
  /** As manifests name it at the source. */
  readonly from: ImageReference;
  /** With a tag or a digest. */
  readonly to: ImageLocation;
}

/** Values that name a moved image, with the edits that name its new place. */
export interface ImageValue {
  readonly path: Path;
  readonly from: string;
  readonly to: string;
  readonly edits: readonly ValueEdit[];
}

/**
 * Finds the values that name moved images: strings that are a whole image name, and maps with `repository` beside
 * `registry`, `tag` and `digest`, as most charts have them.
 * @param values the values of the release over the defaults of the chart
 */
export function findImageValues(values: JsonObject, images: readonly MovedImage[]): readonly ImageValue[] {
  const moved = new Map(images.map((image) => [nameOf(image.from), image.to]));
  return findBelow(values, [], moved);
}

/** The one name of an image, however it is written: `nginx` is `docker.io/library/nginx:latest`. */
export function nameOf(image: ImageReference): string {
  const { host, ...rest } = completeShortName(image);
  return formatImageName({ host, ...pulledPart(rest) });
}

type Moved = ReadonlyMap<string, ImageLocation>;

function findBelow(value: unknown, path: Path, moved: Moved): readonly ImageValue[] {
  if (typeof value === 'string') return findInText(value, path, moved);
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => findBelow(item, [...path, index], moved));
  if (!isObject(value)) return [];
  const composed = findInMap(value, path, moved);
  if (composed !== undefined) return [composed];
  return Object.entries(value).flatMap(([key, member]) => findBelow(member, [...path, key], moved));
}

function findInText(text: string, path: Path, moved: Moved): readonly ImageValue[] {
  const image = parseImageReference(text);
  const to = image && moved.get(nameOf(image));
  if (to === undefined) return [];
  return [{ path, from: text, to: formatImageName(to), edits: [{ path, value: formatImageName(to) }] }];
}

function findInMap(map: JsonObject, path: Path, moved: Moved): ImageValue | undefined {
  const image = composeImage(map);
  if (image === undefined) return undefined;
  const to = moved.get(nameOf(image));
  if (to === undefined) return undefined;
  const { host, path: repository, tag, digest } = to;
  const hasRegistry = textOf(map, 'registry') !== undefined;
  const wanted: readonly (readonly [string, string | undefined])[] = [
    ['registry', hasRegistry ? host : undefined],
    ['repository', hasRegistry ? repository : `${host}/${repository}`],
    ['tag', tag === textOf(map, 'tag') ? undefined : tag],
    ['digest', textOf(map, 'digest') === undefined ? undefined : digest],
  ];
  const edits = wanted.flatMap(([key, value]) => (value === undefined ? [] : [{ path: [...path, key], value }]));
  return { path, from: formatImageName(image), to: formatImageName(to), edits };
}

function composeImage(map: JsonObject): ImageReference | undefined {
  const [repository, registry] = [textOf(map, 'repository'), textOf(map, 'registry')];
  if (repository === undefined) return undefined;
  const image = parseImageReference(registry === undefined ? repository : `${registry}/${repository}`);
  if (image === undefined) return undefined;
  return { ...image, tag: image.tag ?? textOf(map, 'tag'), digest: image.digest ?? textOf(map, 'digest') };
}

/** A number in place of a tag means its text: charts write it without quotes. */
function textOf(map: JsonObject, key: string): string | undefined {
  const value = ownValue(map, key);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
