import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import { stringifyExactly } from '../../src/domain/kube/exact-integers.ts';
import { makeFolder } from '../builders/command.ts';
import { fuzz, fuzzOptions } from '../builders/fuzz.ts';
import { scalarCases } from '../builders/kubernetes-yaml.ts';
import { programPath } from '../../testbed/clusters/programs.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
});

afterAll(() => folder.remove());

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';

const key = fc.constantFrom('a', 'A', 'items', 'data', '"1"', 'true', '0x10', "'y'", 'é', '? a', '"\\u0061"');
const scalar = fc.oneof(
  fc.constantFrom(...scalarCases.map(([text]) => text).filter((text) => text !== '')),
  fc.constantFrom('"a b"', "'it''s'", '[]', '{}', 'a#b', '*a', '.inf', '!x y', '"\\x41"', 'null', '-', '<<'),
);

/** YAML of a value, in the flow style; a merge key, an anchor or an alias now and then. */
const { flow } = fc.letrec<{ flow: string }>((tie) => ({
  flow: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: scalar },
    fc.array(tie('flow'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.array(fc.tuple(key, tie('flow')), { maxLength: 3 }).map(mappingOf),
    fc.tuple(tie('flow'), key, tie('flow')).map(([base, name, value]) => `{<<: ${base}, ${name}: ${value}}`),
    tie('flow').map((value) => `&a ${value}`),
  ),
}));

function mappingOf(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([name, value]) => `${name}: ${value}`).join(', ')}}`;
}

/** YAML in the block style, one member for each line, with a block scalar. */
const block = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'b', 'B', 'a'),
      fc.oneof(flow, fc.constantFrom('|\n    x\n', '>-\n    x\n    y\n', '')),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((entries) => `\n${entries.map(([name, value]) => `  ${name}: ${value}`).join('\n')}`);

/** What kubectl reads, without a server; undefined when it refuses the file. */
async function readWithKubectl(manifest: string): Promise<unknown> {
  const file = join(folder.path, 'manifest.yaml');
  await writeFile(file, manifest);
  const args = ['patch', '--local', '--type=merge', '--patch={}', '--output=json', `--filename=${file}`];
  const options = { env: { HOME: folder.path }, extendEnv: false, reject: false } as const;
  const { stdout, exitCode } = await execa(programPath('kubectl'), args, options);
  const value: unknown = exitCode === 0 ? JSON.parse(stdout) : undefined;
  return value;
}

function read(manifest: string): unknown {
  try {
    // kubectl keeps 53 bits of an integer that int64 cannot hold, and JavaScript of all.
    return JSON.parse(stringifyExactly(yamlCodec.parse(manifest, 'f')[0]));
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid-file' });
    return undefined;
  }
}

describe('random manifests', () => {
  it('have the values that kubectl reads, or are refused, never read as something else', fuzzOptions, () =>
    fuzz(fc.array(fc.oneof(flow, block), { minLength: 1, maxLength: 30 }), async (values) => {
      // One process reads many values: those that are refused here would have it refuse the others.
      const readable = values.filter((value) => read(`${head}value: ${value}\n`) !== undefined);
      const manifest = `${head}${readable.map((value, index) => `v${String(index)}: ${value}\n`).join('')}`;
      const ours = read(manifest);
      if (ours !== undefined) expect(ours).toEqual(await readWithKubectl(manifest));
    }),
  );
});
