import { describe, expect, it } from 'vitest';

import { parseSourceFile } from '../../../../../src/domain/images/skopeo/source-file.ts';
import { refusalOf } from '../../../../builders/task-error.ts';
import { Redactor } from '../../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

const digest = `sha256:${'a'.repeat(64)}`;

function parse(registry: unknown) {
  return parseSourceFile([{ 'a.example': registry }], 'source.yaml', redactor);
}

const problemsOf = (...documents: unknown[]): string =>
  refusalOf(() => parseSourceFile(documents, 'source.yaml', redactor));

describe('parseSourceFile', () => {
  it('reads repositories with their tags and digests, and empty lists as all tags', () => {
    const document = {
      'a.example:5000': {
        images: { 'shop/web': ['2', digest, '1', '1'], 'shop/all': [], 'shop/none': null },
        'tls-verify': 'off',
      },
      'b.example': { images: {} },
    };
    const { repositories, registries } = parseSourceFile([document], 'source.yaml', redactor);
    const registry = 'a.example:5000';
    expect(repositories).toEqual([
      { source: { host: registry, path: 'shop/web' }, choice: { by: 'list', references: ['1', '2', digest] } },
      { source: { host: registry, path: 'shop/all' }, choice: { by: 'list', references: [] } },
      { source: { host: registry, path: 'shop/none' }, choice: { by: 'list', references: [] } },
    ]);
    expect(registries.map(({ host, verifyTls }) => [host, verifyTls])).toEqual([
      [registry, false],
      ['b.example', undefined],
    ]);
  });

  it('reads patterns and version constraints', () => {
    const { repositories } = parse({
      'images-by-tag-regex': { 'shop/web': '^1\\.' },
      'images-by-semver': { 'shop/api': '>=2' },
    });
    expect(repositories.map(({ source, choice }) => [source.path, choice])).toEqual([
      ['shop/web', { by: 'regex', pattern: '^1\\.' }],
      ['shop/api', { by: 'semver', constraint: '>=2' }],
    ]);
  });

  it('reads credentials without ever showing them', () => {
    const { registries } = parse({ credentials: { username: 'robot', password: 'secret-of-robot' } });
    expect(registries[0]?.login?.username).toBe('robot');
    expect(registries[0]?.login?.password.reveal()).toBe('secret-of-robot');
    expect(JSON.stringify(registries)).not.toContain('secret-of-robot');
    const { registries: byToken } = parse({ credentials: { identitytoken: 'refresh-me' } });
    expect(byToken[0]?.login?.identityToken?.reveal()).toBe('refresh-me');
    const wrong = problemsOf({ 'a.example': { credentials: { username: 'robot', password: 4711_0815 } } });
    expect(wrong).toContain('a.example: credentials: expected username and password');
    expect(wrong).not.toContain('47110815');
  });

  it('takes a registry without a map for one without images, as skopeo does', () => {
    const { repositories, warnings } = parseSourceFile(
      [{ 'a.example': null, 'b.example': { images: { web: ['1'] } } }],
      'source.yaml',
      redactor,
    );
    expect(repositories.map(({ source }) => source.host)).toEqual(['b.example']);
    expect(warnings).toEqual(['a.example: it has no `images`']);
  });

  it.each([undefined, null, {}, { username: '' }, { username: null, password: null }])(
    'takes credentials %j as none',
    (credentials) => {
      expect(parse({ credentials }).registries[0]?.login).toBeUndefined();
    },
  );

  it("completes short names of Docker's hub", () => {
    const { repositories, registries } = parseSourceFile(
      [{ 'Docker.io': { images: { alpine: ['3'] } } }],
      'source.yaml',
      redactor,
    );
    expect(repositories[0]?.source).toEqual({ host: 'docker.io', path: 'library/alpine' });
    expect(registries[0]?.host).toBe('docker.io');
  });

  it('takes an empty file as nothing to do', () => {
    expect(parseSourceFile([], 'source.yaml', redactor).repositories).toEqual([]);
    expect(parse({}).repositories).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a repository in capitals', { images: { Web: [] } }, 'invalid repository name "Web"'],
    ['tags that are no list', { images: { web: 'latest' } }, 'expected a list of tags'],
    ['a tag with blanks', { images: { web: ['a b'] } }, 'expected a tag or a digest, got "a b"'],
    ['a tag without a value', { images: { web: [null] } }, 'expected a tag or a digest, got null'],
    ['a pattern that is no text', { 'images-by-tag-regex': { web: 1 } }, 'expected a regular expression'],
    [
      'a list of constraints',
      { 'images-by-semver': { web: ['>=1', '<2'] } },
      'expected a version constraint, in quotes',
    ],
    ['a constraint that is absent', { 'images-by-semver': { web: null } }, 'expected a version constraint, in quotes'],
    ['a list of patterns', { 'images-by-tag-regex': { web: ['^1'] } }, 'expected a regular expression'],
    ['a constraint that is a number', { 'images-by-semver': { web: 1.2 } }, 'expected a version constraint, in quotes'],
  ])('sets %s aside, and keeps the rest', (_name, registry, message) => {
    const merged = {
      ...(registry as object),
      images: { ...((registry as { images?: object }).images ?? {}), ok: ['1'] },
    };
    const { wrong, repositories } = parse(merged);
    expect(wrong.map((one) => one.message).join()).toContain(message);
    expect(wrong[0]?.name).toMatch(/^a\.example\/[Ww]eb$/);
    expect(repositories).toHaveLength(1);
  });

  it('sets one tag of a list aside, and keeps the others', () => {
    const { wrong, repositories } = parse({ images: { web: ['1', '-x', '2'] } });
    expect(wrong).toEqual([{ name: 'a.example/web', message: 'expected a tag or a digest, got "-x"' }]);
    expect(repositories[0]?.choice).toEqual({ by: 'list', references: ['1', '2'] });
  });
});

describe('the keys of a source file', () => {
  it('can have the beginning of a path', () => {
    const document = {
      'a.example:5000/team': { images: { web: ['1'] }, credentials: { username: 'u', password: 'p' } },
      'docker.io/library': { images: { alpine: ['3'] } },
      'a.example:5000': { images: { 'team/api': ['1'] }, 'tls-verify': 'true' },
    };
    const { repositories, registries } = parseSourceFile([document], 'source.yaml', redactor);
    expect(repositories.map(({ source }) => `${source.host}/${source.path}`)).toEqual([
      'a.example:5000/team/web',
      'docker.io/library/alpine',
      'a.example:5000/team/api',
    ]);
    expect(registries.map(({ host, path }) => [host, path])).toEqual([
      ['a.example:5000', 'team'],
      ['docker.io', 'library'],
      ['a.example:5000', ''],
    ]);
  });

  it.each([
    ['tls-verify', 'true', 'false'],
    ['cert-dir', 'one', 'two'],
  ])('refuses two values of %s for one host', (key, one, other) => {
    const message = problemsOf({ 'a.example/x': { [key]: one }, 'a.example/y': { [key]: other }, 'a.example': {} });
    expect(message).toContain(`a.example: ${key} has two values`);
  });

  it('warns of keys that mean nothing', () => {
    expect(parse({ image: {} }).warnings).toEqual(['a.example: "image" means nothing in a source file']);
  });

  it.each<[string, unknown, string]>([
    ['a list of registries', ['a.example'], 'expected a map of registries'],
    ['a registry that is no host', { 'a b': { images: {} } }, '"a b": expected a registry host'],
    ['a path in capitals', { 'a.example/Team': { images: {} } }, 'expected a registry host, or one with a path'],
    ['a path that is empty', { 'a.example/': { images: {} } }, 'expected a registry host, or one with a path'],
    ['a registry without a map', { 'a.example': ['web'] }, 'a.example: expected a map with `images`'],
    ['images that are a list', { 'a.example': { images: ['web'] } }, 'a.example: images: expected a map'],
    ['tls-verify as a word', { 'a.example': { 'tls-verify': 'never' } }, 'tls-verify: expected true or false'],
    ['a folder that is no text', { 'a.example': { 'cert-dir': {} } }, 'cert-dir: expected text'],
  ])('refuses %s', (_name, document, problem) => {
    expect(problemsOf(document)).toContain(problem);
  });

  it('refuses a second document', () => {
    expect(problemsOf({}, {})).toContain('expected one YAML document');
  });

  it('names all problems at once', () => {
    const message = problemsOf({ 'a.example': { images: [] }, 'b c': { credentials: 'x' } });
    for (const part of ['a.example: images', '"b c"', 'credentials']) expect(message).toContain(part);
  });
});
