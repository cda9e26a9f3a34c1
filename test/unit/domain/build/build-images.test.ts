import { describe, expect, it } from 'vitest';

import { parseBuildImages } from '../../../../src/domain/build/build-images.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const names = {
  image: 'registry.example.com/shop/web:1',
  builder: 'paketobuildpacks/builder-jammy-full:0.3.495',
  runImage: '',
  cacheImage: '',
  previousImage: '',
  insecureRegistry: '',
};
const digest = `sha256:${'a'.repeat(64)}`;

describe('the images of a build', () => {
  it('are read from their names, short ones completed', () => {
    expect(parseBuildImages(names)).toEqual({
      image: { host: 'registry.example.com', path: 'shop/web', tag: '1', digest: undefined },
      builder: { host: 'docker.io', path: 'paketobuildpacks/builder-jammy-full', tag: '0.3.495', digest: undefined },
      cacheImage: undefined,
      previousImage: undefined,
    });
  });

  it('can have a cache and a predecessor, which may be named by a digest', () => {
    const more = {
      insecureRegistry: 'r.example.com:5000',
      cacheImage: 'r.example.com/cache',
      previousImage: `r.example.com/web@${digest}`,
    };
    expect(parseBuildImages({ ...names, ...more })).toMatchObject({
      cacheImage: { host: 'r.example.com', path: 'cache' },
      previousImage: { path: 'web', digest },
    });
  });

  it('are refused with all problems at once', () => {
    const wrong = {
      image: `r.example.com/web@${digest}`,
      builder: '',
      runImage: 'https://r.example.com/run',
      cacheImage: `r.example.com/cache@${digest}`,
      previousImage: 'Web',
      insecureRegistry: 'http://r',
    };
    const refusal = refusalOf(() => parseBuildImages(wrong));
    for (const problem of [
      '--image: an image is pushed by a tag, not by a digest',
      '--builder-image: expected the name of an image, got ""',
      '--run-image: expected the name of an image, got "https://r.example.com/run"',
      '--cache-image: an image is pushed by a tag, not by a digest',
      '--insecure-registry: expected host or host:port, got "http://r"',
      '--previous-image: expected the name of an image, got "Web"',
    ])
      expect(refusal).toContain(problem);
  });
});
