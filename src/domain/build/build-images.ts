import { TaskError } from '../core/errors.ts';
import { completeShortName, isRegistryHost, parseImageReference, type ImageLocation } from '../oci/image-location.ts';

/** Names of images and registries as params have them; empty where a param may be left out. */
export interface BuildImageNames {
  readonly image: string;
  readonly builder: string;
  readonly runImage: string;
  readonly cacheImage: string;
  readonly previousImage: string;
  /** `host` or `host:port` of a registry. */
  readonly insecureRegistry: string;
}

/** Images of a build. */
export interface BuildImages {
  readonly image: ImageLocation;
  readonly builder: ImageLocation;
  readonly cacheImage: ImageLocation | undefined;
  readonly previousImage: ImageLocation | undefined;
}

/**
 * Reads the names of the images of a build.
 * @throws TaskError `invalid-param`, all problems at once
 */
export function parseBuildImages(names: BuildImageNames): BuildImages {
  const problems: string[] = [];
  const parse = (param: string, name: string): ImageLocation | undefined => {
    const found = parseImageReference(name);
    if (found === undefined) problems.push(`--${param}: expected the name of an image, got ${JSON.stringify(name)}`);
    return found && completeShortName(found);
  };
  const parseIfGiven = (param: string, name: string) => (name === '' ? undefined : parse(param, name));
  const [image, builder] = [parse('image', names.image), parse('builder-image', names.builder)];
  parseIfGiven('run-image', names.runImage);
  const cacheImage = parseIfGiven('cache-image', names.cacheImage);
  const previousImage = parseIfGiven('previous-image', names.previousImage);
  // The lifecycle takes it as the beginning of names: a short text would disable TLS for other registries too.
  if (names.insecureRegistry !== '' && !isRegistryHost(names.insecureRegistry))
    problems.push(`--insecure-registry: expected host or host:port, got ${JSON.stringify(names.insecureRegistry)}`);
  for (const [param, location] of Object.entries({ image, 'cache-image': cacheImage }))
    if (location?.digest !== undefined) problems.push(`--${param}: an image is pushed by a tag, not by a digest`);
  if (problems.length === 0 && image !== undefined && builder !== undefined)
    return { image, builder, cacheImage, previousImage };
  throw new TaskError('invalid-param', `reading parameters: ${problems.join('; ')}`, {
    remedy: 'Write names such as registry.example.com/shop/web:1, in lower case and without a scheme.',
  });
}
