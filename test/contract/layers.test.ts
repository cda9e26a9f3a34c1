import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { cyclesOf, folderGraph, readImports, type ImportGraph } from '../builders/import-graph.ts';

const root = path.resolve(import.meta.dirname, '../..');
const graph = readImports(root, 'src/**/*.ts');

/** What each layer imports besides itself. The figure in DEVELOPMENT.md shows the same. */
const layers: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  usecases: ['domain'],
  adapters: ['domain'],
  runtime: ['domain'],
  pipelines: ['tasks', 'usecases', 'runtime', 'domain'],
  tasks: ['pipelines', 'wizard', 'runtime', 'usecases', 'adapters', 'domain'],
  // The server composes adapters and use cases, as a task does.
  wizard: ['runtime', 'usecases', 'adapters', 'domain'],
  'cli.ts': ['commands.ts', 'tasks', 'runtime', 'domain'],
  'commands.ts': ['tasks', 'runtime', 'adapters', 'domain'],
};

/** What an adapter imports of other adapters. */
const adapters: Readonly<Record<string, readonly string[]>> = {
  age: ['files'],
  archives: ['files', 'processes'],
  http: ['files', 'sockets'],
  kube: ['clock', 'files', 'http', 'processes', 'sockets', 'yaml'],
  plugins: ['files', 'processes'],
  processes: ['files'],
  registry: ['files', 'http'],
  s3: ['files', 'http'],
  scan: ['archives'],
  source: ['archives', 'files'],
};

/** The folders that import a package, by the name of the package. */
const homes: Readonly<Record<string, string>> = {
  '@aws-sdk/client-s3': 'src/adapters/s3',
  '@kubernetes/client-node': 'src/adapters/kube',
  '@peculiar/x509': 'src/adapters/certificates',
  '@fastify/cookie': 'src/wizard/server/http',
  '@fastify/helmet': 'src/wizard/server/http',
  '@fastify/rate-limit': 'src/wizard/server/http',
  '@fastify/static': 'src/wizard/server/http',
  'age-encryption': 'src/adapters/age',
  fastify: 'src/wizard/server/http',
  fflate: 'src/adapters/archives',
  diff: 'src/usecases/verify',
  execa: 'src/adapters/processes',
  ignore: 'src/adapters/source',
  'js-yaml': 'src/adapters/yaml',
  'openid-client': 'src/adapters/kube',
  'p-limit': 'src/adapters/kube',
  'packageurl-js': 'src/usecases/containerize',
  'p-map': 'src/usecases',
  'package.json': 'src/runtime',
  re2js: 'src/adapters/tags',
  'reflect-metadata': 'src/adapters/certificates',
  semver: 'src/adapters/tags',
  'smol-toml': 'src/adapters/toml',
  'tar-stream': 'src/adapters/archives',
  tldts: 'src/adapters/registry',
  yargs: 'src/runtime',
  yauzl: 'src/adapters/archives',
};

const mostExports = 8;

function forbiddenImports(files: ImportGraph): readonly string[] {
  return [...files].flatMap(([file, imports]) =>
    imports.filter((name) => !mayImport(file, name)).map((name) => `${file} imports ${name}`),
  );
}

function mayImport(file: string, name: string): boolean {
  const [, layer = '', folder = ''] = file.split('/');
  const pure = layer === 'domain' || layer === 'usecases';
  if (!name.startsWith('src/')) return name.startsWith('node:') ? !pure : homes[packageOf(name)] === path.dirname(file);
  const [, other = '', otherFolder = ''] = name.split('/');
  if (other !== layer) return layers[layer]?.includes(other) === true;
  return layer !== 'adapters' || otherFolder === folder || adapters[folder]?.includes(otherFolder) === true;
}

function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** The source files that a unit test may belong to: `<name>[-<more>].test.ts` beside `<name>.ts`, or named as the folder. */
function isMirrored(test: string, exists: (file: string) => boolean): boolean {
  const inside = path.dirname(path.relative('test/unit', test));
  if (inside === 'properties') return true;
  const isElsewhere = inside.startsWith('testbed') || inside.startsWith('pages');
  const folder = isElsewhere ? inside : path.join('src', inside);
  const words = path.basename(test, '.test.ts').split('-');
  const names = words.map((_, index) => words.slice(0, index + 1).join('-'));
  return names.some((name) => exists(path.join(folder, `${name}.ts`)) || name === path.basename(inside));
}

describe('the source files', () => {
  it('have no import cycle, nor have their folders', () => {
    expect(cyclesOf(graph)).toEqual([]);
    expect(cyclesOf(folderGraph(graph))).toEqual([]);
  });

  it('import only what their layer and their folder may', () => {
    expect(forbiddenImports(graph)).toEqual([]);
  });

  it(`export at most ${String(mostExports)} functions each`, () => {
    const exported = /^export (?:async )?(?:function|class) /gm;
    const many = [...graph.keys()].filter(
      (file) => [...readFileSync(path.join(root, file), 'utf8').matchAll(exported)].length > mostExports,
    );
    expect(many).toEqual([]);
  });

  it('have their unit tests at the same path', () => {
    const tests = globSync('test/unit/**/*.test.ts', { cwd: root });
    expect(tests.length).toBeGreaterThan(200);
    expect(tests.filter((test) => !isMirrored(test, (file) => existsSync(path.join(root, file))))).toEqual([]);
  });
});

describe('the check of the source files', () => {
  it('finds cycles of files and of folders', () => {
    const planted = new Map([
      ['src/a/x.ts', ['src/b/y.ts']],
      ['src/b/y.ts', ['src/b/z.ts']],
      ['src/b/z.ts', ['src/a/x.ts', 'src/a/w.ts']],
      ['src/a/w.ts', []],
    ]);
    expect(cyclesOf(planted)).toEqual([['src/a/x.ts', 'src/b/y.ts', 'src/b/z.ts']]);
    expect(cyclesOf(folderGraph(planted))).toEqual([['src/a', 'src/b']]);
    expect(
      cyclesOf(
        new Map([
          ['src/a/x.ts', ['src/a/w.ts']],
          ['src/a/w.ts', []],
        ]),
      ),
    ).toEqual([]);
  });

  it.each([
    ['src/domain/core/secret.ts', 'src/usecases/ports.ts'],
    ['src/domain/core/secret.ts', 'node:crypto'],
    ['src/usecases/apply/apply-object.ts', 'src/adapters/kube/connect.ts'],
    ['src/usecases/apply/apply-object.ts', 'js-yaml'],
    ['src/adapters/kube/connect.ts', 'src/usecases/cluster/cluster-uid.ts'],
    ['src/adapters/kube/connect.ts', 'src/adapters/registry/registry.ts'],
    ['src/adapters/kube/connect.ts', 'execa'],
    ['src/adapters/kube/connect.ts', 'left-pad'],
    ['src/runtime/log.ts', 'src/tasks/index.ts'],
    ['src/tasks/index.ts', 'src/cli.ts'],
  ])('refuses that %s imports %s', (file, name) => {
    expect(forbiddenImports(new Map([[file, [name]]]))).toHaveLength(1);
  });

  it.each([
    ['test/unit/domain/core/duration.test.ts', true],
    ['test/unit/domain/core/duration-limits.test.ts', true],
    ['test/unit/domain/core/core.test.ts', true],
    ['test/unit/domain/duration.test.ts', false],
    ['test/unit/domain/core/durations.test.ts', false],
  ])('knows whether %s is at the path of its file: %s', (test, expected) => {
    expect(isMirrored(test, (file) => file === 'src/domain/core/duration.ts')).toBe(expected);
  });
});
