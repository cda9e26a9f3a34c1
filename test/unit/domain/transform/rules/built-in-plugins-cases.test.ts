import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../../src/adapters/yaml/yaml-codec.ts';
import { applyPatch } from '../../../../../src/domain/kube/json-patch.ts';
import { describeResource, isResource, type Resource } from '../../../../../src/domain/kube/resource.ts';
import { builtInPlugins } from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import { mergeVerdicts, type MergedVerdict } from '../../../../../src/domain/transform/merge-verdicts.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { noWishes } from '../../../../../src/domain/volumes/claim-wishes.ts';
import { parsePairs } from '../../../../../src/domain/volumes/transfer-values.ts';
import { goldenPath } from '../../../../builders/command.ts';
import { atOnce, showOperation } from '../../../../builders/transform.ts';

/** Objects as source clusters of public reports served them; `flags` are arguments, `expected.txt` what becomes of each object. */
const folder = goldenPath('transform/cases');
const cases = readdirSync(folder);

function readCase(name: string, file: string): string {
  return readFileSync(join(folder, name, file), 'utf8');
}

function flagsOf(name: string): Readonly<Record<string, string>> {
  if (!existsSync(join(folder, name, 'flags'))) return {};
  const lines = readCase(name, 'flags').trim().split('\n');
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const [, flag = '', value = ''] = /^--([^=]+)=(.*)$/.exec(line) ?? [];
      return [flag, value];
    }),
  );
}

function decideAll(name: string): readonly { readonly resource: Resource; readonly decision: MergedVerdict }[] {
  const resources = yamlCodec.parse(readCase(name, 'input.yaml'), name).filter(isResource);
  const { 'storage-class-map': classes = '', ...flags } = flagsOf(name);
  const classMap = parsePairs('storage-class-map', classes);
  const plugins = builtInPlugins(toTransformOptions(flags, { ...noWishes, classMap }));
  for (const resource of resources) for (const plugin of plugins) plugin.prepare?.(resource);
  return resources.map((resource) => {
    const verdicts = plugins.map((plugin) => ({ plugin: plugin.name, verdict: atOnce(plugin.run(resource)) }));
    return { resource, decision: mergeVerdicts(verdicts) };
  });
}

function show(decision: MergedVerdict): readonly string[] {
  if (decision.kind === 'whiteout') return [`left out by ${decision.plugin}: ${decision.reason}`];
  return [...decision.patches.map(showOperation), ...decision.notes.map((note) => `note: ${note}`)];
}

describe.each(cases)('objects of other clusters: %s', (name) => {
  it('become what they must', async () => {
    const lines = decideAll(name).flatMap(({ resource, decision }) => [
      describeResource(resource),
      ...show(decision).map((line) => `  ${line}`),
    ]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(folder, name, 'expected.txt'));
  });

  it('fit their patches, and no plugin ignores another', () => {
    for (const { resource, decision } of decideAll(name)) {
      if (decision.kind === 'whiteout') continue;
      expect(decision.ignored).toEqual([]);
      expect(isResource(applyPatch(resource, decision.patches, 'strict'))).toBe(true);
    }
  });
});
