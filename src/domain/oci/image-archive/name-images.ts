import { TaskError } from '../../core/errors.ts';
import { tagOfDigest } from '../../images/plan/sync-plan.ts';
import { formatImageName, isTag, parseImageReference, type PinnedImage } from '../image-location.ts';

/** An image and the names that someone wants it to have. */
export interface NamedSource {
  readonly source: PinnedImage;
  /** Names with a tag, `host/path:1.0`, or tags of the source's own repository; none: it is chosen here. */
  readonly tags: readonly string[];
  /** Whether what uses the image names its digest too: it does not need its tag. */
  readonly isPinned?: boolean;
}

/**
 * The names of each image in an archive, in the order of the images. A single image without tags has none. One of
 * several gets a name of its own: that of its source if it has a tag and no other image wants the name, else the
 * source's repository with a tag made of the digest. Images that are named by a tag alone come first.
 * @throws TaskError `invalid-param` for a name that is none, `name-collision` for one that two images have
 */
export function nameImages(images: readonly NamedSource[]): readonly (readonly string[])[] {
  const given = images.map(({ source, tags }) => [...new Set(tags.map((tag) => fullName(source, tag)))]);
  const taken = new Set<string>();
  for (const name of given.flat()) {
    if (taken.has(name)) throw collision(name);
    taken.add(name);
  }
  if (images.length === 1) return given;
  const unnamed = images.filter((_, index) => given[index]?.length === 0);
  return given.map((names, index) => {
    const image = images[index];
    if (names.length > 0 || image === undefined) return names;
    const { source } = image;
    const rivals = unnamed.filter((each) => each !== image && (image.isPinned === true || each.isPinned !== true));
    const wanted = new Set(rivals.flatMap((each) => ownName(each.source)));
    const own = ownName(source).filter((name) => !taken.has(name) && !wanted.has(name));
    const name = own[0] ?? nameOfDigest(source);
    if (taken.has(name)) throw collision(name);
    taken.add(name);
    return [name];
  });
}

function fullName(source: PinnedImage, text: string): string {
  if (isTag(text)) return formatImageName({ host: source.host, path: source.path, tag: text });
  const reference = parseImageReference(text);
  if (reference?.tag !== undefined && reference.digest === undefined) return text;
  throw new TaskError(
    'invalid-param',
    `naming ${formatImageName(source)} in an archive: ${text} is not a name with a tag`,
    {
      remedy: 'Give a name such as registry.example.com/shop/web:1.0, without a digest.',
    },
  );
}

function ownName({ host, path, tag }: PinnedImage): readonly string[] {
  return tag === undefined ? [] : [formatImageName({ host, path, tag })];
}

function nameOfDigest({ host, path, digest }: PinnedImage): string {
  return formatImageName({ host, path, tag: tagOfDigest(digest) });
}

function collision(name: string): TaskError {
  return new TaskError('name-collision', `naming images in an archive: two of them are to be ${name}`, {
    remedy: 'List each image once, and give no name to two images.',
  });
}
