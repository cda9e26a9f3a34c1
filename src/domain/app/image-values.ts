import { isObject, ownValue, stringAt, type JsonObject, type Path } from '../core/json-object.ts';
import {
  completeShortName,
  formatImageName,
  isDigest,
  parseImageReference,
  pulledPart,
  type ImageLocation,
  type ImageReference,
} from '../oci/image-location.ts';
import { groupRepositories, repositoryOf, type MovedRepository } from './moved-repositories.ts';
import type { ValueEdit } from './value-edit.ts';

/** An image with its new place. */
export interface MovedImage {
  /** As manifests name it at the source. */
  readonly from: ImageReference;
  /** With a tag or a digest. */
  readonly to: ImageLocation;
}

/** Values that name moved images, with the edits that name their new place. */
export interface ImageValue {
  /** New names of the images. */
  readonly to: readonly string[];
  readonly edits: readonly ValueEdit[];
}

/**
 * Finds the values that name moved images: strings that are a whole image name, and maps with `repository` beside
 * `registry`, `tag` (with or without a digest), `digest` and `sha`, as most charts have them. A repository without a tag counts too, because a template
 * can take the tag from elsewhere, such as the version of the chart.
 * @param values the values of the release over the defaults of the chart
 */
export function findImageValues(values: JsonObject, images: readonly MovedImage[]): readonly ImageValue[] {
  const moved = {
    exact: new Map(images.map((image) => [nameOf(image.from), image.to])),
    repositories: groupRepositories(images),
    registry: stringAt(values, ...globalRegistry) || undefined,
  };
  return findBelow(values, [], moved);
}

/** The one name of an image, however it is written: `nginx` is `docker.io/library/nginx:latest`. */
export function nameOf(image: ImageReference): string {
  const { host, ...rest } = completeShortName(image);
  return formatImageName({ host, ...pulledPart(rest) });
}

/** The registry that charts of Bitnami and many others use in place of that of each image. */
const globalRegistry = ['global', 'imageRegistry'] as const;

interface Moved {
  readonly exact: ReadonlyMap<string, ImageLocation>;
  readonly repositories: ReadonlyMap<string, MovedRepository>;
  /** Value of `global.imageRegistry`, if it is not empty. */
  readonly registry: string | undefined;
}

function findBelow(value: unknown, path: Path, moved: Moved): readonly ImageValue[] {
  if (typeof value === 'string') return findInText(value, path, moved);
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => findBelow(item, [...path, index], moved));
  if (!isObject(value)) return [];
  const parts = partsOf(value);
  const found = parts && findInMap(parts, { map: value, path }, moved);
  if (found !== undefined) return [found];
  // The repository of an image with another tag does not name an image alone.
  const members = Object.entries(value).filter(([key]) => key !== parts?.key);
  return members.flatMap(([key, member]) => findBelow(member, [...path, key], moved));
}

function findInText(text: string, path: Path, moved: Moved): readonly ImageValue[] {
  const image = parseImageReference(text);
  if (image === undefined || !looksLikeImage(image, path)) return [];
  const repository = image.tag === undefined && image.digest === undefined ? repositoryIn(moved, image) : undefined;
  if (repository?.isKept === true) {
    const { host, path: own, names } = repository;
    return [{ to: names, edits: [{ path, value: `${host}/${own}` }] }];
  }
  const to = moved.exact.get(nameOf(image));
  if (to === undefined) return [];
  const value = formatImageName(to);
  return [{ to: [value], edits: [{ path, value }] }];
}

/** A word such as `redis` is more often a name of something else than a repository. */
function looksLikeImage({ host, tag, digest }: ImageReference, path: Path): boolean {
  return (host ?? tag ?? digest) !== undefined || path.some((key) => /image|repo/i.test(String(key)));
}

/** A map that names an image in parts. */
interface ImageParts {
  /** `repository` in most charts; `image` or `name` beside a registry, a tag or a digest. */
  readonly key: string;
  readonly repository: string;
  readonly registry: string | undefined;
  /** Without its digest. */
  readonly tag: string | undefined;
  /** Digest behind the tag, as in `1.10@sha256:…`. */
  readonly tagDigest: string | undefined;
  readonly digest: string | undefined;
  /** A digest, with or without `sha256:`, as the chart of Grafana has it. */
  readonly sha: string | undefined;
}

function partsOf(map: JsonObject): ImageParts | undefined {
  const isSplit = ['registry', 'tag', 'digest'].some((key) => Object.hasOwn(map, key));
  const key = ['repository', ...(isSplit ? ['image', 'name'] : [])].find((each) => textOf(map, each) !== undefined);
  const repository = key === undefined ? undefined : textOf(map, key);
  if (key === undefined || repository === undefined) return undefined;
  const image = parseImageReference(repository);
  // A whole name is a text like any other.
  if (image === undefined || (image.tag ?? image.digest) !== undefined) return undefined;
  const [registry, digest, sha] = [textOf(map, 'registry'), textOf(map, 'digest'), textOf(map, 'sha')];
  const isSha = sha !== undefined && isDigest(completeSha(sha));
  return { key, repository, registry, ...splitTag(textOf(map, 'tag')), digest, sha: isSha ? sha : undefined };
}

function splitTag(text: string | undefined): Pick<ImageParts, 'tag' | 'tagDigest'> {
  const at = text?.indexOf('@') ?? -1;
  const tagDigest = text?.slice(at + 1);
  if (at < 0 || tagDigest === undefined || !isDigest(tagDigest)) return { tag: text, tagDigest: undefined };
  return { tag: text?.slice(0, at), tagDigest };
}

function completeSha(sha: string): string {
  return sha.includes(':') ? sha : `sha256:${sha}`;
}

interface Place {
  readonly map: JsonObject;
  readonly path: Path;
}

/** With the global registry in place of its own, if it has one, then with its own. */
function findInMap(parts: ImageParts, { path }: Place, moved: Moved): ImageValue | undefined {
  const { registry } = moved;
  if (registry !== undefined && parts.registry !== undefined) {
    const found = editsOf({ ...parts, registry }, { path, registryPath: globalRegistry }, moved);
    if (found !== undefined) return found;
  }
  return editsOf(parts, { path, registryPath: [...path, 'registry'] }, moved);
}

function editsOf(
  parts: ImageParts,
  { path, registryPath }: { readonly path: Path; readonly registryPath: Path },
  moved: Moved,
): ImageValue | undefined {
  const { key, repository, registry, tag, tagDigest } = parts;
  const image = parseImageReference(registry === undefined ? repository : `${registry}/${repository}`);
  const target = image && targetOf({ ...image, tag, digest: digestOf(parts) }, moved);
  // A tag with another digest names another image.
  if (target === undefined || (tagDigest !== undefined && target.digest === undefined)) return undefined;
  const { host, path: own } = target;
  const wanted: readonly (readonly [Path, string | undefined])[] = [
    [registryPath, registry === undefined ? undefined : host],
    [[...path, key], registry === undefined ? `${host}/${own}` : own],
    ...pinsOf(parts, target).map(([name, value]) => [[...path, name], value] as const),
  ];
  const edits = wanted.flatMap(([at, value]) => (value === undefined ? [] : [{ path: at, value }]));
  return { to: target.names, edits };
}

function digestOf({ digest, tagDigest, sha }: ImageParts): string | undefined {
  return digest ?? tagDigest ?? (sha === undefined ? undefined : completeSha(sha));
}

/** What says which image of the repository it is. Undefined: unchanged. */
function pinsOf(
  { tag, tagDigest, digest, sha }: ImageParts,
  target: Target,
): readonly (readonly [string, string | undefined])[] {
  const newTag = target.tag === tag ? undefined : target.tag;
  const pinned = tagDigest === undefined ? newTag : [target.tag ?? tag, target.digest].join('@');
  return [
    ['tag', pinned],
    ['digest', digest === undefined ? undefined : target.digest],
    ['sha', sha?.includes(':') === false ? target.digest?.replace('sha256:', '') : sha && target.digest],
  ];
}

type Target = ImageLocation & { readonly names: readonly string[] };

function targetOf(image: ImageReference, moved: Moved): Target | undefined {
  const hasPart = (image.tag ?? image.digest) !== undefined;
  const exact = moved.exact.get(nameOf(image));
  const whole = exact === undefined ? undefined : { ...exact, names: [formatImageName(exact)] };
  if (hasPart && whole !== undefined) return whole;
  const repository = repositoryIn(moved, image);
  if (repository?.isKept !== true) return hasPart ? undefined : (whole ?? repository?.only);
  // Templates put a `v` before the tag, or a variant behind it.
  const { tag } = image;
  const fits = !hasPart || (tag !== undefined && repository.tags.some((each) => each.includes(tag)));
  return fits ? { host: repository.host, path: repository.path, tag, names: repository.names } : undefined;
}

function repositoryIn({ repositories }: Moved, image: ImageReference): MovedRepository | undefined {
  return repositories.get(repositoryOf(image));
}

/** A number in place of a tag means its text: charts write it without quotes. */
function textOf(map: JsonObject, key: string): string | undefined {
  const value = ownValue(map, key);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
