import {
  describedParam,
  predecessorsOf,
  type Pipeline,
  type Stage,
} from '../../src/pipelines/definition/define-pipeline.ts';
import type { PipelineParam } from '../../src/pipelines/definition/params.ts';
import { code, generatedEnd, generatedStart, table } from './markdown.ts';
import { pipelineWorkspaces } from './pipelines.ts';

/** The README of a pipeline: graph, params, workspaces, results and a run. */
export function formatPipelineReadme(pipeline: Pipeline): string {
  const { name, displayName, description, params, workspaces, results } = pipeline;
  return [
    `# ${name}`,
    '',
    `${displayName}.`,
    '',
    generatedStart,
    '',
    description,
    '',
    '## Tasks',
    '',
    'An arrow leads from a task to the tasks that wait for it. Dashed tasks always run, at the end.',
    '',
    ...graphOf(pipeline),
    '',
    ...table(
      'Parameters',
      ['Name', 'Default', 'Description'],
      params.map((each) => paramRow(pipeline, each)),
    ),
    ...table(
      'Workspaces',
      ['Name', '', 'Description'],
      workspaces.map((workspace) => {
        const { description: text, optional } = pipelineWorkspaces[workspace];
        return [code(workspace), optional === true ? 'optional' : 'required', text];
      }),
    ),
    ...table(
      'Results',
      ['Name', 'Description'],
      Object.entries(results).map(([key, { description: text }]) => [code(key), text]),
    ),
    '## A run',
    '',
    `${secretsOf(pipeline)} must exist in the namespace of the run.`,
    '',
    '```yaml',
    ...sampleOf(pipeline),
    '```',
    '',
    generatedEnd,
    '',
  ].join('\n');
}

/** The Secrets that a run cannot do without, as a subject. */
function secretsOf({ params, workspaces }: Pipeline): string {
  const clusters = params.filter((name) => name.endsWith('-cluster-secret')).map(sampleValue);
  const names = [...clusters, ...(workspaces.includes('s3-connection') ? ['s3-connection'] : [])].map(code);
  return `The ${names.length === 1 ? 'Secret' : 'Secrets'} ${names.join(' and ')}`;
}

/** The graph in Mermaid's notation, which GitHub draws. */
function graphOf(pipeline: Pipeline): readonly string[] {
  const node = ({ name, task }: Stage) => `  ${name}["${name}<br/><small>${task}</small>"]`;
  const edges = directPredecessors(pipeline).flatMap(([name, before]) => before.map((each) => `  ${each} --> ${name}`));
  return [
    '```mermaid',
    'flowchart TD',
    ...pipeline.stages.map(node),
    ...edges,
    ...pipeline.finally.map((stage) => `${node(stage)}:::finally`),
    '  classDef finally stroke-dasharray: 5 5',
    '```',
  ];
}

/** The predecessors of each stage, without those that another predecessor waits for. */
function directPredecessors({ stages }: Pipeline): readonly (readonly [string, readonly string[]])[] {
  const all = new Map<string, ReadonlySet<string>>();
  return stages.map((stage) => {
    const before = predecessorsOf(stage);
    const earlier = before.flatMap((name) => [...(all.get(name) ?? [])]);
    all.set(stage.name, new Set([...before, ...earlier]));
    return [stage.name, before.filter((name) => !earlier.includes(name))];
  });
}

function paramRow(pipeline: Pipeline, name: PipelineParam): readonly string[] {
  const param = describedParam(pipeline, name);
  const value = 'default' in param ? code(JSON.stringify(String(param.default))) : 'required';
  return [code(name), value, param.description];
}

function sampleOf(pipeline: Pipeline): readonly string[] {
  const { name, params, workspaces } = pipeline;
  const required = params.filter((each) => !('default' in describedParam(pipeline, each)));
  return [
    'apiVersion: tekton.dev/v1',
    'kind: PipelineRun',
    'metadata:',
    `  generateName: ${name}-`,
    'spec:',
    '  pipelineRef:',
    `    name: ${name}`,
    '  params:',
    ...required.flatMap((each) => [`    - name: ${each}`, `      value: ${sampleValue(each)}`]),
    '  workspaces:',
    '    - name: shared-data',
    '      volumeClaimTemplate:',
    '        spec:',
    '          accessModes: [ReadWriteOnce]',
    '          resources:',
    '            requests:',
    '              storage: 1Gi',
    ...(workspaces.includes('s3-connection')
      ? ['    - name: s3-connection', '      secret:', '        secretName: s3-connection']
      : []),
    ...(workspaces.includes('registry-auth')
      ? ['    - name: registry-auth', '      secret:', '        secretName: registry-login']
      : []),
    ...(workspaces.includes('ca-bundle')
      ? ['    - name: ca-bundle', '      configMap:', '        name: cluster-ca']
      : []),
    '  taskRunTemplate:',
    '    serviceAccountName: crane-tasks',
    '    podTemplate:',
    '      securityContext:',
    params.includes('builder-image')
      ? '        fsGroup: 1000 # CNB_GROUP_ID of the builder'
      : '        fsGroup: 65532 # not on OpenShift, which assigns a group itself',
  ];
}

function sampleValue(name: PipelineParam): string {
  const known = sampleValues[name];
  if (known !== undefined) return known;
  return name.endsWith('-secret') ? name.replace('-secret', '') : 'shop';
}

const sampleValues: { readonly [K in PipelineParam]?: string } = {
  'destination-registry': 'registry.example.com',
  'blob-id': '3f1c2a9e-0b7d-4c55-9a51-6f1f1f0c2d3e',
  image: 'registry.example.com/apps/shop:1',
  workload: 'deployment/lab',
  'destination-path': 'team/exports',
  'builder-image': 'registry.example.com/builders/base:1',
};
