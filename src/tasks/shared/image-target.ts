import type { ImageTarget } from '../../domain/app/place-images.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { isRegistryHost, isRepositoryPath, isTag } from '../../domain/oci/image-location.ts';
import { optional } from './param-kinds.ts';
import { commonParams, sideParams } from './params.ts';

/** Where the images of an application go. */
export const imageTargetParams = {
  'destination-path': optional('Path below the host, for example team. Empty: none.'),
  'pull-registry': optional(
    'Address by which the nodes reach that registry, if it is another one: host or host:port. Empty: the same.',
  ),
  'image-name': optional('Repository of the image below the path, if the archive has one image. Empty: its own name.'),
  'image-tag': optional(
    'Tag of the image, if the archive has one image. Empty: its own tag, or one made of its digest.',
  ),
  'if-exists': commonParams['if-exists'],
  'destination-registry-tls-verify': sideParams.registryTlsVerify('destination'),
} as const;

interface TargetValues {
  readonly 'destination-registry': string;
  readonly 'destination-path': string | undefined;
  readonly 'pull-registry': string | undefined;
  readonly 'image-name': string | undefined;
  readonly 'image-tag': string | undefined;
}

/** @throws TaskError `invalid-param`, all problems at once */
export function parseImageTarget(params: TargetValues): ImageTarget {
  const { 'destination-registry': host, 'destination-path': path = '', 'image-name': name, 'image-tag': tag } = params;
  const pullHost = params['pull-registry'] ?? host;
  const expectHost = (flag: string, text: string): readonly string[] =>
    isRegistryHost(text) ? [] : [`--${flag}: expected a host with an optional port, got ${JSON.stringify(text)}`];
  const problems = [
    ...expectHost('destination-registry', host),
    ...(pullHost === host ? [] : expectHost('pull-registry', pullHost)),
    ...(path === '' || isRepositoryPath(path)
      ? []
      : [`--destination-path: expected a path such as team/apps, got ${JSON.stringify(path)}`]),
    ...(tag === undefined || isTag(tag) ? [] : [`--image-tag: expected a tag, got ${JSON.stringify(tag)}`]),
  ];
  if (problems.length === 0) return { host, pullHost, namespace: path, name, tag };
  throw new TaskError('invalid-param', `reading parameters: ${problems.join('; ')}`, {
    remedy: 'Write addresses without scheme, and paths in lower case.',
  });
}
