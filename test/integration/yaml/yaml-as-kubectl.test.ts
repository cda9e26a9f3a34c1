import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import fc from 'fast-check';
import { stringifyExactly } from '../../../src/domain/kube/exact-integers.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { makeFolder } from '../../builders/command.ts';
import { keyCases, mergeCases, refusedYaml, scalarCases } from '../../builders/kubernetes-yaml.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(() => folder.remove());

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';

/** kubectl reads the manifest, changes nothing and prints it as JSON, without a server. */
async function readWithKubectl(manifest: string): Promise<unknown> {
  const file = join(folder.path, 'manifest.yaml');
  await writeFile(file, manifest);
  const args = ['patch', '--local', '--type=merge', '--patch={}', '--output=json', `--filename=${file}`];
  const { stdout } = await execa(programPath('kubectl'), args, { env: { HOME: folder.path }, extendEnv: false });
  const value: unknown = JSON.parse(stdout);
  return value;
}

/** As kubectl prints it: kubectl keeps 53 bits of an integer that int64 cannot hold, and JavaScript of all. */
function inDoubles(value: unknown): unknown {
  const rounded: unknown = JSON.parse(stringifyExactly(value));
  return rounded;
}

describe('the values of manifests', () => {
  it.each([
    ['scalars', [...scalarCases.map(([text]) => text)]],
    ['keys', keyCases.map(([text]) => `{${text}: x}`)],
    ['merge keys', mergeCases.map(([text]) => text)],
  ])('are those of kubectl: %s', async (_name, texts) => {
    const manifest = `${head}values:\n${texts.map((text) => `- ${text}\n`).join('')}`;
    expect(inDoubles(yamlCodec.parse(manifest, 'f')[0])).toEqual(await readWithKubectl(manifest));
  });

  it.each(refusedYaml)('are refused as kubectl refuses them: %s', async (text) => {
    const manifest = `${head}value: ${text}\n`;
    await expect(readWithKubectl(manifest)).rejects.toThrow(/error parsing/);
    expect(() => yamlCodec.parse(manifest, 'f')).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });

  it('are those of kubectl for any short text', async () => {
    const characters = Array.from('00112347789+-._eExXbBoOyYnNaAfFsStTruUlL~:"\'{}[], #&*!|>%@`<=');
    const texts = fc.sample(fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 6 }), 4000);
    const readable = texts.filter((text) => isReadable(text));
    expect(readable.length).toBeGreaterThan(1500);
    const manifest = `${head}values:\n${readable.map((text) => `- ${text}\n`).join('')}`;
    expect(inDoubles(yamlCodec.parse(manifest, 'f')[0])).toEqual(await readWithKubectl(manifest));
  });
});

/** A text that is one scalar. Collections, tags and anchors have no place in a list of samples. */
function isReadable(text: string): boolean {
  if (/^[!&*%@`|>?"'#]|^- |^-$|[{}[\]]|: |:$| #|^\s|^,/.test(text)) return false;
  try {
    return typeof yamlCodec.parse(`- ${text}\n`, 'f')[0] === 'object';
  } catch {
    return false;
  }
}

const text = fc.oneof(
  fc.constantFrom(
    ...scalarCases.map(([odd]) => odd),
    ...keyCases.map(([odd]) => odd),
    '',
    '\u0085',
    '\u2028',
    '\ufeff',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '\t', ':', '#', '-', '"', '0', 'é', 'y', '.', '_', '\u0001', '\r'),
  }),
);

const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(text, tie('json'), { maxKeys: 4 }),
  ),
}));

describe('written manifests', () => {
  it('have the same values for kubectl', async () => {
    const values = fc.sample(json, 3000);
    const written = `${head}${yamlCodec.format({ values })}`;
    expect(inDoubles(yamlCodec.parse(written, 'f')[0])).toEqual(inDoubles({ ...identity, values }));
    expect(await readWithKubectl(written)).toEqual(inDoubles({ ...identity, values }));
  });
});

const identity = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
