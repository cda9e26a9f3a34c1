import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { isObject, stringAt } from '../../../src/domain/core/json-object.ts';
import { stringifyExactly } from '../../../src/domain/kube/exact-integers.ts';
import { goldenPath, makeFolder, readTree } from '../../builders/command.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(() => folder.remove());

/** As text, so that no digit of a long integer is lost; sorted by kind. */
function valuesOf(text: string): readonly string[] {
  return yamlCodec
    .parse(text, 'f')
    .map((document) => stringifyExactly(withSortedKeys(document)))
    .sort();
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [key, withSortedKeys(each)]);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

it('texts and keys that other readers take for something else are the same after crane-apply and kustomize', async () => {
  const input = await readFile(join(goldenPath('transform/cases'), 'yaml-traps/input.yaml'), 'utf8');
  for (const [index, document] of yamlCodec.parse(input, 'input.yaml').entries()) {
    const kind = stringAt(document, 'kind') ?? '';
    const file = join(folder.path, 'export/resources/shop', `${kind}_${String(index)}.yaml`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, yamlCodec.format(document));
  }
  for (const task of ['crane-transform', 'crane-apply', 'crane-kustomize-init']) {
    const flags = task === 'crane-kustomize-init' ? ['--source-namespace=shop'] : [];
    const { exitCode, stderr } = await runTaskHere([task, ...flags], { cwd: folder.path });
    expect(exitCode, stderr).toBe(0);
    const lost = 'warn: v1 ConfigMap shop/traps.v1: kustomize makes white space of the character U+0085';
    expect(stderr.includes(lost)).toBe(task === 'crane-kustomize-init');
  }
  const tree = await readTree(join(folder.path, 'output'));
  const written = Object.entries(tree).flatMap(([file, text]) => (file.endsWith('.yaml') ? valuesOf(text) : []));
  expect(written.sort()).toEqual(valuesOf(input));
  const { stdout } = await execa(programPath('kubectl'), ['kustomize', join(folder.path, 'kustomize')]);
  expect(valuesOf(stdout)).toEqual(valuesOf(input.replace('\\u0085 ', '')));
});
