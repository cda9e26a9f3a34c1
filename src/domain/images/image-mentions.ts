import { ownValue, type JsonObject } from '../core/json-object.ts';
import { formatImageName, isTag, parseImageReference, type ImageReference } from '../oci/image-location.ts';
import { isOnHost, normalizeHost } from './registry-hosts.ts';

/** Names of images within texts such as arguments, command lines, URLs and files of ConfigMaps. */
export interface ImageMentions {
  /** With a tag or a digest, by name. */
  readonly exact: ReadonlyMap<string, ImageReference>;
  /** Names without either, and hosts alone: what is pulled from there cannot be known. */
  readonly open: ReadonlySet<string>;
}

// Characters of image names and URLs (github.com/distribution/reference, RFC 3986 "reserved" as far as names have them).
// Escapes of JSON and of shells end a name too: `pull\nhost/shop/web:1`.
const notOfName = /(?:\\[bfnrt]|[^\w.:/@[\]-])+/;
const schemeOfApi = /^https?:\/\//i;

/**
 * Finds the images on the given hosts that a text names: a part of it that ends at a blank, a quote, `=` or another
 * character that names do not have. A scheme such as `oci://` may stand before a name. Takes linear time.
 */
export function findMentions(text: string, hosts: ReadonlySet<string>): ImageMentions {
  const exact = new Map<string, ImageReference>();
  const open = new Set<string>();
  for (const word of text.split(notOfName)) {
    const name = nameIn(word);
    if (hosts.has(normalizeHost(name))) open.add(normalizeHost(name));
    const reference = isOnHost(name, hosts) ? parseImageReference(name) : undefined;
    if (reference === undefined || isOfApi(word, reference)) continue;
    if (reference.tag === undefined && reference.digest === undefined) open.add(formatImageName(reference));
    else exact.set(formatImageName(reference), reference);
  }
  return { exact, open };
}

/** Without the scheme, and without what belongs to the sentence: `pull host/shop/web:1.` ends with a full stop. */
function nameIn(word: string): string {
  const scheme = word.lastIndexOf('://');
  const name = scheme < 0 ? word : word.slice(scheme + '://'.length);
  let [from, to] = [0, name.length];
  while (from < to && '[:/@.-]'.includes(name.charAt(from))) from += 1;
  while (from < to && '[:/@.-]'.includes(name.charAt(to - 1))) to -= 1;
  return name.slice(from, to);
}

/** Whether it is an address of the distribution API, such as `https://host/v2/shop/web/tags/list`. */
function isOfApi(word: string, { path }: ImageReference): boolean {
  return schemeOfApi.test(word) && /^v[12](?:\/|$)/.test(path);
}

const repositoryKeys = ['repository', 'image', 'name', 'baseImage', 'imageName'];
const registryKeys = ['registry', 'imageRegistry', 'host', 'hub'];
const tagKeys = ['tag', 'imageTag', 'version'];

/**
 * The image that an object names in parts, as values of charts and custom resources do: `repository` and `tag` or
 * `digest`, and `registry` where the repository has no host.
 */
export function joinedName(value: JsonObject, hosts: ReadonlySet<string>): ImageReference | undefined {
  const repository = textOf(value, repositoryKeys);
  if (repository === undefined) return undefined;
  const registry = textOf(value, registryKeys);
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  const reference = isOnHost(name, hosts) ? parseImageReference(name) : undefined;
  if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) return undefined;
  const [tag, digest] = [textOf(value, tagKeys), textOf(value, ['digest', 'sha'])];
  if (digest !== undefined) {
    return parseImageReference(`${formatImageName(reference)}@${digest.includes(':') ? digest : `sha256:${digest}`}`);
  }
  return tag !== undefined && isTag(tag) ? { ...reference, tag } : undefined;
}

function textOf(value: JsonObject, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const found = ownValue(value, key);
    if (typeof found === 'string' && found !== '') return found;
  }
  return undefined;
}
