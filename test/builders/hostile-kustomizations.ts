export interface HostileKustomization {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The file that the refusal names. */
  readonly file: string;
}

const main = 'kustomization.yaml';
const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const address = 'http://127.0.0.1:PORT/x.yaml';
const repository = 'git::file:///repository?ref=--upload-pack=PROGRAM';
const prefix = 'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: a-\n';
const patchFromAddress = `apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: ${address}\n`;
const chart = 'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: p}\nname: x\nrepo: http://x\n';
const execFunction =
  'apiVersion: example.com/v1\nkind: Run\nmetadata:\n  name: p\n  annotations:\n    config.kubernetes.io/function: |\n' +
  '      exec: {path: PROGRAM}\n';

/**
 * Kustomizations that would run a program, load something over the network or from outside their folder, or hide it from
 * a check. PORT stands for that of a server on loopback, PROGRAM for the path of a program.
 */
export const hostileKustomizations: readonly HostileKustomization[] = [
  ...texts('spelling', [
    `RESOURCES: ["${address}"]`,
    `Resources: ["${repository}"]`,
    `resources: [map.yaml]\nResources: ["${address}"]`,
    `patches: [{Path: "${address}", target: {kind: ConfigMap}}]`,
    `patches: [{path: p.yaml, Target: {kind: ConfigMap}}]`,
    `configMapGenerator: [{name: a, Files: ["x=${address}"]}]`,
    `openapi: {PATH: "${address}"}`,
    'metadata: {Name: x}',
    'unknown: {}',
    'images: [{name: a, newname: b}]',
    'labels: [{pairs: {a: b}, IncludeSelectors: true}]',
    'replacements: [{source: {kind: X, fieldpath: y}}]',
  ]),
  ...texts('merge key, alias, duplicate', [
    `<<: {resources: ["${address}"]}`,
    `resources: [map.yaml]\n<<: {resources: ["${repository}"]}`,
    `x: &a {resources: ["${address}"]}\n<<: *a`,
    `resources: [map.yaml]\nresources: ["${address}"]`,
    `namePrefix: &a x\nnameSuffix: *a`,
    `patches: [{path: p.yaml, path: "${address}"}]`,
    `configMapGenerator: [{<<: {files: ["${address}"]}}]`,
  ]),
  ...texts('documents', ['resources: [map.yaml]\n---\nresources: [map.yaml]', '', '- a', 'text', '# nothing']),
  ...texts('remote base', [
    `resources: ["${address}"]`,
    `resources: ["${repository}"]`,
    'resources: ["https://example.com/manifests.yaml"]',
    'resources: ["HTTP:example.com/manifests.yaml"]',
    'resources: ["github.com/example/repository//deploy?ref=main"]',
    'resources: ["git@example.com:repository.git"]',
    'resources: ["example.com:repository.git"]',
    'resources: ["map.yaml?ref=main"]',
    'bases: ["ssh://git@example.com/repository"]',
    'components: ["https://example.com/x"]',
    'components: ["github.com/example/repository"]',
  ]),
  ...texts('path that loads an address', [
    `patches: [{path: "${address}"}]`,
    `patchesJson6902: [{path: "${address}", target: {kind: ConfigMap, version: v1, name: a}}]`,
    `patchesStrategicMerge: ["${address}"]`,
    `patchesStrategicMerge: ["${address}: x"]`,
    `replacements: [{path: "${address}"}]`,
    `crds: ["${address}"]`,
    `configurations: ["${address}"]`,
    `openapi: {path: "${address}"}`,
    `configMapGenerator: [{name: a, files: ["x=${address}"]}]`,
    `configMapGenerator: [{name: a, files: ["x=y=z"]}]`,
    `secretGenerator: [{name: a, envs: ["${address}"]}]`,
    `secretGenerator: [{name: a, env: "${address}"}]`,
    `generators: ["${address}"]`,
    `transformers: ["${repository}"]`,
    `validators: ["${address}"]`,
  ]),
  ...texts('path outside the folder', [
    'resources: ["../outside"]',
    'resources: ["/etc/passwd"]',
    'resources: [absent.yaml]',
    'resources: [""]',
    'components: [map.yaml]',
    'crds: [sub]',
    'configMapGenerator: [{name: a, files: [../../etc/passwd]}]',
    'configMapGenerator: [{name: a, files: [key=/etc/passwd]}]',
    'patches: [{path: [map.yaml]}]',
    'resources: map.yaml',
  ]),
  ...texts('helm', [
    'helmCharts: [{name: x, repo: "http://x"}]',
    'helmGlobals: {chartHome: /x}',
    'helmChartInflationGenerator: [{chartName: x}]',
  ]),
  ...['generators', 'transformers', 'validators'].flatMap((field) => plugins(field)),
  nested('base', 'resources: [sub]', { 'sub/kustomization.yaml': `Resources: ["${address}"]\n` }),
  nested('component', 'components: [sub]', {
    'sub/kustomization.yaml': `kind: Component\nresources: ["${address}"]\n`,
  }),
  nested('two kustomizations', 'resources: [sub]', {
    'sub/kustomization.yaml': 'resources: [../map.yaml]\n',
    'sub/Kustomization': `resources: ["${address}"]\n`,
  }),
  nested('patch of a plugin', 'transformers: [sub]', {
    'sub/kustomization.yaml': 'resources: [p.yaml]\npatches: [{patch: "[]", target: {kind: PatchTransformer}}]\n',
    'sub/p.yaml': prefix,
  }),
  nested('generated plugin', 'generators: [sub]', {
    'sub/kustomization.yaml': 'configMapGenerator: [{name: a, literals: [a=b]}]\n',
  }),
  nested('plugin behind folders', 'transformers: [sub]', {
    'sub/kustomization.yaml': 'resources: [more]\n',
    'sub/more/kustomization.yaml': 'resources: [p.yaml]\n',
    'sub/more/p.yaml': patchFromAddress,
  }),
];

function texts(group: string, kustomizations: readonly string[]): readonly HostileKustomization[] {
  return kustomizations.map((text) => aCase(`${group}: ${text}`, { [main]: `${text}\n` }, main));
}

function plugins(field: string): readonly HostileKustomization[] {
  const configurations = {
    'patch from an address': patchFromAddress,
    chart: chart,
    function: execFunction,
    'other plugin': 'apiVersion: example.com/v1\nkind: Run\nmetadata: {name: p}\n',
    'case of a field': patchFromAddress.replace('path:', 'Path:'),
    'file outside': 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: p}\nfiles: [../../etc/passwd]\n',
    'second document': `${prefix}---\n${patchFromAddress}`,
    list: `apiVersion: v1\nkind: List\nitems:\n- ${prefix.trimEnd().replaceAll('\n', '\n  ')}\n`,
  };
  return Object.entries(configurations).flatMap(([name, text]) => [
    aCase(`${field}, inline: ${name}`, { [main]: `${field}: [${JSON.stringify(text)}]\n` }, main),
    aCase(`${field}, file: ${name}`, { [main]: `${field}: [plugin.yaml]\n`, 'plugin.yaml': text }, 'plugin.yaml'),
    aCase(
      `${field}, folder: ${name}`,
      { [main]: `${field}: [sub]\n`, 'sub/kustomization.yaml': 'resources: [p.yaml]\n', 'sub/p.yaml': text },
      'sub/p.yaml',
    ),
  ]);
}

function nested(name: string, text: string, files: Readonly<Record<string, string>>): HostileKustomization {
  return aCase(`nested: ${name}`, { [main]: `${text}\n`, ...files }, 'sub/');
}

function aCase(name: string, files: Readonly<Record<string, string>>, file: string): HostileKustomization {
  return { name, files: { 'map.yaml': manifest, 'p.yaml': manifest, 'sub/keep.txt': '', ...files }, file };
}
