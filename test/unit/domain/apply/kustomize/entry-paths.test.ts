import { describe, expect, it } from 'vitest';

import { isRemotePath, resolveEntry, toLocalEntry } from '../../../../../src/domain/apply/kustomize/entry-paths.ts';

describe('entries of a kustomization', () => {
  it.each([
    'http://example.com/x.yaml',
    'HTTPS://example.com/x.yaml',
    'http:example.com',
    'git::https://example.com/x?ref=--upload-pack=touch',
    'GIT::file:///x',
    'ssh://git@example.com/x',
    'file:///w/repository?ref=main',
    'github.com/example/repository?ref=main',
    'GitHub.com:example/repository',
    'git@github.com:example/repository.git',
    'git@example.com:repository.git',
    'org-1234@github.com/example/repository',
    'gh:example/repository',
    's3::https://example.com/x',
  ])('%s is remote', (entry) => {
    const isAddress = isRemotePath(entry);
    expect([isAddress, resolveEntry('', entry)]).toEqual(
      entry.startsWith('s3') ? [false, 's3::https:/example.com/x'] : [true, undefined],
    );
  });

  it.each([
    ['', 'map.yaml', 'map.yaml'],
    ['', './sub/', 'sub'],
    ['sub/', '../base', 'base'],
    ['sub/', '..', ''],
    ['a/b/', '../../c//d/./e', 'c/d/e'],
    ['', 'Role__v1_system:x~%2F#?.yaml', 'Role__v1_system:x~%2F#?.yaml'],
    ['', 'a@b.yaml', 'a@b.yaml'],
  ])('from %j, %j is the path %j', (folder, entry, path) => {
    expect(resolveEntry(folder, entry)).toBe(path);
  });

  it.each([
    ['', ''],
    ['', '/etc/passwd'],
    ['', '../outside'],
    ['sub/', 'x/../../../outside'],
    ['', 'a\nb'],
    ['', 'a\u0000b'],
    ['', 'a\u0085b'],
    ['', 'a:\u2028 b'],
    ['', 'a:\u2029 b'],
  ])('from %j, %j is outside or malformed', (folder, entry) => {
    expect(resolveEntry(folder, entry)).toBeUndefined();
  });

  it.each([
    ['map.yaml', './map.yaml'],
    ['sub//x/../y/', './sub/y'],
    ['../base', '../base'],
    ['a/../../base', '../base'],
    ['../../base', '../../base'],
    ['.', '.'],
    ['a:b?ref=c', './a:b?ref=c'],
  ])('%j is written as %j', (entry, written) => {
    expect(toLocalEntry(entry)).toBe(written);
  });
});
