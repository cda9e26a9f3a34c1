import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  completeShortName,
  formatImageName,
  isRegistryHost,
  isRepositoryPath,
  parseImageReference,
  type ImageReference,
} from '../../../../src/domain/oci/image-location.ts';
import { digest } from '../../../builders/image-plan.ts';

describe('parseImageReference', () => {
  it.each<[string, ImageReference]>([
    ['nginx', { path: 'nginx' }],
    ['nginx:1.27', { path: 'nginx', tag: '1.27' }],
    ['library/nginx', { path: 'library/nginx' }],
    ['localhost/web', { host: 'localhost', path: 'web' }],
    ['registry:5000/shop/web', { host: 'registry:5000', path: 'shop/web' }],
    ['Registry/shop/web', { host: 'registry', path: 'shop/web' }],
    [`quay.io/shop/web:1@${digest('a')}`, { host: 'quay.io', path: 'shop/web', tag: '1', digest: digest('a') }],
    ['[fd00::1]:5000/shop/web', { host: '[fd00::1]:5000', path: 'shop/web' }],
    ['quay.io/a/b/c__d/e-f.g', { host: 'quay.io', path: 'a/b/c__d/e-f.g' }],
  ])('splits %s', (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
  });

  it.each([
    ['', 'empty'],
    ['quay.io/', 'no path'],
    ['/web', 'no host before the slash'],
    ['quay.io//web', 'an empty part'],
    ['quay.io/shop/Web', 'upper case in the path'],
    ['quay.io/shop/web:', 'an empty tag'],
    ['quay.io/shop/web:-x', 'a tag that starts with a dash'],
    [`quay.io/shop/web:${'x'.repeat(129)}`, 'a tag that is too long'],
    ['quay.io/shop/web@sha256:abc', 'a short digest'],
    [`quay.io/shop/web@md5:${'a'.repeat(64)}`, 'an unknown algorithm'],
    [`quay.io/shop/web@${digest('A')}`, 'an upper-case digest'],
    [`quay.io/${'a/'.repeat(130)}web`, 'a name that is too long'],
    ['quay.io:99999/web', 'a port that does not exist'],
    ['-quay.io/web', 'a host that starts with a dash'],
    ['quay.io/web\n', 'a line break'],
    ['quay.io/web --creds', 'a blank'],
    ['quay.io/$(id)', 'shell text'],
    ['quay.io/../../etc', 'dots'],
    ['https://quay.io/web', 'a scheme'],
    ['user:pass@quay.io/web', 'credentials'],
    ['quay.io/web‮', 'a direction override'],
  ])('refuses %j: %s', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it('gives back what it formats', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
    const reference = fc.record({
      host: fc.constantFrom('quay.io', 'localhost', 'registry:5000', '10.0.0.1:5000'),
      path: fc.array(word, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
      tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined }),
      digest: fc.option(
        fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(reference, ({ host, path, tag, digest: pinned }) => {
        const parts = {
          host,
          path,
          ...(tag === undefined ? {} : { tag }),
          ...(pinned === undefined ? {} : { digest: pinned }),
        };
        expect(parseImageReference(formatImageName(parts))).toEqual(parts);
      }),
    );
  });

  it('refuses a hostile character wherever it stands', () => {
    const name = `quay.io:5000/shop/web:1.0@${digest('a')}`;
    const hostile = fc.constantFrom(
      ' ',
      '\n',
      '\t',
      '\0',
      '$',
      ';',
      '"',
      "'",
      '`',
      '\\',
      '*',
      '?',
      '%',
      '\u001b',
      '\u202e',
      'é',
    );
    fc.assert(
      fc.property(hostile, fc.nat(name.length), (character, place) => {
        expect(parseImageReference(name.slice(0, place) + character + name.slice(place))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    expect(parseImageReference(name)).toBeDefined();
  });
});

describe('formatImageName', () => {
  it('writes a short name without a slash before it', () => {
    expect(formatImageName({ path: 'nginx', tag: '1' })).toBe('nginx:1');
  });
});

describe('completeShortName', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['shop/web:1', 'docker.io/shop/web:1'],
    ['index.docker.io/nginx', 'docker.io/library/nginx'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['quay.io/nginx', 'quay.io/nginx'],
  ])('makes %s into %s', (short, long) => {
    const reference = parseImageReference(short);
    expect(reference && formatImageName(completeShortName(reference))).toBe(long);
  });
});

describe('isRegistryHost', () => {
  it.each(['quay.io', 'registry', 'registry:5000', '10.0.0.1:65535', '[::1]:5000'])('accepts %s', (host) => {
    expect(isRegistryHost(host)).toBe(true);
  });

  it.each(['', 'quay.io/', 'a..b', 'quay.io:', 'quay.io:65536', 'https://quay.io', 'a b', 'a\n'])(
    'refuses %j',
    (host) => {
      expect(isRegistryHost(host)).toBe(false);
    },
  );
});

describe('isRepositoryPath', () => {
  it('refuses a path longer than a registry stores', () => {
    expect(isRepositoryPath('a'.repeat(255))).toBe(true);
    expect(isRepositoryPath('a'.repeat(256))).toBe(false);
  });
});
