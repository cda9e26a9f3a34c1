import { describe, expect, it } from 'vitest';

import { pluginYamlCodec, strictYamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { checkKustomization, isKustomization } from '../../../../src/usecases/apply/check-kustomization.ts';
import { hostileKustomizations } from '../../../builders/hostile-kustomizations.ts';
import { aHost } from '../../../builders/host.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const ports = { yaml: strictYamlCodec, pluginYaml: pluginYamlCodec };

type Tree = Readonly<Record<string, string>>;

async function check(tree: Tree): Promise<Tree> {
  const host = aHost();
  for (const [path, text] of Object.entries(tree)) host.files.set(`/k/${path}`, text);
  const files = await checkKustomization(host.openFolder('/k'), ports);
  return Object.fromEntries([...files].map(([path, text]) => [path, text ?? 'as it is']));
}

const raw = 'as it is';

describe('a kustomization', () => {
  it('is written again with local paths, and names all files that it needs', async () => {
    const kustomization = `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [map.yaml, ./base/, "Role__v1_system:x~%2F#?.yaml"]
components: [../k/component]
patches:
- path: patch.yaml
- patch: |-
    - op: remove
      path: /spec
  target: {kind: Deployment}
configMapGenerator: [{name: a, files: [data.bin, key=sub/data.bin], envs: [a.env], env: b.env, literals: [a=http://x]}]
openapi: {path: schema.json}
crds: [crd.json]
configurations: [fields.yaml]
replacements: [{path: replacements.yaml}]
replicas: [{name: web, count: 010}]
`;
    const files = ['map.yaml', 'Role__v1_system:x~%2F#?.yaml', 'patch.yaml', 'data.bin', 'sub/data.bin', 'a.env'];
    const more = ['b.env', 'schema.json', 'crd.json', 'fields.yaml', 'replacements.yaml', 'base/web.yaml'];
    const tree = Object.fromEntries([...files, ...more, 'not-needed.yaml'].map((path) => [path, 'text']));
    const checked = await check({
      ...tree,
      'kustomization.yaml': kustomization.replace('../k/component', 'component'),
      'base/kustomization.yml': 'resources: [web.yaml]\n',
      'component/Kustomization': 'kind: Component\nresources: [../map.yaml]\n',
    });
    expect(Object.keys(checked).sort()).toEqual(
      [...files, ...more, 'kustomization.yaml', 'base/kustomization.yml', 'component/Kustomization'].sort(),
    );
    expect([...files, ...more].filter((path) => checked[path] !== raw)).toEqual([]);
    const written = checked['kustomization.yaml'] ?? '';
    expect(strictYamlCodec.parse(written, 'f')).toEqual([
      expect.objectContaining({
        resources: ['./map.yaml', './base', './Role__v1_system:x~%2F#?.yaml'],
        components: ['./component'],
        replicas: [{ name: 'web', count: 8 }],
      }),
    ]);
    expect(written).toContain('- "./data.bin"\n  - key=./sub/data.bin\n');
    expect(written).toContain('- a=http://x');
    expect(checked['component/Kustomization']).toContain('../map.yaml');
  });

  it('may have plugins that are built in: inline, in files, and in folders', async () => {
    const prefix = 'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: a-\n';
    const patch = 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: q}\npath: patch.yaml\n';
    const generator =
      '{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: m}, files: [k=data.txt], literals: [a=b]}';
    const checked = await check({
      'overlay/kustomization.yaml': `resources: [map.yaml]\ntransformers: [plugins, one.yaml]\ngenerators: ['${generator}']\n`,
      'kustomization.yaml': 'resources: [overlay]\n',
      'overlay/map.yaml': 'text',
      'overlay/patch.yaml': 'text',
      'overlay/data.txt': 'text',
      'overlay/one.yaml': patch,
      'overlay/plugins/kustomization.yaml': 'resources: [two.yaml, more]\n',
      'overlay/plugins/two.yaml': `${prefix}---\n${patch}---\n`,
      'overlay/plugins/more/kustomization.yaml': 'resources: [../three.yaml]\n',
      'overlay/plugins/three.yaml': prefix,
    });
    expect(checked['overlay/patch.yaml']).toBe(raw);
    expect(checked['overlay/data.txt']).toBe(raw);
    expect(checked['overlay/one.yaml']).toContain('path: "./patch.yaml"');
    expect(checked['overlay/plugins/two.yaml']).toMatch(/prefix: a-\n---\n(.*\n)*path: "\.\/patch\.yaml"\n$/);
    expect(checked['overlay/kustomization.yaml']).toContain('k=./data.txt');
  });

  it('may have inline strategic merge patches, which end with a line break', async () => {
    const patch = '{kind: ConfigMap, metadata: {name: a}}';
    const checked = await check({
      'kustomization.yaml': `patchesStrategicMerge: ['${patch}', p.yaml, "data: &a\\n  b: *a\\n"]\n`,
      'p.yaml': 'text',
    });
    expect(strictYamlCodec.parse(checked['kustomization.yaml'] ?? '', 'f')).toEqual([
      { patchesStrategicMerge: [`${patch}\n`, './p.yaml', 'data: &a\n  b: *a\n'] },
    ]);
  });

  it.each(hostileKustomizations)('that is hostile is refused: $name', async ({ files, file }) => {
    const error = await thrownBy(() => check(files));
    expect(error.code).toBe('invalid-file');
    expect(error.message).toContain(file);
  });

  it('is not quoted whole when an entry cannot be read', async () => {
    const text = 'generators:\n- |\n  data: &a\n    password: canary\n  copy: *a\n';
    const { message } = await thrownBy(() => check({ 'kustomization.yaml': text }));
    expect(message).not.toContain('canary');
  });
});

describe('a folder', () => {
  it.each([
    [['kustomization.yaml'], true],
    [['a.yaml', 'kustomization.yml'], true],
    [['Kustomization'], true],
    [['kustomization.json', 'sub/kustomization.yaml'], false],
  ])('with %j is a kustomization: %j', (files, expected) => {
    expect(isKustomization(files)).toBe(expected);
  });

  it('without a kustomization is refused', async () => {
    expect((await thrownBy(() => check({ 'a.yaml': 'x' }))).message).toMatch(/kustomization\.yaml is missing/);
  });

  it('from which a file is removed meanwhile is refused', async () => {
    const host = aHost();
    const folder = host.openFolder('/k');
    const flaky = { ...folder, list: () => Promise.resolve(['kustomization.yaml']) };
    expect((await thrownBy(() => checkKustomization(flaky, ports))).code).toBe('invalid-file');
  });
});
