/** Where an image or a repository is: `host[:port]/path[:tag][@digest]`. */
export interface ImageLocation {
  /** Lower case, with its port when the text had one. */
  readonly host: string;
  /** Repository below the host, for example `shop/web`. */
  readonly path: string;
  readonly tag?: string | undefined;
  /** `sha256:<64 hex>`, or another registered algorithm. */
  readonly digest?: string | undefined;
}

/** An image that cannot change. */
export interface PinnedImage extends ImageLocation {
  readonly digest: string;
}

/** An image name as a manifest has it. A short name such as `nginx` has no host: the node completes it. */
export interface ImageReference extends Omit<ImageLocation, 'host'> {
  readonly host?: string | undefined;
}

// The grammar of github.com/distribution/reference, regexp.go and reference.go.
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const hostPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const longestName = 255;
const highestPort = 65535;

const publicHub = 'docker.io';

/**
 * Splits an image name by the distribution reference grammar.
 * @returns undefined for anything the grammar does not allow: blanks, control characters, upper-case paths, empty parts
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const [named, digest] = splitOnce(text, '@');
  if (digest !== undefined && !isDigest(digest)) return undefined;
  const [name, tag] = splitTag(named);
  if (tag !== undefined && !isTag(tag)) return undefined;
  const [host, path] = splitHost(name);
  if (!isRepositoryPath(path) || name.length > longestName) return undefined;
  if (host !== undefined && !isRegistryHost(host)) return undefined;
  return { host: host?.toLowerCase(), path, tag, digest };
}

/** The text of a reference; parsing it again gives the same parts. */
export function formatImageName({ host, path, tag, digest }: ImageReference): string {
  const name = host === undefined ? path : `${host}/${path}`;
  return name + (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}

/** What a name pulls from its registry: a digest where it has one, else a tag, `latest` where it has none. */
export function pulledPart({ path, tag = 'latest', digest }: ImageReference): ImageReference {
  return digest === undefined ? { path, tag } : { path, digest };
}

/**
 * Completes a short name as Docker does: `nginx` is `docker.io/library/nginx`. Tag and digest do not change. Kubernetes
 * nodes may search other registries, so this is what a name usually means, not where it came from.
 */
export function completeShortName(reference: ImageReference): ImageLocation {
  const { host: given = publicHub } = reference;
  const host = given === 'index.docker.io' ? publicHub : given;
  const needsLibrary = host === publicHub && !reference.path.includes('/');
  return { ...reference, host, path: needsLibrary ? `library/${reference.path}` : reference.path };
}

/** Whether a text is `host` or `host:port` as it may stand before the first slash of an image name. */
export function isRegistryHost(text: string): boolean {
  const port = /:(\d{1,5})$/.exec(text)?.[1];
  return text.length <= longestName && hostPattern.test(text) && (port === undefined || Number(port) <= highestPort);
}

/** Whether a text is a repository below a host, such as `shop/web`. */
export function isRepositoryPath(text: string): boolean {
  return text.length <= longestName && pathPattern.test(text);
}

/** Whether a text is a tag: at most 128 word characters, dots and dashes, not starting with a dot or dash. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Whether a text is a digest of a registered algorithm with the right length. */
export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

// A colon before the last slash belongs to a port.
function splitTag(named: string): [string, string | undefined] {
  const colon = named.lastIndexOf(':');
  return colon > named.lastIndexOf('/') ? [named.slice(0, colon), named.slice(colon + 1)] : [named, undefined];
}

// The first part is a host when it cannot be a path component: it has a dot, a colon or an upper-case letter, or is `localhost`.
function splitHost(name: string): [string | undefined, string] {
  const [first, rest] = splitOnce(name, '/');
  if (rest === undefined) return [undefined, name];
  return first === 'localhost' || /[.:A-Z]/.test(first) ? [first, rest] : [undefined, name];
}
