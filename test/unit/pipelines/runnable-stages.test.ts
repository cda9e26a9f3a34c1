import { describe, expect, it } from 'vitest';

import { definePipeline, context, param, result, stage } from '../../../src/pipelines/definition/define-pipeline.ts';
import { pipelineParams } from '../../../src/pipelines/definition/params.ts';
import { runnableStages, type ProcessRun } from '../../../src/pipelines/runnable-stages.ts';

const made = stage('source-kubeconfig', 'crane-kubeconfig-generator', {
  params: { 'cluster-secret': param('source-cluster-secret'), 'context-name': context('source') },
  workspaces: { kubeconfig: 'kubeconfig' },
});
const exported = stage('export', 'crane-export-plan', {
  after: [made.name],
  params: {
    'source-namespace': param('source-namespace'),
    'kubeconfig-digest': [result(made, 'kubeconfig-digest'), ','],
  },
  workspaces: { export: 'export', kubeconfig: 'kubeconfig', 'ca-bundle': { workspace: 'ca-bundle' } },
});
const rendered = stage('apply', 'crane-manifests', {
  writes: true,
  when: { input: param('verify'), operator: 'notin', values: ['false'] },
  params: { 'index-digest': result(exported, 'index-digest') },
  workspaces: { export: { workspace: 'shared-data' } },
});
const pipeline = definePipeline({
  name: 'test',
  displayName: 'Test',
  catalog: { categories: '', tags: '', hubCategory: 'storage' },
  description: '',
  params: [],
  workspaces: [],
  results: {},
  stages: [made, exported, rendered],
  finally: [],
});
const texts = Object.fromEntries(Object.keys(pipelineParams).map((name) => [name, `<${name}>`]));
const run: ProcessRun = {
  params: texts,
  contexts: { source: 'here', destination: 'there' },
  sharedData: '/work',
  folders: {},
  caBundle: '/ca',
  mapping: '/rules',
  patches: '/patches',
  craneconfig: undefined,
  leftOut: {},
};

describe('the stages of a pipeline in one process', () => {
  it('get values and folders, and wait for the stages whose results they use', () => {
    const stages = runnableStages(pipeline, run);
    expect(stages.map(({ name, after, writes }) => ({ name, after, writes }))).toEqual([
      { name: 'source-kubeconfig', after: [], writes: false },
      { name: 'export', after: ['source-kubeconfig'], writes: false },
      { name: 'apply', after: ['export'], writes: true },
    ]);
    expect(stages.map(({ input }) => input((name, of) => `${name}/${of}`))).toEqual([
      {
        params: { 'cluster-secret': '<source-cluster-secret>', 'context-name': 'here' },
        workspaces: { kubeconfig: '/work/kubeconfig' },
      },
      {
        params: {
          'source-namespace': '<source-namespace>',
          'kubeconfig-digest': 'source-kubeconfig/kubeconfig-digest,',
        },
        workspaces: { export: '/work/export', kubeconfig: '/work/kubeconfig', 'ca-bundle': '/ca' },
      },
      { params: { 'index-digest': 'export/index-digest' }, workspaces: { export: '/work' } },
    ]);
  });

  it('use what stands in for a stage that is left out, and folders that are elsewhere', () => {
    const [first, ...others] = runnableStages(pipeline, {
      ...run,
      folders: { kubeconfig: '/home/me/.kube/config' },
      leftOut: { 'source-kubeconfig': { 'kubeconfig-digest': 'given' } },
    });
    expect(others.map(({ name }) => name)).toEqual(['apply']);
    expect(first).toMatchObject({ name: 'export', after: [] });
    expect(first?.input(() => 'unused')).toMatchObject({
      params: { 'kubeconfig-digest': 'given,' },
      workspaces: { kubeconfig: '/home/me/.kube/config' },
    });
  });

  it.each([
    ['false', false],
    ['true', true],
  ])('leave out a stage whose condition does not hold: %s', (verify, isRun) => {
    const stages = runnableStages(pipeline, { ...run, params: { ...run.params, verify } });
    expect(stages.some(({ name }) => name === 'apply')).toBe(isRun);
  });
});
