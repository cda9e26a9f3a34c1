import { describe, expect, it } from 'vitest';

import {
  cosignTags,
  countReferrers,
  extendReferrers,
  fallbackTag,
  formatReferrers,
  isReferrerTag,
  namePlatform,
  parseReferrers,
} from '../../../../src/domain/oci/referrers.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const hex = 'a'.repeat(64);
const digest = `sha256:${hex}`;
const entry = (digit: string) => ({ digest: `sha256:${digit.repeat(64)}`, size: 1, artifactType: 'x' });
const listOf = (...digits: readonly string[]) =>
  parseReferrers(JSON.stringify({ manifests: digits.map(entry) }), 'list');

describe('tags of referrers', () => {
  it('are those of the specification and of cosign', () => {
    expect(fallbackTag(digest)).toBe(`sha256-${hex}`);
    expect(fallbackTag(`sha512:${'b'.repeat(128)}`)).toBe(`sha512-${'b'.repeat(64)}`);
    expect(cosignTags(digest)).toEqual([`sha256-${hex}.sig`, `sha256-${hex}.att`, `sha256-${hex}.sbom`]);
  });

  it('are distinguished from tags of images', () => {
    for (const tag of [fallbackTag(digest), ...cosignTags(digest)]) expect(isReferrerTag(tag)).toBe(true);
    for (const tag of ['latest', 'sha256-abc', `sha256-${hex}.src`, `x-sha256-${hex}`])
      expect(isReferrerTag(tag)).toBe(false);
  });
});

describe('countReferrers', () => {
  it('adds up referrers and the size of their descriptors', () => {
    const size = JSON.stringify(entry('1')).length;
    const count = countReferrers({ referrers: 1, characters: 10 }, listOf('1', '2'), 'web');
    expect(count).toEqual({ referrers: 3, characters: 10 + 2 * size });
  });

  it.each([
    { referrers: 4999, characters: 0 },
    { referrers: 0, characters: 32 * 1024 * 1024 },
  ])('refuses more than it may hold: %o', (before) => {
    expect(refusalOf(() => countReferrers(before, listOf('1', '2'), 'a.example/web'))).toMatch(
      /^registry-refused: finding what refers to a\.example\/web: /,
    );
  });
});

describe('parseReferrers', () => {
  it('takes null for an empty list, as Go writes it', () => {
    expect(parseReferrers('{"schemaVersion":2,"manifests":null}', 'list')).toEqual([]);
  });

  it('keeps the descriptors as they are', () => {
    expect(listOf('1')).toEqual([{ digest: entry('1').digest, descriptor: entry('1') }]);
  });

  it.each<[string, string]>([
    ['no JSON', 'expected JSON'],
    ['[]', 'expected an index'],
    ['{"manifests": {}}', 'expected an index'],
    ['{"manifests": ["x"]}', 'an entry lacks its digest'],
    ['{"manifests": [{"digest": "sha256:ab"}]}', 'an entry lacks its digest'],
  ])('refuses %s', (text, message) => {
    expect(refusalOf(() => parseReferrers(text, 'list'))).toContain(message);
  });
});

describe('extendReferrers', () => {
  it('adds what is new after what was there, the same whatever the order', () => {
    expect(extendReferrers(listOf('5'), listOf('3', '5', '1'))).toEqual(listOf('5', '1', '3'));
    expect(extendReferrers(listOf('5'), listOf('1', '3'))).toEqual(listOf('5', '1', '3'));
  });

  it('has nothing to write when all are there', () => {
    expect(extendReferrers(listOf('1', '2'), listOf('2'))).toBeUndefined();
  });
});

describe('formatReferrers', () => {
  it('writes an index of the descriptors as they are', () => {
    const { mediaType, text } = formatReferrers(listOf('5', '1'));
    expect(mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(JSON.parse(text)).toEqual({ schemaVersion: 2, mediaType, manifests: [entry('5'), entry('1')] });
    expect(parseReferrers(text, 'list')).toEqual(listOf('5', '1'));
  });

  it('names a platform where a registry wants one, and keeps one that is there', () => {
    const platform = { architecture: 'arm64', os: 'linux' };
    const digest = entry('2').digest;
    const named = [...listOf('1'), { digest, descriptor: { digest, platform } }].map(namePlatform);
    expect(named.map(({ descriptor }) => descriptor)).toEqual([
      { ...entry('1'), platform: { architecture: 'unknown', os: 'unknown' } },
      { digest, platform },
    ]);
  });
});
