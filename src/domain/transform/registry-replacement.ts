import { TaskError } from '../core/errors.ts';

/** Image name prefixes and what takes their place: `host`, `host/namespace`, a repository, or a whole image name. */
export type RegistryReplacement = ReadonlyMap<string, string>;

const remedy =
  'Write pairs as from=to, separated by commas, for example registry.example.com/shop=registry.example.org/shop.';

/** Characters of registries, repositories, tags and digests; the longest name is far shorter. */
const imageName = /^[\w.:/@[\]-]{1,2000}$/;

/**
 * Reads `from=to,from2=to2`. A pair whose source is unknown (`/shop=…`, as a pipeline writes it for a cluster without
 * a public registry) names no image and is left out; a source without a destination is an error.
 * @throws TaskError `invalid-param`
 */
export function parseRegistryReplacement(text: string): RegistryReplacement {
  const pairs = new Map<string, string>();
  for (const piece of text.split(',').map((part) => part.trim())) {
    if (piece === '' || piece.startsWith('/')) continue;
    const [from, to, more] = piece.split('=');
    if (from === undefined || from === '' || to === undefined || more !== undefined)
      throw refuse(piece, 'expected from=to');
    if (!imageName.test(from + to)) throw refuse(piece, 'invalid image name');
    if (to === '' || to.startsWith('/')) throw refuse(piece, 'the destination has no registry');
    if ((pairs.get(from) ?? to) !== to) throw refuse(piece, `${from} has another destination already`);
    pairs.set(from, to);
  }
  return pairs;
}

/**
 * An image name with its longest known prefix replaced. Prefixes are whole path components: `docker.io/foo` covers
 * `docker.io/foo/bar:1`, not `docker.io/foobar`. The last component is looked up with its tag or digest first, then without.
 */
export function replaceRegistry(image: string, pairs: RegistryReplacement): string {
  const exact = pairs.get(image);
  if (exact !== undefined) return exact;
  const [, repository = image, version = ''] = /^(.*?)((?::[\w.-]+)?(?:@[^/@]*)?)$/.exec(image) ?? [];
  const whole = pairs.get(repository);
  if (whole !== undefined) return whole + version;
  const parts = image.split('/');
  for (let count = parts.length - 1; count > 0; count -= 1) {
    const found = pairs.get(parts.slice(0, count).join('/'));
    if (found !== undefined) return [found, ...parts.slice(count)].join('/');
  }
  return image;
}

/** Which namespaces move where by `<internal registry>/shop=<other registry>/store`, as OpenShift names its images. */
export function namespaceMoves(
  pairs: RegistryReplacement,
  internalHosts: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const moves = new Map<string, string>();
  for (const [from, to] of pairs) {
    const [host = '', source, ...below] = from.split('/');
    const [, destination, ...belowDestination] = to.split('/');
    if (!internalHosts.has(host) || source === undefined || destination === undefined) continue;
    if (below.length === 0 && belowDestination.length === 0) moves.set(source, destination);
  }
  return moves;
}

function refuse(piece: string, why: string): TaskError {
  return new TaskError('invalid-param', `reading registry-replacement: ${JSON.stringify(piece)}: ${why}`, { remedy });
}
