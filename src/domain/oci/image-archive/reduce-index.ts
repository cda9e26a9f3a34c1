import { parseCommaList } from '../../core/comma-list.ts';
import { TaskError } from '../../core/errors.ts';
import { arrayAt, stringAt, valueAt, type JsonObject } from '../../core/json-object.ts';
import { SyncFailure } from '../failure.ts';
import { platformOf } from './choose-platform.ts';

const platformForm = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/;

/** Whether a text is os/architecture or os/architecture/variant, in whatever case. */
export function isPlatform(text: string): boolean {
  return platformForm.test(text.toLowerCase());
}

/**
 * Reads a list such as `linux/amd64,linux/arm64`.
 * @returns empty: all platforms
 * @throws TaskError `invalid-param`
 */
export function parsePlatforms(text: string): readonly string[] {
  const platforms = parseCommaList(text).map((entry) => entry.toLowerCase());
  const wrong = platforms.filter((entry) => !isPlatform(entry));
  if (wrong.length === 0) return [...new Set(platforms.map(plain))];
  const shown = wrong.map((entry) => JSON.stringify(entry.slice(0, 100))).join(', ');
  throw new TaskError('invalid-param', `reading platforms: invalid platforms ${shown}`, {
    remedy: 'Write os/architecture or os/architecture/variant, such as linux/arm64, separated by commas.',
  });
}

/** An index of which not all platforms are wanted. */
export interface ReducedIndex {
  /** Digests of the manifests that remain, each once. */
  readonly kept: readonly string[];
  /** Platforms of the images that remain and of those that do not, each once, in their order. */
  readonly platforms: readonly string[];
  readonly dropped: readonly string[];
  /** An index with the remaining entries alone. */
  readonly text: string;
}

/**
 * Chooses the entries of an index for some platforms. A variant that is not asked for does not count. An entry without a
 * platform remains, unless it is the attestation of an image that does not.
 * @param text of an index whose entries are valid
 * @returns undefined when all entries remain
 * @throws SyncFailure `platform-missing` when it has an image for none of the platforms
 */
export function reduceIndex(text: string, wanted: readonly string[], name: string): ReducedIndex | undefined {
  const index = JSON.parse(text) as JsonObject;
  const entries = arrayAt(index, 'manifests');
  const images = entries.flatMap(readImage);
  const isWanted = ({ platform }: ImageEntry): boolean =>
    wanted.some((one) => plain(platform) === one || platform.startsWith(`${one}/`));
  const [chosen, others] = [images.filter(isWanted), images.filter((entry) => !isWanted(entry))];
  if (others.length === 0) return undefined;
  const present = namesOf(others);
  if (chosen.length === 0) {
    throw new SyncFailure('platform-missing', `reading ${name}: it has images for ${present.join(', ')} alone`);
  }
  const gone = new Set<string | undefined>(others.map(({ digest }) => digest));
  for (const { digest } of chosen) gone.delete(digest);
  const remains = (entry: unknown): boolean =>
    !gone.has(stringAt(entry, 'digest')) && !gone.has(stringAt(entry, 'annotations', subjectAnnotation));
  const manifests = entries.filter(remains);
  return {
    kept: [...new Set(manifests.flatMap((entry) => stringAt(entry, 'digest') ?? []))],
    platforms: namesOf(chosen),
    dropped: present,
    text: JSON.stringify({ ...index, manifests }),
  };
}

interface ImageEntry {
  readonly digest: string;
  readonly platform: string;
}

function readImage(entry: unknown): readonly ImageEntry[] {
  const [digest, platform] = [stringAt(entry, 'digest'), platformOf(valueAt(entry, 'platform'))];
  return digest === undefined || platform === undefined ? [] : [{ digest, platform }];
}

/** Names the image of an attestation (BuildKit, docs/attestations/attestation-storage.md). */
const subjectAnnotation = 'vnd.docker.reference.digest';

function namesOf(entries: readonly ImageEntry[]): readonly string[] {
  return [...new Set(entries.map(({ platform }) => platform))];
}

/** containerd takes both for the same (github.com/containerd/platforms, normalizeArch). */
function plain(platform: string): string {
  return platform.endsWith('/arm64/v8') ? platform.slice(0, -'/v8'.length) : platform;
}
