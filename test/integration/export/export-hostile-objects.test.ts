import path from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { stringAt } from '../../../src/domain/core/json-object.ts';
import { runTaskCommand } from '../../builders/command.ts';
import { kindOf, useExportScene } from '../../builders/export-scene.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

const scene = useExportScene();

/** Texts with several lines that YAML has no plain form for, and others that a writer could take for something else. */
const texts: Readonly<Record<string, string>> = {
  bell: '\u0007first\nsecond\n',
  tab: '\tfirst\nsecond',
  nul: '\u0000a\nb',
  nel: '\u0085a\nb',
  separator: '\u2028a\nb',
  mark: '\ufeffa\nb',
  return: '\ra\nb\r\n',
  escape: '\u001b[31mred\nx',
  indented: '   a\n b\n',
  'tab-after-break': '\n\ta\nb',
  document: '---\na: b\n...\n',
  directive: '%YAML 1.2\n---\na',
  'bell-at-end': 'a\nb\u0007',
  'line-breaks': '\n\n\n',
  'half-a-pair': 'a\ud800b\nc',
  long: 'x'.repeat(8 * 1024 * 1024),
};

const nested = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
const inShop = (name: string, more: object) => ({ metadata: { name, namespace: 'shop' }, ...more });

const kinds = [
  {
    ...kindOf('configmaps', 'ConfigMap', { names: [] }),
    objects: Object.entries(texts).map(([name, text]) => inShop(name, { data: { text } })),
  },
  {
    ...{ group: 'example.com', version: 'v1', kind: 'Thing', plural: 'things' },
    objects: [inShop('deep', { spec: nested(3000) }), inShop('deep-enough', { spec: nested(100) })],
  },
  {
    ...{ group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments' },
    objects: [
      inShop('wrong-types', { spec: { template: { spec: { containers: { a: 1 }, volumes: 'x' } } } }),
      inShop('nulls', { spec: { template: { spec: { containers: [null, 1, { image: {}, env: [null] }] } } } }),
    ],
  },
];

async function readWithKubectl(name: string): Promise<string | undefined> {
  const file = path.join(scene.scratch, `export/resources/shop/ConfigMap__v1_shop_${name}.yaml`);
  const args = ['patch', '--local', '--type=merge', '--patch={}', '--output=json', `--filename=${file}`];
  const { stdout } = await execa(programPath('kubectl'), args, { env: { HOME: scene.scratch } });
  return stringAt(JSON.parse(stdout), 'data', 'text');
}

describe('objects of a hostile source', () => {
  it('fail alone when they are nested too deeply, and every other one can be read by each later step', async () => {
    const run = await scene.exportFrom({ kinds });
    expect(run, run.stderr.slice(-500)).toMatchObject({ exitCode: 4, results: { 'failure-count': '1' } });
    expect(run.item('example.com/v1 Thing shop/deep')).toMatchObject({ reason: 'unexpected-object' });
    for (const [name, text] of Object.entries(texts)) expect(await readWithKubectl(name)).toBe(text.toWellFormed());
    for (const args of [
      ['crane-transform', '--export-dir=export', '--transform-dir=transform'],
      ['crane-apply', '--export-dir=export', '--transform-dir=transform', '--output-dir=output'],
    ]) {
      const { exitCode, results, ending } = await runTaskCommand(args, { cwd: scene.scratch });
      expect([exitCode, results['status']], ending).toEqual([0, 'succeeded']);
    }
  });
});
