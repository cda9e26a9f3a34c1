import { describe, expect, it } from 'vitest';

import {
  namespaceMoves,
  parseRegistryReplacement,
  replaceRegistry,
} from '../../../../src/domain/transform/registry-replacement.ts';
import { refusalOf } from '../../../builders/task-error.ts';

describe('registry-replacement', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  it.each([
    ['docker.io/foo=quay.io/bar', 'docker.io/foo/web:1', 'quay.io/bar/web:1'],
    ['docker.io/foo=quay.io/bar', 'docker.io/foobar/web:1', 'docker.io/foobar/web:1'],
    ['host:5000/a=other:5000/b', 'host:5000/a/web', 'other:5000/b/web'],
    ['host=other', 'host:5000/a/web', 'host:5000/a/web'],
    ['host=other', 'host/web:1', 'other/web:1'],
    ['quay.io/ns/app=quay.io/new/app', 'quay.io/ns/app:1', 'quay.io/new/app:1'],
    ['quay.io/ns/app=quay.io/new/app', `quay.io/ns/app:1@${digest}`, `quay.io/new/app:1@${digest}`],
    ['quay.io/ns/app=quay.io/new/app', 'quay.io/ns/app', 'quay.io/new/app'],
    ['quay.io/ns/app:1=quay.io/x/y:2', 'quay.io/ns/app:1', 'quay.io/x/y:2'],
    ['quay.io/ns/app:1=quay.io/x/y:2', 'quay.io/ns/app:2', 'quay.io/ns/app:2'],
    ['a/b=c/d,a=e', 'a/b/web', 'c/d/web'],
    ['a/b=c/d,a=e', 'a/x/web', 'e/x/web'],
    ['nginx=mirror/nginx', 'nginx:1.2', 'mirror/nginx:1.2'],
    ['docker.io/library/nginx=mirror/nginx', 'nginx', 'nginx'],
    [' a=b , c=d ,', 'c/web', 'd/web'],
    ['', 'a/b', 'a/b'],
    ['a=b', '', ''],
    ['a=b', 'a/\nweb', 'b/\nweb'],
  ])('%j makes %j %j', (pairs, image, expected) => {
    expect(replaceRegistry(image, parseRegistryReplacement(pairs))).toBe(expected);
  });

  it('skips a pair whose source registry is unknown', () => {
    expect([...parseRegistryReplacement('/shop=/store,/shop=registry/store,a=b')]).toEqual([['a', 'b']]);
  });

  it.each([
    ['a', 'expected from=to'],
    ['=b', 'expected from=to'],
    ['a=b=c', 'expected from=to'],
    ['$(id)=a', 'invalid image name'],
    ['a=b c', 'invalid image name'],
    ['a=', 'the destination has no registry'],
    ['a/shop=/store', 'the destination has no registry'],
    ['a=b,a=c', 'a has another destination already'],
  ])('refuses %j: %s', (text, why) => {
    const refusal = refusalOf(() => parseRegistryReplacement(text));
    expect(refusal).toMatch(/^invalid-param: /);
    expect(refusal).toContain(why);
  });

  it('takes the same pair twice', () => {
    expect(parseRegistryReplacement('a=b,a=b').size).toBe(1);
  });

  it('derives the moves of namespaces from pairs of the internal registry alone', () => {
    const pairs = parseRegistryReplacement(
      'in:5000/shop=out/store,docker.io/foo=quay.io/bar,in:5000/a/b=out/c/d,in:5000=out,in:5000/x=out/y/z,in:5000/n=out',
    );
    expect([...namespaceMoves(pairs, new Set(['in:5000']))]).toEqual([['shop', 'store']]);
  });
});
