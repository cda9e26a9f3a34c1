import { join } from 'node:path';

import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { readGoTypes, unknownMembers } from './go-types.ts';
import { readManifest } from './task-files.ts';

const listener = readManifest('samples/triggers/event-listener.yaml');
const binding = readManifest('samples/triggers/trigger-binding.yaml');
const template = readManifest('samples/triggers/trigger-template.yaml');

/** The API types of Tekton Triggers: its CRDs say nothing of their content, and its webhook refuses unknown fields. */
function triggersTypes() {
  const { stdout } = execaSync('go', ['mod', 'download', '-json', 'github.com/tektoncd/triggers@v0.34.0'], {
    cwd: '/',
  });
  const module: unknown = JSON.parse(stdout);
  expect(stringAt(module, 'Sum')).toBe('h1:CuhG1moThPGEMlxPUcoBDDplJ3FAczzF8MMAjGScRY0=');
  return readGoTypes(join(stringAt(module, 'Dir') ?? '', 'pkg/apis/triggers/v1beta1'));
}

function namesOf(list: readonly unknown[]): readonly string[] {
  return list.map((entry) => stringAt(entry, 'name') ?? '').sort();
}

describe('the sample of Tekton Triggers', () => {
  const types = triggersTypes();

  it.each([
    ['EventListener', listener],
    ['TriggerBinding', binding],
    ['TriggerTemplate', template],
  ])('has no field that a %s has not', (type, manifest) => {
    expect(stringAt(manifest, 'apiVersion')).toBe('triggers.tekton.dev/v1beta1');
    expect(stringAt(manifest, 'kind')).toBe(type);
    expect(unknownMembers(manifest, { type }, types)).toEqual([]);
  });

  it('would fail with one', () => {
    const wrong = { spec: { triggers: [{ bindings: [{ refs: 'x' }], interceptors: {} }], params: 1 } };
    expect(unknownMembers(wrong, { type: 'EventListener' }, types)).toEqual([
      '/spec/triggers/0/bindings/0/refs',
      '/spec/triggers/0/interceptors is no list',
      '/spec/params',
    ]);
  });

  it('gives the template what it declares and uses, and nothing else', () => {
    const declared = namesOf(arrayAt(template, 'spec', 'params'));
    expect(namesOf(arrayAt(binding, 'spec', 'params'))).toEqual(declared);
    const used = [...JSON.stringify(template).matchAll(/\$\(tt\.params\.([\w-]+)\)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(declared);
  });

  it('refers to its own parts', () => {
    const trigger = valueAt(listener, 'spec', 'triggers', 0);
    expect(stringAt(trigger, 'template', 'ref')).toBe(stringAt(template, 'metadata', 'name'));
    expect(stringAt(trigger, 'bindings', 0, 'ref')).toBe(stringAt(binding, 'metadata', 'name'));
    expect(stringAt(listener, 'spec', 'serviceAccountName')).toBe('crane-tasks-listener');
  });

  it('starts the run of the worked sample, which the schemas of Tekton are held against', () => {
    const run: unknown = JSON.parse(
      JSON.stringify(valueAt(template, 'spec', 'resourcetemplates', 0)).replaceAll(/\$\(tt\.params\.[\w-]+\)/g, 'shop'),
    );
    expect(run).toEqual(readManifest('samples/app-migration/pipelinerun.yaml'));
  });

  it('pastes only what the listener lets pass', () => {
    const filter = stringAt(listener, 'spec', 'triggers', 0, 'interceptors', 1, 'params', 0, 'value') ?? '';
    const pattern = new RegExp(/matches\('([^']+)'\)/.exec(filter)?.[1] ?? '$^');
    const taken = arrayAt(binding, 'spec', 'params').map(
      (param) => /^\$\((body\.\w+)\)$/.exec(stringAt(param, 'value') ?? '')?.[1],
    );
    for (const member of taken) expect(filter).toContain(member);
    expect(pattern.test('shop-2')).toBe(true);
    for (const hostile of ['', 'Shop', 'a b', '$(context.taskRun.name)', 'a\nb', '../a', 'a'.repeat(43)]) {
      expect(pattern.test(hostile)).toBe(false);
    }
  });
});

describe('runs of one migration', () => {
  it.each([
    'samples/app-migration/pipelinerun.yaml',
    'samples/app-migration/image-migration-pipelinerun.yaml',
    'samples/cutover/stage-pipelinerun.yaml',
    'samples/cutover/cutover-pipelinerun.yaml',
  ])('carry its name: %s', (path) => {
    expect(stringAt(readManifest(path), 'metadata', 'labels', 'crane-tasks.dev/migration')).toMatch(/^[a-z]+$/);
  });

  it.each(['crane-app-migration', 'crane-image-migration', 'crane-cutover'])(
    'hand the images that %s pushed on to Tekton Chains',
    (name) => {
      const results = arrayAt(readManifest(`pipelines/${name}/${name}.yaml`), 'spec', 'results');
      expect(results).toContainEqual(
        expect.objectContaining({ name: 'IMAGES', value: '$(tasks.image-sync.results.IMAGES)' }),
      );
    },
  );
});
