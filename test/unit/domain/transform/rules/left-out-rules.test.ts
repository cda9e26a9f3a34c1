import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../../src/adapters/yaml/yaml-codec.ts';
import { isResource, kindOf } from '../../../../../src/domain/kube/resource.ts';
import { noEvidence, type Evidence } from '../../../../../src/domain/transform/rules/evidence.ts';
import { leftOutRules } from '../../../../../src/domain/transform/rules/left-out-rules.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { goldenPath } from '../../../../builders/command.ts';

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
