import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../../src/adapters/yaml/yaml-codec.ts';
import { isResource, kindOf } from '../../../../../src/domain/kube/resource.ts';
import { createKubernetesPlugin } from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import { noEvidence, type Evidence } from '../../../../../src/domain/transform/rules/evidence.ts';
import { leftOutRules } from '../../../../../src/domain/transform/rules/left-out-rules.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { goldenPath } from '../../../../builders/command.ts';
import { aResource } from '../../../../builders/transform.ts';

const folder = goldenPath('transform/cases');
const objects = readdirSync(folder).flatMap((name) =>
  yamlCodec.parse(readFileSync(join(folder, name, 'input.yaml'), 'utf8'), name).filter(isResource),
);
const options = toTransformOptions({});
const all: Evidence = {
  ...noEvidence,
  hasClaim: () => true,
  fateOf: () => 'travels',
  hasSelector: () => true,
  isSecretLeftOut: () => true,
};

describe('the table of what is left out', () => {
  it('says of each rule what it leaves out, once', () => {
    const names = leftOutRules.map(({ plugin, what }) => `${plugin}: ${what}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(leftOutRules.filter(({ proof }) => proof === 'twin' || proof === 'task'))(
    '$plugin leaves out $what with the other object only',
    ({ kinds, reasonOf }) => {
      const fitting = objects.filter((object) => kinds?.includes(kindOf(object)) !== false);
      expect(fitting.filter((object) => reasonOf(object, options, noEvidence) !== undefined)).toEqual([]);
      expect(fitting.some((object) => reasonOf(object, options, all) !== undefined)).toBe(true);
    },
  );
});

describe('the choice of kinds', () => {
  it('refuses an include-only that names no kind of the export', () => {
    const plugin = createKubernetesPlugin(toTransformOptions({ 'include-only': 'deployments,Secrets' }));
    expect(plugin.conclude?.()).toEqual([]);
    for (const kind of ['v1 Secret', 'apps/v1 Deployment']) void plugin.run(aResource(kind, 'web'));
    expect(() => plugin.conclude?.()).toThrow(
      expect.objectContaining({
        code: 'nothing-found',
        remedy: 'Write kinds as Kind.group. The export has Deployment.apps, Secret.',
      }),
    );
    const fitting = createKubernetesPlugin(toTransformOptions({ 'include-only': 'deployments,Secret' }));
    void fitting.run(aResource('v1 Secret', 'web'));
    expect(fitting.conclude?.()).toMatchObject([{ id: 'include-only deployments', reason: 'kind-absent' }]);
    expect(createKubernetesPlugin(toTransformOptions({})).conclude).toBeUndefined();
  });

  it('reports kinds of extra-whiteouts that the export lacks', () => {
    const plugin = createKubernetesPlugin(
      toTransformOptions({ 'extra-whiteouts': 'Secret,Job.batch,secrets.example' }),
    );
    for (const kind of ['v1 Secret', 'v1 ConfigMap']) void plugin.run(aResource(kind, 'web'));
    expect(plugin.conclude?.()).toEqual(
      ['Job.batch', 'secrets.example'].map((kind) => ({
        id: `extra-whiteouts ${kind}`,
        outcome: 'skipped',
        reason: 'kind-absent',
        message: 'the export has ConfigMap, Secret',
      })),
    );
  });
});
