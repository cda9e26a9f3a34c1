import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { strictYamlCodec, pluginYamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import { openFolder } from '../../src/adapters/files/local-folder.ts';
import { checkKustomization } from '../../src/usecases/apply/check-kustomization.ts';
import { kustomizeArgs } from '../../src/adapters/processes/build-kustomization.ts';
import { makeFolder } from '../builders/command.ts';
import { fuzz, fuzzOptions } from '../builders/fuzz.ts';
import { programPath } from '../../testbed/clusters/programs.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
/** The case that runs: at the end of the time another one has begun. */
let latest = Promise.resolve();

beforeAll(async () => {
  folder = await makeFolder();
});

afterAll(async () => {
  await latest.catch(() => undefined);
  await folder.remove();
});

/** Scalars as a person or a program writes them: octal, booleans of YAML 1.1, dates, tags, quotes. */
const scalar = fc.constantFrom(
  ...['a', '"a"', "'0400'", '0400', '0o17', '1_000', 'yes', '"on"', 'Off', 'null', '~', '""', '1.10', '1e3'],
  ...['2001-01-01', '!!str 7', 'true', '[a]', '{a: b}', '"x\\ny"', '.inf', '0x1F', '&x a', '*x', '1:30', '# note'],
);
const number = fc.constantFrom('1', '010', '"2"', '3.0', 'yes', '0x2', '-1', '~');
const labels = fc
  .array(fc.tuple(fc.constantFrom('a', 'A', 'on', '"on"', 'x/y', '1', '<<'), scalar), { maxLength: 2 })
  .map((pairs) => `{${pairs.map(([key, value]) => `${key}: ${value}`).join(', ')}}`);
const field = fc.oneof(
  scalar.map((value) => `namePrefix: ${value}`),
  scalar.map((value) => `nameSuffix: ${value}`),
  scalar.map((value) => `namespace: ${value}`),
  labels.map((pairs) => `commonAnnotations: ${pairs}`),
  labels.map((pairs) => `commonLabels: ${pairs}`),
  fc.tuple(labels, scalar).map(([pairs, flag]) => `labels: [{pairs: ${pairs}, includeSelectors: ${flag}}]`),
  number.map((count) => `replicas: [{name: web, count: ${count}}]`),
  scalar.map((tag) => `images: [{name: registry.test/web, newTag: ${tag}}]`),
  scalar.map((flag) => `configMapGenerator: [{name: g, literals: [k=v, "quoted='x'"], options: {immutable: ${flag}}}]`),
  scalar.map(
    (value) =>
      `patches: [{target: {kind: ConfigMap}, patch: '[{"op": "add", "path": "/data/p", "value": ${value.replaceAll("'", '"')}}]'}]`,
  ),
  fc.constantFrom(
    'NamePrefix: a',
    'resources: [web.yaml]',
    'Resources: [web.yaml]',
    '<<: {namePrefix: a-}',
    'kind: Component',
  ),
  fc.constantFrom(
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'commonlabels: {a: b}',
    'bases: []',
  ),
  fc.constantFrom(
    'generatorOptions: {disableNameSuffixHash: yes}',
    'sortOptions: {order: fifo}',
    'buildMetadata: [originAnnotations]',
  ),
);

const files = {
  'web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: m, image: "registry.test/web:1"}]}}}\n',
  'map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {mode: "0400", on: "yes"}\n',
};

async function put(tree: string, name: string, text: string): Promise<void> {
  const file = join(folder.path, tree, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function build(tree: string): Promise<string | undefined> {
  const options = { env: { HOME: folder.path }, extendEnv: false, reject: false } as const;
  const path = join(folder.path, tree);
  const output = `${path}.yaml`;
  const { exitCode } = await execa(programPath('kubectl'), kustomizeArgs('kubectl', path, output), options);
  return exitCode === 0 ? readFile(output, 'utf8') : undefined;
}

/** The kustomization as it is written for kubectl after its check; undefined when the check refuses it. */
async function rewrite(tree: string): Promise<string | undefined> {
  try {
    const ports = { yaml: strictYamlCodec, pluginYaml: pluginYamlCodec };
    return (await checkKustomization(openFolder(join(folder.path, tree)), ports)).get('kustomization.yaml');
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid-file' });
    return undefined;
  }
}

async function compare(fields: readonly string[]): Promise<void> {
  count += 1;
  const [theirs, ours] = [`theirs-${String(count)}`, `ours-${String(count)}`];
  const hasResources = fields.some((line) => /^resources/i.test(line));
  const lines = hasResources ? fields : [...fields, 'resources: [web.yaml, map.yaml]'];
  for (const [name, text] of Object.entries(files)) {
    await put(theirs, name, text);
    await put(ours, name, text);
  }
  await put(theirs, 'kustomization.yaml', `${lines.join('\n')}\n`);
  const checked = await rewrite(theirs);
  if (checked === undefined) return;
  await put(ours, 'kustomization.yaml', checked);
  expect(await build(ours), checked).toEqual(await build(theirs));
}

it('random kustomizations are refused, or build to what kubectl builds from them unchecked', fuzzOptions, () =>
  fuzz(fc.uniqueArray(field, { maxLength: 4, selector: (line) => line.split(':')[0] }), (fields) => {
    latest = compare(fields);
    return latest;
  }),
);
