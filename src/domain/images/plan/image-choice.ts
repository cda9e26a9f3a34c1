import { parseCommaList } from '../../core/comma-list.ts';
import { TaskError } from '../../core/errors.ts';
import type { Reason } from '../../reports/reasons.ts';

/** Which images the user does not want to be copied. */
export interface ImageChoice {
  /** Whether none is copied. */
  readonly isSkipped: boolean;
  readonly excluded: readonly ImagePattern[];
}

/** An entry of image-exclude. `*` in its parts stands for any text. */
export interface ImagePattern {
  readonly text: string;
  /** Last parts of the path of a repository. */
  readonly path: readonly string[];
  /** A tag with its `:`, or a digest with its `@`; undefined: each tag and digest. */
  readonly version: string | undefined;
  /** By an expression: whether a tag is meant. */
  readonly fitsTag?: (tag: string) => boolean;
}

/** Compiles regular expressions of Go; throws TaskError for a text that is none. */
interface Expressions {
  byRegex(expression: string): (tag: string) => boolean;
}

/** Every image is copied that must be. */
export const copyAll: ImageChoice = { isSkipped: false, excluded: [] };

const entryForm =
  /^(?:[\w.*[\]-]+(?::\d+)?\/)?[a-z0-9._*-]+(?:\/[a-z0-9._*-]+)*(?::[\w.*-]+|@(?:\*|[a-z0-9]+:[0-9a-f*]+))?$/;
const longestEntry = 512;
const expressionMark = ':/';

/**
 * Reads the param image-exclude: images as the plan names them, `shop/web:1` or `shop/web@sha256:…`, separated by
 * commas. Without a tag or digest: all of the repository. First parts of the path may be left out, and `*` stands for
 * any text within one part. `web:/^nightly-/` leaves out the tags that a regular expression of Go finds.
 * @param filters compiles expressions; undefined: nothing is known of the tags that it finds
 * @throws TaskError `invalid-param`, all invalid entries at once, or what `filters` refuses
 */
export function parseImageExclude(text: string, filters?: Expressions): readonly ImagePattern[] {
  const entries = parseCommaList(text);
  const wrong = entries.filter((entry) => entry.length > longestEntry || !entryForm.test(withoutExpression(entry)));
  if (wrong.length === 0) return [...new Set(entries)].map((entry) => toPattern(entry, filters));
  const shown = wrong.map((entry) => JSON.stringify(entry.slice(0, 100))).join(', ');
  throw new TaskError('invalid-param', `reading image-exclude: invalid images ${shown}`, {
    remedy:
      'Write repositories, tags or digests such as shop/web, shop/web:1, web:build-* or web:/^build-/, separated by commas.',
  });
}

const nothing = (): boolean => false;

function toPattern(text: string, filters?: Expressions): ImagePattern {
  const expression = expressionOf(text);
  const { path, version } = splitName(withoutExpression(text));
  return {
    text,
    path,
    version,
    ...(expression === undefined ? {} : { fitsTag: filters?.byRegex(expression) ?? nothing }),
  };
}

/** The expression between the slashes of `web:/…/`; undefined: the entry has none. */
function expressionOf(entry: string): string | undefined {
  const at = entry.indexOf(expressionMark);
  const isWhole = at > 0 && entry.endsWith('/') && entry.length > at + expressionMark.length + 1;
  return isWhole ? entry.slice(at + expressionMark.length, -1) : undefined;
}

function withoutExpression(entry: string): string {
  return expressionOf(entry) === undefined ? entry : entry.slice(0, entry.indexOf(expressionMark));
}

interface SplitName {
  readonly path: readonly string[];
  readonly version: string | undefined;
}

/** An image name as the parts of its repository, and its tag or digest with the mark before it; a port of a registry belongs to the first part. */
function splitName(name: string): SplitName {
  const repository = repositoryOf(name);
  const version = name.slice(repository.length);
  return { path: repository.split('/'), version: version === '' ? undefined : version };
}

/** An image name without its tag or digest. */
export function repositoryOf(name: string): string {
  const at = name.indexOf('@');
  const cut = at < 0 && name.lastIndexOf(':') > name.lastIndexOf('/') ? name.lastIndexOf(':') : at;
  return cut < 0 ? name : name.slice(0, cut);
}

/** The patterns that fit one of the names of an image. */
export function patternsOf(patterns: readonly ImagePattern[], names: readonly string[]): readonly ImagePattern[] {
  const images = names.map(splitName);
  return patterns.filter((pattern) => images.some((image) => matches(pattern, image)));
}

function matches({ path, version, fitsTag }: ImagePattern, image: SplitName): boolean {
  const first = image.path.length - path.length;
  return (
    first >= 0 &&
    path.every((part, index) => matchesText(part, image.path[first + index])) &&
    (version === undefined || matchesText(version, image.version)) &&
    (fitsTag === undefined || (image.version?.startsWith(':') === true && fitsTag(image.version.slice(1))))
  );
}

/** In linear time: pieces between stars are found from left to right, and the last one at the end. */
function matchesText(pattern: string, text: string | undefined): boolean {
  const [firstStar, lastStar] = [pattern.indexOf('*'), pattern.lastIndexOf('*')];
  if (text === undefined || firstStar < 0) return pattern === text;
  const [first, last] = [pattern.slice(0, firstStar), pattern.slice(lastStar + 1)];
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pattern.slice(firstStar + 1, lastStar).split('*')) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Why an image is not copied. */
export interface LeftOut {
  readonly reason: Extract<Reason<'plan'>, 'images-skipped' | 'excluded'>;
  readonly message: string;
}

/** Why the user does not want an image that would be copied; undefined: it is wanted. */
export function leftOutBy({ isSkipped, excluded }: ImageChoice, names: readonly string[]): LeftOut | undefined {
  if (isSkipped) return { reason: 'images-skipped', message: 'it is not copied, because no image is (images: skip)' };
  const [pattern] = patternsOf(excluded, names);
  if (pattern === undefined) return undefined;
  return { reason: 'excluded', message: `it is not copied, because ${pattern.text} in image-exclude names it` };
}

/** Whether the user did not want the image. */
export function isLeftOut({ reason }: { readonly reason: string }): boolean {
  return reason === 'images-skipped' || reason === 'excluded';
}
