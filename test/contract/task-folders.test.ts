import { existsSync, readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';
import { foldersIn, readManifest, readTask } from './task-files.ts';

describe.each(foldersIn('tasks'))('the folder of Task %s', (name) => {
  const task = readTask(name);

  it('passes the rules of the catalog', () => {
    expect(stringAt(task, 'spec', 'description')?.length).toBeGreaterThan(80);
    for (const step of arrayAt(task, 'spec', 'steps'))
      expect(stringAt(step, 'image')).toMatch(
        /^(?:[a-z0-9.-]+\.[a-z]+\/[a-z0-9/-]+:\d+\.\d+\.\d+(?:@sha256:[0-9a-f]{64})?|\$\(params\.builder-image\))$/,
      );
  });

  it('has a changelog with the version', () => {
    const text = readFileSync(`tasks/${name}/CHANGELOG.md`, 'utf8');
    expect(text).toMatch(/^# Changelog\n/);
    expect(text.split('\n')).toContain(`## ${version}`);
    expect(text).toMatch(new RegExp(`^## ${version.replaceAll('.', '\\.')}\\n+- \\S`, 'm'));
  });

  it('has samples that give each Task what it declares, and no more', () => {
    const samples = loadAll(readFileSync(`tasks/${name}/samples/taskrun.yaml`, 'utf8'));
    expect(samples.length).toBeGreaterThan(0);
    for (const sample of samples) {
      expect(sample).toMatchObject({ apiVersion: 'tekton.dev/v1', kind: 'TaskRun', spec: { taskRef: { name } } });
      for (const field of ['params', 'workspaces']) {
        const given = arrayAt(sample, 'spec', field).map((entry) => stringAt(entry, 'name'));
        const declared = arrayAt(task, 'spec', field);
        expect(declared.map((entry) => stringAt(entry, 'name'))).toEqual(expect.arrayContaining(given));
        const required = declared.filter(
          (entry) => valueAt(entry, field === 'params' ? 'default' : 'optional') === undefined,
        );
        expect(given).toEqual(expect.arrayContaining(required.map((entry) => stringAt(entry, 'name'))));
      }
    }
  });

  it('documents itself', () => {
    expect(existsSync(`tasks/${name}/README.md`)).toBe(true);
  });
});

describe('the samples of Pipelines', () => {
  it.each([
    ['app-migration/image-migration-pipelinerun', 'true'],
    ['cutover/stage-pipelinerun', 'true'],
    // Taking a move back and verifying it later need what the run left on its volume.
    ['app-migration/pipelinerun', undefined],
    ['cutover/cutover-pipelinerun', undefined],
  ])('shows the cleanup of volumes where nothing reads them after the run, and there alone: %s', (name, expected) => {
    const [run] = loadAll(readFileSync(`samples/${name}.yaml`, 'utf8'));
    expect(valueAt(run, 'metadata', 'annotations', 'tekton.dev/auto-cleanup-pvc')).toBe(expected);
    const shared = arrayAt(run, 'spec', 'workspaces').find((entry) => stringAt(entry, 'name') === 'shared-data');
    expect(valueAt(shared, 'volumeClaimTemplate')).toBeDefined();
  });
});

describe('the sample for the git resolver', () => {
  const run = readManifest('samples/git-resolver/pipelinerun.yaml');
  const task = valueAt(run, 'spec', 'pipelineSpec', 'tasks', 0);
  const given = (name: string): string | undefined =>
    arrayAt(task, 'taskRef', 'params').flatMap((param) =>
      stringAt(param, 'name') === name ? [stringAt(param, 'value')] : [],
    )[0];

  it('names a Task of this repository by URL, revision and path', () => {
    expect(stringAt(task, 'taskRef', 'resolver')).toBe('git');
    expect(given('url')).toMatch(/^https:\/\/.*\.git$/);
    expect(given('revision')).not.toBe('');
    expect(stringAt(readManifest(given('pathInRepo') ?? ''), 'kind')).toBe('Task');
  });

  it('gives the Task what it declares, and no more', () => {
    const declared = readManifest(given('pathInRepo') ?? '');
    for (const field of ['params', 'workspaces']) {
      const names = (owner: unknown, ...path: string[]): readonly string[] =>
        arrayAt(owner, ...path).map((entry) => stringAt(entry, 'name') ?? '');
      const required = arrayAt(declared, 'spec', field).filter(
        (entry) => valueAt(entry, field === 'params' ? 'default' : 'optional') === undefined,
      );
      expect(names(declared, 'spec', field)).toEqual(expect.arrayContaining([...names(task, field)]));
      expect(names(task, field)).toEqual(expect.arrayContaining(required.map((entry) => stringAt(entry, 'name'))));
    }
  });
});
