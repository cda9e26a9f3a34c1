import { TaskError } from '../core/errors.ts';
import { isTag } from '../oci/image-location.ts';

/** The tag of an export: `<id>_<name>`. */
export interface ExportTag {
  /** Generated: 15 characters `0-9a-z`. Ids sort by the time at which they were made. */
  readonly id: string;
  /** Chosen by the user. */
  readonly name: string;
  /** `<id>_<name>` */
  readonly tag: string;
}

export interface IdSource {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** That many random bytes. */
  readonly random: (count: number) => Uint8Array;
}

const base = 36;
/** Enough until the year 5188. */
const timeLength = 9;
const randomLength = 6;
const idLength = timeLength + randomLength;
const idPattern = new RegExp(`^[0-9a-z]{${String(idLength)}}$`);

/** Of a tag, by the grammar of the OCI distribution specification. */
const longestTag = 128;
const longestName = longestTag - idLength - 1;

/**
 * Checks the part of a tag that a user chose.
 * @throws TaskError `invalid-param` with the rule
 */
export function checkExportName(name: string): void {
  if (name !== '' && isTag(tagOf('0'.repeat(idLength), name))) return;
  throw new TaskError(
    'invalid-param',
    `reading the name of the export: expected 1 to ${String(longestName)} letters, digits, dots, dashes and underscores, got ${JSON.stringify(name.slice(0, longestTag))}`,
    {
      remedy: `The tag of the image is <id>_<name>, and the whole tag must match [A-Za-z0-9_][A-Za-z0-9._-]{0,${String(longestTag - 1)}}. Choose another name.`,
    },
  );
}

/**
 * A tag that no other export has. Ids have 31 random bits beside the millisecond, so that two users who choose one name
 * at the same time get different tags.
 * @throws TaskError `invalid-param` for an invalid name
 */
export function makeExportTag(name: string, { now, random }: IdSource): ExportTag {
  checkExportName(name);
  const time = Math.trunc(now()).toString(base).padStart(timeLength, '0');
  const number = random(4).reduce((sum, byte) => sum * 256 + byte, 0);
  const id = time + (number % base ** randomLength).toString(base).padStart(randomLength, '0');
  return { id, name, tag: tagOf(id, name) };
}

/** The parts of a tag that `makeExportTag` made; undefined for another tag. */
export function parseExportTag(tag: string): ExportTag | undefined {
  const [id, name] = [tag.slice(0, idLength), tag.slice(idLength + 1)];
  const isOne = idPattern.test(id) && name !== '' && tag === tagOf(id, name) && isTag(tag);
  return isOne ? { id, name, tag } : undefined;
}

function tagOf(id: string, name: string): string {
  return `${id}_${name}`;
}
