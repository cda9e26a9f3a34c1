import { describe, expect, it } from 'vitest';

import { textYamlCodec, yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import {
  formatAppManifest,
  overrideManifest,
  readAppManifest,
  type AppManifest,
} from '../../../../src/domain/app/app-manifest.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const read = (text: string) => readAppManifest(textYamlCodec.parse(text, 'epinio.yml'), 'epinio.yml');

const empty: AppManifest = {
  name: undefined,
  namespace: undefined,
  instances: undefined,
  configurations: undefined,
  environment: undefined,
  environmentSecret: undefined,
  routes: undefined,
  chart: undefined,
  settings: undefined,
  ignore: undefined,
  builder: undefined,
  origin: undefined,
};

const git = {
  kind: 'git',
  url: 'https://x/y.git',
  ...{ revision: undefined, branch: undefined, provider: undefined, config: undefined },
};

const whole = `
name: shop
namespace: workspace
configuration:
  instances: 2
  configurations: [database, "mail:post"]
  environment: { DAY: 0755, EMPTY: "", JSON: '{"a": "b, c"}', MODE: on }
  environment_secret: shop-env
  replace_env: true
  routes: [shop.example.com, shop.example.com/api]
  appchart: standard
  settings: { appListeningPort: 9000 }
  ignore: ["*.log"]
staging: { builder: builder.example.com/base:1 }
origin: { path: source }
`;

describe('epinio.yml', () => {
  it('is read with values of variables as they are written', () => {
    expect(read(whole)).toEqual({
      manifest: {
        name: 'shop',
        namespace: 'workspace',
        instances: 2,
        configurations: ['database', 'mail:post'],
        environment: [
          { name: 'DAY', value: '0755' },
          { name: 'EMPTY', value: '' },
          { name: 'JSON', value: '{"a": "b, c"}' },
          { name: 'MODE', value: 'on' },
        ],
        environmentSecret: 'shop-env',
        routes: ['shop.example.com', 'shop.example.com/api'],
        chart: 'standard',
        settings: [{ name: 'appListeningPort', value: '9000' }],
        ignore: ['*.log'],
        builder: 'builder.example.com/base:1',
        origin: { kind: 'path', path: 'source' },
      },
      ignored: [],
    });
  });

  it.each(['', '# nothing', '---\n', 'configuration:\nstaging: ~\norigin: null\n'])('may say nothing: %j', (text) => {
    expect(read(text)).toEqual({ manifest: empty, ignored: [] });
  });

  it('tells no routes from default routes', () => {
    expect(read('configuration: { routes: [] }').manifest.routes).toEqual([]);
    expect(read('configuration: { routes: }').manifest.routes).toBeUndefined();
  });

  it.each([
    ['origin: { container: "registry.example.com/a:1" }', { kind: 'container', image: 'registry.example.com/a:1' }],
    ['origin: { git: { url: "https://x/y.git", revision: main } }', { ...git, revision: 'main' }],
    [
      'origin: { git: { url: "https://x/y.git", branch: main, provider: github, gitconfig: login } }',
      { ...git, branch: 'main', provider: 'github', config: 'login' },
    ],
    ['origin: { archive: "true" }', undefined],
  ])('has one origin: %s', (text, expected) => {
    expect(read(text).manifest.origin).toEqual(expected);
  });

  it.each([
    ['- a', 'the document: expected a map'],
    ['a: 1\n---\nb: 1', 'document 2: expected one document'],
    ['name: [a]', 'name: expected a text'],
    ['configuration: [a]', 'configuration: expected a map'],
    ['configuration: { instances: many }', 'configuration.instances: expected a whole number, got "many"'],
    ['configuration: { instances: -1 }', 'configuration.instances: expected a whole number, got "-1"'],
    ['configuration: { routes: a.example.com }', 'configuration.routes: expected a list of texts'],
    ['configuration: { routes: [{ a: b }] }', 'configuration.routes: expected a list of texts'],
    ['configuration: { configurations: [" "] }', 'configuration.configurations: expected a list of texts'],
    ['configuration: { environment: [A=1] }', 'configuration.environment: expected a map of names and values'],
    ['configuration: { environment: { "A B": x } }', 'configuration.environment: invalid name "A B"'],
    ['configuration: { environment: { A: [x] } }', 'configuration.environment.A: expected a text'],
    ['configuration: { settings: text }', 'configuration.settings: expected a map of names and values'],
    ['staging: { builder: {} }', 'staging.builder: expected a text'],
    ['origin: { path: a, container: b }', 'origin: expected one of path, container and git, got path and container'],
    ['origin: { container: b, git: { url: c } }', 'got container and git'],
    ['origin: { git: text }', 'origin.git: expected a map'],
    ['origin: { git: { url: a, branch: [b] } }', 'origin.git.branch: expected a text'],
    ['origin: { git: { revision: main } }', 'origin.git.url: missing'],
  ])('is refused with the name of the field: %j', (text, message) => {
    const refusal = refusalOf(() => read(text));
    expect(refusal).toContain('invalid-file: reading epinio.yml: ');
    expect(refusal).toContain(message);
  });

  it('names fields that have no effect', () => {
    const text =
      'nmae: a\nconfiguration: { services: [a] }\nstaging: { xyz: 1 }\norigin: { foo: 1, git: { url: a, rev: b } }';
    expect(read(text).ignored).toEqual([
      'nmae (did you mean name?)',
      'configuration.services',
      'staging.xyz',
      'origin.foo',
      'origin.git.rev',
    ]);
  });
});

describe('flags', () => {
  it('replace the values of epinio.yml as a whole', () => {
    const { manifest } = read(whole);
    const environment = [{ name: 'ONLY', value: 'this' }];
    expect(overrideManifest(manifest, { environment, routes: [], name: undefined })).toEqual({
      ...manifest,
      environment,
      routes: [],
    });
  });
});

describe('a written epinio.yml', () => {
  it.each([
    ['everything', whole],
    ['an image', 'name: a\nconfiguration: { routes: [] }\norigin: { container: a }'],
    ['a repository', 'origin: { git: { url: a } }'],
    ['a commit', 'origin: { git: { url: a, revision: b, branch: c, provider: d, gitconfig: e } }'],
    ['nothing', ''],
  ])('is read as the same application: %s', (_, text) => {
    const { manifest } = read(text);
    expect(read(yamlCodec.format(formatAppManifest(manifest))).manifest).toEqual(manifest);
  });
});
