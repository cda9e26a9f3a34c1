import { describe, expect, it } from 'vitest';

import { parseSourceFile } from '../../../../src/domain/sync/source-file.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function problemsOf(...documents: unknown[]): string {
  try {
    parseSourceFile(documents, 'source.yaml');
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('parseSourceFile', () => {
  it('reads repositories with their tags and digests, and empty lists as all tags', () => {
    const document = {
      'a.example:5000': {
        images: { 'shop/web': ['2', digest, '1', '1'], 'shop/all': [], 'shop/none': null },
        'tls-verify': false,
      },
      'b.example': { images: {} },
    };
    expect(parseSourceFile([document], 'source.yaml')).toEqual([
      { source: { registry: 'a.example:5000', path: 'shop/web' }, references: ['1', '2', digest], verifyTls: false },
      { source: { registry: 'a.example:5000', path: 'shop/all' }, references: [], verifyTls: false },
      { source: { registry: 'a.example:5000', path: 'shop/none' }, references: [], verifyTls: false },
    ]);
  });

  it('leaves verification to the parameter when the file does not speak of it', () => {
    expect(parseSourceFile([{ 'a.example': { images: { web: ['1'] } } }], 'source.yaml')[0]?.verifyTls).toBeUndefined();
  });

  it("completes short names of Docker's hub", () => {
    expect(parseSourceFile([{ 'docker.io': { images: { alpine: ['3'] } } }], 'source.yaml')[0]?.source).toEqual({
      registry: 'docker.io',
      path: 'library/alpine',
    });
  });

  it('takes an empty file as nothing to do', () => {
    expect(parseSourceFile([], 'source.yaml')).toEqual([]);
    expect(parseSourceFile([{ 'a.example': {} }], 'source.yaml')).toEqual([]);
  });

  it.each(['images-by-tag-regex', 'images-by-semver', 'credentials', 'cert-dir'])(
    'refuses %s instead of passing it over',
    (key) => {
      expect(problemsOf({ 'a.example': { images: {}, [key]: {} } })).toContain(`a.example: ${key} is not supported: `);
    },
  );

  it.each<[string, unknown, string]>([
    ['unknown keys', { 'a.example': { image: {} } }, 'a.example: image is not supported'],
    ['a list of registries', ['a.example'], 'expected a map of registries'],
    ['a registry that is no host', { 'a b': { images: {} } }, '"a b": expected a registry host'],
    ['a registry without a map', { 'a.example': ['web'] }, 'a.example: expected a map with `images`'],
    ['images that are a list', { 'a.example': { images: ['web'] } }, 'a.example: images: expected a map'],
    ['a repository in capitals', { 'a.example': { images: { Web: [] } } }, '"a.example/Web": expected a repository'],
    ['tags that are no list', { 'a.example': { images: { web: 'latest' } } }, 'a.example/web: expected a list'],
    ['a tag with blanks', { 'a.example': { images: { web: ['a b'] } } }, 'a.example/web: expected a list'],
    ['a number as tag', { 'a.example': { images: { web: [1.1] } } }, 'a.example/web: expected a list'],
    ['tls-verify as text', { 'a.example': { images: {}, 'tls-verify': 'no' } }, 'tls-verify: expected true or false'],
  ])('refuses %s', (_name, document, problem) => {
    expect(problemsOf(document)).toContain(problem);
  });

  it('refuses a second document', () => {
    expect(problemsOf({}, {})).toContain('expected one YAML document');
  });

  it('names all problems at once', () => {
    const message = problemsOf({ 'a.example': { images: { Web: [] } }, 'b c': { credentials: {} } });
    expect(message).toContain('Web');
    expect(message).toContain('b c');
    expect(message).toContain('credentials');
  });
});
