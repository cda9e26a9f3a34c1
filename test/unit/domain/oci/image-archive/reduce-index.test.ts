import { describe, expect, it } from 'vitest';

import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import { parsePlatforms, reduceIndex } from '../../../../../src/domain/oci/image-archive/reduce-index.ts';
import { digest } from '../../../../builders/image-plan.ts';
import { refusalOf } from '../../../../builders/task-error.ts';

const image = (digit: string, text?: string, more: object = {}): object => {
  const [os, architecture, variant] = text?.split('/') ?? [];
  return {
    digest: digest(digit),
    size: 1,
    ...(text === undefined ? {} : { platform: { os, architecture, variant } }),
    ...more,
  };
};
const attestation = (digit: string, of: string): object =>
  image(digit, 'unknown/unknown', { annotations: { 'vnd.docker.reference.digest': digest(of) } });

describe('parsePlatforms', () => {
  it.each([
    ['', []],
    ['linux/amd64, linux/arm/v7', ['linux/amd64', 'linux/arm/v7']],
    ['Linux/ARM64/v8,linux/arm64', ['linux/arm64']],
  ])('reads %j', (text, platforms) => {
    expect(parsePlatforms(text)).toEqual(platforms);
  });

  it.each(['amd64', 'linux/', 'linux/amd64/v1/x', 'linux amd64'])('refuses %j', (text) => {
    expect(refusalOf(() => parsePlatforms(text))).toMatch(/^invalid-param/);
  });
});

describe('reduceIndex', () => {
  const reduce = (manifests: readonly object[], wanted: readonly string[]) =>
    reduceIndex(JSON.stringify({ schemaVersion: 2, manifests, annotations: { a: 'b' } }), wanted, 'web:1');

  it('leaves the images of other platforms out, with their attestations', () => {
    const manifests = [
      image('a', 'linux/amd64'),
      image('b', 'linux/arm64/v8'),
      attestation('c', 'a'),
      attestation('d', 'b'),
      image('e'),
      { platform: { os: 'linux', architecture: 's390x' } },
    ];
    const found = reduce(manifests, ['linux/amd64']);
    expect(found).toMatchObject({
      kept: [digest('a'), digest('c'), digest('e')],
      platforms: ['linux/amd64'],
      dropped: ['linux/arm64/v8'],
    });
    expect(JSON.parse(found?.text ?? '')).toEqual({
      schemaVersion: 2,
      manifests: [manifests[0], manifests[2], manifests[4], manifests[5]].map(
        (one) => JSON.parse(JSON.stringify(one)) as object,
      ),
      annotations: { a: 'b' },
    });
  });

  it.each([
    [['linux/arm'], [image('a', 'linux/arm/v6'), image('b', 'linux/arm/v7'), image('c', 'linux/amd64')], ['a', 'b']],
    [['linux/arm/v7'], [image('a', 'linux/arm/v6'), image('b', 'linux/arm/v7')], ['b']],
    [['linux/arm64'], [image('a', 'linux/arm64'), image('b', 'windows/arm64')], ['a']],
    [['linux/amd64'], [image('a', 'linux/amd64'), image('a', 'linux/amd64'), image('b', 'linux/s390x')], ['a']],
    [['linux/amd64'], [image('a', 'linux/amd64'), image('a', 'linux/386'), image('b', 'linux/s390x')], ['a']],
  ])('chooses %j', (wanted, manifests, kept) => {
    expect(reduce(manifests, wanted)?.kept).toEqual(kept.map(digest));
  });

  it.each([[[]], [[image('a', 'linux/amd64')]], [[image('a', 'linux/amd64'), image('b')]]])(
    'changes nothing where nothing is left out: %j',
    (manifests) => {
      expect(reduce(manifests, ['linux/amd64'])).toBeUndefined();
    },
  );

  it('names the platforms where none fits', () => {
    const entries = [image('a', 'linux/s390x'), image('b', 'linux/s390x')];
    expect(refusalOf(() => reduce(entries, ['linux/amd64']))).toContain('images for linux/s390x alone');
    expect(() => reduce(entries, ['linux/amd64'])).toThrow(SyncFailure);
  });
});
