import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { isChartPath, rebuildChart } from '../../../../src/domain/helm/chart-files.ts';
import { differencesOf, type ChartContent } from '../../../../src/domain/helm/compare-chart.ts';
import { compareObjects, objectsOf, parseManifest } from '../../../../src/domain/helm/rendered-objects.ts';
import { decodeRelease, type Release } from '../../../../src/domain/helm/release.ts';
import { chooseRevision, isHelm2Release, revisionsOf } from '../../../../src/domain/helm/revisions.ts';
import { disabledSubcharts, missingSubcharts, neededSubcharts } from '../../../../src/domain/helm/subcharts.ts';
import { findUnstableTemplates } from '../../../../src/domain/helm/unstable-templates.ts';
import {
  releaseJson,
  releaseObject,
  webManifest,
  webTemplate,
  type ReleaseParts,
} from '../../../builders/helm-release.ts';
import { refusalOf } from '../../../builders/task-error.ts';

function aRelease(parts: ReleaseParts = {}): Release {
  return decodeRelease(btoa(releaseJson(parts)), 'test', (bytes) => bytes);
}

const format = (value: unknown): string => yamlCodec.format(value);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function content(files: Readonly<Record<string, string>>, values: unknown = { image: 'nginx' }): ChartContent {
  const all = Object.entries({ 'templates/web.yaml': webTemplate, ...files });
  return {
    metadata: { name: 'web', version: '1.2.3' },
    values: values as ChartContent['values'],
    files: new Map(all.map(([path, text]) => [path, bytes(text)])),
    subcharts: [],
  };
}

describe('chooseRevision', () => {
  const revisions = (...states: readonly string[]) =>
    revisionsOf(states.map((status, index) => releaseObject({ revision: index + 1, status })));

  it.each([
    [['superseded', 'deployed'], 2],
    [['superseded', 'deployed', 'failed'], 2],
    [['deployed', 'deployed', 'pending-upgrade'], 2],
  ])('of %j is %i', (states, expected) => {
    expect(chooseRevision('web', revisions(...states)).revision).toBe(expected);
  });

  it.each([[[]], [['failed']], [['pending-install']], [['superseded', 'uninstalled']]])('refuses %j', (states) => {
    expect(refusalOf(() => chooseRevision('web', revisions(...states)))).toMatch(/^release-pending/);
  });

  it('skips objects of others', () => {
    const { metadata } = releaseObject();
    const other = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x', labels: { ...metadata.labels, version: 'a' } },
    };
    expect(revisionsOf([other])).toEqual([]);
    expect(revisionsOf([{ ...other, metadata: { name: 'x', labels: { owner: 'helm', name: 'web' } } }])).toEqual([]);
    expect(isHelm2Release('web', [{ ...other, metadata: { name: 'web.v1', labels: { NAME: 'web' } } }])).toBe(true);
  });
});

describe('rebuildChart', () => {
  it('has all files, without what Helm keeps of dependencies', () => {
    const { chart } = aRelease({
      metadata: { dependencies: [] },
      files: { 'README.md': 'x', 'requirements.yaml': 'dependencies: [{ name: off }]' },
      schema: '{}',
    });
    const files = rebuildChart(chart, format);
    expect([...files.keys()].sort()).toEqual([
      'Chart.yaml',
      'README.md',
      'templates/web.yaml',
      'values.schema.json',
      'values.yaml',
    ]);
    expect(new TextDecoder().decode(files.get('Chart.yaml'))).toBe('apiVersion: v2\nname: web\nversion: "1.2.3"\n');
  });

  it.each(['../x', '/etc/passwd', 'a/../../b', 'a\\b', 'c:x', 'a//b', './a', 'a\0b'])('refuses the path %j', (path) => {
    expect(isChartPath(path)).toBe(false);
    const { chart } = aRelease({ files: { [path]: 'x' } });
    expect(refusalOf(() => rebuildChart(chart, format))).toMatch(/^release-invalid/);
  });

  it('refuses a path that two files have', () => {
    const { chart } = aRelease({ files: { 'values.yaml': 'x' } });
    expect(refusalOf(() => rebuildChart(chart, format))).toMatch(/^release-invalid/);
  });
});

describe('subcharts', () => {
  it('are known by the metadata and by what they rendered', () => {
    const dependencies = [{ name: 'main', alias: 'main', version: '1.x', repository: 'https://r', enabled: true }];
    const release = aRelease({
      metadata: { dependencies },
      lock: {
        dependencies: [
          { name: 'off', repository: 'https://s' },
          { name: 'db', repository: 'https://r' },
        ],
      },
      manifest: webManifest('nginx').replace('web/templates', 'web/charts/a/charts/b/templates'),
      hooks: [{ path: 'web/charts/hooked/templates/x.yaml', manifest: '' }],
    });
    expect(neededSubcharts(release).map(({ name }) => name)).toEqual(['a/b', 'hooked', 'main']);
    expect(disabledSubcharts(release)).toEqual(['off']);
    const inner = { ...content({}), names: ['b'] };
    const chart = {
      ...content({}),
      subcharts: [
        { ...content({}), names: ['a'], subcharts: [inner] },
        { ...content({}), names: ['main'] },
      ],
    };
    expect(missingSubcharts(neededSubcharts(release), chart).map(({ name }) => name)).toEqual(['hooked']);
  });
});

describe('neededSubcharts', () => {
  const dependency = { name: 'db', version: '1.x', repository: 'https://r' };

  it('are those of the metadata, by their alias or name, without one that has neither', () => {
    const release = aRelease({ metadata: { dependencies: [{ ...dependency, alias: 'store' }, dependency, {}] } });
    expect(neededSubcharts(release)).toEqual([
      { name: 'db', version: '1.x', repository: 'https://r' },
      { name: 'store', version: '1.x', repository: 'https://r' },
    ]);
  });

  it('keep the version when they rendered something', () => {
    const manifest = webManifest('nginx').replace('web/templates', 'web/charts/db/templates');
    expect(neededSubcharts(aRelease({ metadata: { dependencies: [dependency] }, manifest }))).toEqual([dependency]);
  });

  it('are none for a chart that only has its own templates', () => {
    expect(neededSubcharts(aRelease())).toEqual([]);
    for (const path of ['web/templates/charts/grafana.yaml', 'charts/templates/charts/a/templates/b.yaml'])
      expect(neededSubcharts(aRelease({ manifest: `---\n# Source: ${path}\n` }))).toEqual([]);
  });
});

describe('disabledSubcharts', () => {
  it.each<[string, readonly object[], readonly object[], readonly string[]]>([
    ['the lock has and the metadata not', [{ name: 'a' }], [{ name: 'a' }, { name: 'b' }], ['b']],
    ['has the name in another repository', [{ name: 'a', repository: 'x' }], [{ name: 'a', repository: 'y' }], ['a']],
    ['has no name', [], [{}], ['']],
    ['an alias may stand for', [{ name: 'b', alias: 'b', repository: 'x' }], [{ name: 'a', repository: 'x' }], []],
    ['the metadata has without a name', [{ repository: 'x' }], [{ repository: 'x' }], []],
  ])('finds what %s', (...[, dependencies, locked, expected]) => {
    expect(disabledSubcharts(aRelease({ metadata: { dependencies }, lock: { dependencies: locked } }))).toEqual(
      expected,
    );
  });
});

describe('differencesOf', () => {
  const { chart } = aRelease({
    files: { 'README.md': 'old', 'conf/a.txt': 'a' },
    values: '{"image":"nginx","n":1.0,"big":1e6}',
  });
  const equal = { image: 'nginx', n: 1, big: 1_000_000, gone: null };

  it('finds none in the same chart, whatever its documentation and line breaks', () => {
    const files = { 'README.md': 'new', 'conf/a.txt': 'a', 'templates/web.yaml': webTemplate.replaceAll('\n', '\r\n') };
    expect(differencesOf(chart, content(files, equal))).toEqual([]);
  });

  it('does not count byte order marks, which Helm drops when it reads an archive', () => {
    const files = { 'conf/a.txt': '\ufeffa', 'templates/web.yaml': `\ufeff${webTemplate}` };
    expect(differencesOf(chart, content(files, equal))).toEqual([]);
  });

  it.each<[string, ChartContent, readonly string[]]>([
    ['a template', content({ 'conf/a.txt': 'a', 'templates/web.yaml': '' }, equal), ['templates/web.yaml']],
    ['a file more and one less', content({ 'conf/b.txt': 'a' }, equal), ['conf/a.txt', 'conf/b.txt']],
    [
      'values',
      content({ 'conf/a.txt': 'a' }, { image: 'x', n: 1, more: 1 }),
      ['values.yaml: big', 'values.yaml: image', 'values.yaml: more'],
    ],
    [
      'the version',
      { ...content({ 'conf/a.txt': 'a' }, equal), metadata: { name: 'web', version: '2' } },
      ['Chart.yaml: version'],
    ],
    ['a schema', content({ 'conf/a.txt': 'a', 'values.schema.json': '{}' }, equal), ['values.schema.json']],
  ])('finds %s', (_what, found, expected) => {
    expect(differencesOf(chart, found)).toEqual(expected);
  });

  it.each<[string, string, unknown, readonly string[]]>([
    ['maps', '{"a":{"b":{"c":1,"d":2}}}', { a: { b: { c: 1, d: 3 } } }, ['values.yaml: a.b.d']],
    ['equal lists', '{"a":[1.0,{"b":1e2},"x"]}', { a: [1, { b: 100 }, 'x'] }, []],
    ['lists of another length', '{"a":[1]}', { a: [1, 2] }, ['values.yaml: a']],
    ['lists with another item', '{"a":[1,{"b":1}]}', { a: [1, { b: 2 }] }, ['values.yaml: a']],
    ['a list and a text', '{"a":[1]}', { a: '1' }, ['values.yaml: a']],
    ['a number and a text', '{"a":1}', { a: '1' }, ['values.yaml: a']],
    ['an empty map that only one has', '{"b":{}}', { a: {} }, []],
    ['a map that only the chart has', '{}', { a: { b: 1 } }, ['values.yaml: a']],
  ])('compares values: %s', (...[, values, found, expected]) => {
    const { chart: stored } = aRelease({ values });
    expect(differencesOf(stored, content({}, found))).toEqual(expected);
  });

  it('lets a release with subcharts have their default values on top', () => {
    const { chart: merged } = aRelease({ values: '{"image":"nginx","db":{"size":1},"global":{}}' });
    const found = { ...content({}), metadata: { name: 'web', version: '1.2.3', dependencies: [{ name: 'db' }] } };
    expect(differencesOf(merged, found)).toEqual([]);
    expect(differencesOf(merged, { ...found, values: { image: 'x' } })).toEqual(['values.yaml: image']);
  });
});

describe('findUnstableTemplates', () => {
  const find = (templates: Readonly<Record<string, string>>) =>
    findUnstableTemplates(Object.entries(templates).map(([path, text]) => ({ path, content: bytes(text) })));

  it.each([
    ['{{ lookup "v1" "Secret" "a" "b" }}', ['lookup']],
    ['{{- $ca := genCA "a" 365 }}{{ now | date "x" }}', ['genCA', 'now']],
    ['{{/* randAlphaNum 5 */}} randAlphaNum', undefined],
    ['{{ "lookup" }}{{ .Values.lookup }}', undefined],
  ])('in %s finds %j', (text, functions) => {
    expect(find({ 'templates/a.yaml': text })[0]?.functions).toEqual(functions);
  });

  it('finds nothing in a chart without templates', () => {
    expect(find({})).toEqual([]);
  });

  it('adds up the parts of a file, and knows helpers by the name of their file', () => {
    const define = '{{ define "a" }}{{ now }}{{ end }}';
    expect(find({ 'templates/a/_b.yaml': define, 'templates/_a/b.yaml': `{{ uuidv4 }}${define}` })).toEqual([
      { path: 'templates/_a/b.yaml', functions: ['now', 'uuidv4'] },
    ]);
  });

  it('follows named templates', () => {
    const helpers =
      '{{ define "a" }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ uuidv4 }}{{ include "a" . }}{{ end }}';
    const found = find({
      'templates/_h.tpl': helpers,
      'templates/x.yaml': '{{ include "a" . }}',
      'templates/y.yaml': '{{ include "c" . }}',
    });
    expect(found).toEqual([{ path: 'templates/x.yaml', functions: ['uuidv4'] }]);
  });
});

describe('objectsOf', () => {
  const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
  const listOf = (release: Release) =>
    objectsOf(release, yamlCodec).map(({ template, resource }) => [template, resource.metadata.name]);

  it('has the manifest and the hooks, each with its template', () => {
    const hooks = [
      { path: 'web/templates/hook.yaml', manifest: object('b') },
      { path: '', manifest: object('c') },
    ];
    expect(listOf(aRelease({ manifest: `---\n# Source: web/templates/a.yaml\n${object('a')}`, hooks }))).toEqual([
      ['web/templates/a.yaml', 'a'],
      ['web/templates/hook.yaml', 'b'],
      [undefined, 'c'],
    ]);
  });

  it('takes lists apart and skips what is not an object', () => {
    const list = `items: [{ apiVersion: v1, kind: Secret, metadata: { name: a } }, text, { items: 1 }]`;
    expect(listOf(aRelease({ manifest: `---\n${list}\n--- # more\n- a\n---\ntext\n---\n${object('b')}` }))).toEqual([
      [undefined, 'a'],
      [undefined, 'b'],
    ]);
  });
});

describe('compareObjects', () => {
  it('compares by identity, with the namespace of the release', () => {
    const parse = (text: string) => parseManifest(text, 'test', yamlCodec);
    const expected = parse(webManifest('nginx:1') + webManifest('nginx', 'gone'));
    const rendered = parse(
      webManifest('nginx:2').replace('name: web', 'name: web\n  namespace: shop') + webManifest('nginx', 'new'),
    );
    const found = compareObjects(expected, rendered, 'shop');
    expect(found.missing.map(({ resource }) => resource.metadata.name)).toEqual(['gone']);
    expect(found.added.map(({ resource }) => resource.metadata.name)).toEqual(['new']);
    expect(found.changed.map(({ places }) => places.map((path) => path.join('.')))).toEqual([
      ['metadata.namespace', 'spec.template.spec.containers.0.image'],
    ]);
    expect(found.changed[0]?.object.template).toBe('web/templates/web.yaml');
  });
});
