import { isObject, stringAt, without, type Path } from '../core/json-object.ts';
import { isSecret } from '../export/sealed-secret.ts';
import { describeResource, type Resource } from '../kube/resource.ts';
import { completeShortName, formatImageName, parseImageReference, type ImageLocation } from '../oci/image-location.ts';

/** An image that objects of an application name in image fields. */
export interface UsedImage {
  /** Complete name; `latest` where the text has neither tag nor digest. */
  readonly location: ImageLocation;
  /** The names as the objects have them, sorted. */
  readonly names: readonly string[];
  /** `apps/v1 Deployment shop/web`, sorted; `extra-images` for one that the user added. */
  readonly usedBy: readonly string[];
}

/** A text elsewhere that looks like the name of an image. */
export interface ImageMention {
  readonly text: string;
  /** The object, as `describeResource` writes it. */
  readonly object: string;
  /** For example `spec.containers.0.args.1`. */
  readonly path: string;
}

export interface ImageInventory {
  readonly images: readonly UsedImage[];
  /** Without texts that name one of the images. Never complete: a program can put a name together. */
  readonly mentions: readonly ImageMention[];
  /** Image fields with another text than the name of an image. */
  readonly invalid: readonly ImageMention[];
}

/**
 * The images that objects name: in containers of each pod template, whatever the kind is, and in other fields `image`.
 * @param extra names that the user adds; each is the name of an image
 */
export function listImages(objects: readonly Resource[], extra: readonly string[]): ImageInventory {
  const uses = objects.flatMap((resource) => usesOf(resource));
  const fields = [
    ...uses.filter(({ isField }) => isField),
    ...extra.map((text) => ({ text, object: 'extra-images', path: '', isField: true })),
  ];
  const merged = new Map<string, { location: ImageLocation; names: Set<string>; usedBy: Set<string> }>();
  for (const { text, object } of fields) {
    const location = completeImageName(text);
    if (location === undefined) continue;
    const key = formatImageName(location);
    const entry = merged.get(key) ?? { location, names: new Set(), usedBy: new Set() };
    entry.names.add(text);
    entry.usedBy.add(object);
    merged.set(key, entry);
  }
  const isListed = (text: string): boolean => {
    const location = completeImageName(text);
    return location !== undefined && merged.has(formatImageName(location));
  };
  return {
    images: [...merged]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { location, names, usedBy }]) => ({ location, names: [...names].sort(), usedBy: [...usedBy].sort() })),
    mentions: uses.filter(({ text, isField }) => !isField && !isListed(text)).map(mentionOf),
    invalid: fields.filter(({ text }) => completeImageName(text) === undefined).map(mentionOf),
  };
}

/** A name completed as Docker completes it, with the tag `latest` where it has neither tag nor digest. */
export function completeImageName(text: string): ImageLocation | undefined {
  const reference = parseImageReference(text.trim());
  if (reference === undefined) return undefined;
  const location = completeShortName(reference);
  return location.tag === undefined && location.digest === undefined ? { ...location, tag: 'latest' } : location;
}

interface Use extends ImageMention {
  readonly isField: boolean;
}

function mentionOf({ text, object, path }: Use): ImageMention {
  return { text, object, path };
}

// The values of Secrets must not be in a report, and labels and annotations of Helm repeat versions.
function usesOf(resource: Resource): readonly Use[] {
  if (isSecret(resource)) return [];
  const object = describeResource(resource);
  const { metadata } = resource;
  const rest = without(resource, (key) => key === 'status' || key === 'metadata');
  const found = [...walk(rest, []), ...walk({ annotations: metadata['annotations'] }, ['metadata'])];
  return found.map(({ text, path, isField }) => ({ text, object, path: path.join('.'), isField }));
}

interface Found {
  readonly text: string;
  readonly path: Path;
  readonly isField: boolean;
}

const containerLists: ReadonlySet<string | number | undefined> = new Set([
  'containers',
  'initContainers',
  'ephemeralContainers',
]);

function walk(value: unknown, path: Path): readonly Found[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, [...path, index]));
  if (isObject(value))
    return [...pairOf(value, path), ...Object.entries(value).flatMap(([key, member]) => walk(member, [...path, key]))];
  if (typeof value !== 'string') return [];
  if (isImageField(value, path)) return [{ text: value, path, isField: true }];
  return namesIn(value, path).map((text) => ({ text, path, isField: false }));
}

/** `image` of a container, `image.reference` of a volume, and `image` elsewhere when it has a tag, a digest or a host. */
function isImageField(text: string, path: Path): boolean {
  const [list, index, field] = path.slice(-3);
  if (field === 'image' && typeof index === 'number' && containerLists.has(list)) return true;
  if (path.slice(-2).join('.') === 'image.reference' && path.at(-4) === 'volumes') return true;
  const reference = path.at(-1) === 'image' ? parseImageReference(text) : undefined;
  return reference !== undefined && (reference.tag ?? reference.digest ?? reference.host) !== undefined;
}

/** Many custom resources have the parts of a name in fields of their own. */
function pairOf(value: Readonly<Record<string, unknown>>, path: Path): readonly Found[] {
  const repository = stringAt(value, 'repository');
  const [registry, tag, digest] = [stringAt(value, 'registry'), stringAt(value, 'tag'), stringAt(value, 'digest')];
  if (repository === undefined || (tag ?? digest) === undefined) return [];
  const name = registry === undefined || registry === '' ? repository : `${registry}/${repository}`;
  const text =
    name +
    (tag === undefined || tag === '' ? '' : `:${tag}`) +
    (digest === undefined || digest === '' ? '' : `@${digest}`);
  return parseImageReference(text) === undefined ? [] : [{ text, path, isField: false }];
}

const separators = /[\s"'`,;=()[\]{}<>|]+/;
const longestText = 256 * 1024;
const mostInOneText = 50;

/** Words that look like names of images: with a tag or a digest, and with a `/` unless a key beside them says image. */
function namesIn(text: string, path: Path): readonly string[] {
  const key = String(path.at(-1));
  const isNamed = /image/i.test(key);
  const words = text.slice(0, longestText).split(separators);
  const found = words.flatMap((word, index) => {
    const name = word.replace(/^(?:docker|oci|docker-pullable):\/\//, '').replace(/[.:]$/, '');
    if (!/[:@]/.test(name) || name.includes('://')) return [];
    const reference = parseImageReference(name);
    if (reference === undefined || (reference.tag ?? reference.digest) === undefined) return [];
    const follows = isNamed || /image[:]?$/i.test(words[index - 1] ?? '');
    return name.includes('/') || reference.digest !== undefined || follows ? [name] : [];
  });
  return [...new Set(found)].slice(0, mostInOneText);
}
