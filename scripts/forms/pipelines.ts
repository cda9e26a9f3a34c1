import { dump } from 'js-yaml';

import {
  describedParam,
  partsOf,
  type Binding,
  type Pipeline,
  type Reference,
  type Stage,
  type Value,
  type WorkspaceName,
} from '../../src/pipelines/definition/define-pipeline.ts';
import type { PipelineParam } from '../../src/pipelines/definition/params.ts';
import { version } from '../../src/runtime/version.ts';

/** The workspaces of all pipelines, each described once. */
export const pipelineWorkspaces: Readonly<
  Record<WorkspaceName, { readonly description: string; readonly optional?: true }>
> = {
  'shared-data': {
    description: 'One volume that all tasks share; each uses a folder of its own. It never holds a token.',
  },
  'registry-auth': {
    description: 'Secret of type kubernetes.io/dockerconfigjson with the logins for registries.',
    optional: true,
  },
  'chart-auth': {
    description:
      'Secret of type kubernetes.io/basic-auth with the login for a chart repository: username and password, or token. ' +
      'Its optional key url names the repository.',
    optional: true,
  },
  'ca-bundle': {
    description: 'ConfigMap or Secret with `ca.crt`, added to the trusted authorities for registries.',
    optional: true,
  },
  mapping: {
    description: 'ConfigMap with the file that mapping-file names, for other places of images at the destination.',
    optional: true,
  },
  patches: {
    description: 'ConfigMap with patches of the user for the resources (*.yaml). They win over those of plugins.',
    optional: true,
  },
  craneconfig: {
    description: 'ConfigMap with a flags file `crane.yaml` for crane-transform, in the format of crane.',
    optional: true,
  },
  's3-connection': {
    description: 'Secret with the connection to the object storage: endpoint, bucket, useSSL, credentials and config.',
  },
  bindings: {
    description: 'Service bindings for the buildpacks, a folder for each, for example certificates and settings.',
    optional: true,
  },
  library: {
    description: 'The claim of the library area. Without it, its files are read through the pod.',
    optional: true,
  },
  files: {
    description: 'The claim of the workspace files. Without it, they are read through the pod.',
    optional: true,
  },
  kubeconfig: {
    description: 'Secret with a file `kubeconfig` of another cluster. Without it: the cluster of the run.',
    optional: true,
  },
};

const homepage = 'https://github.com/crane-tasks/crane-tasks';
const links = dump([
  { name: 'documentation', url: `${homepage}#readme` },
  { name: 'support', url: `${homepage}/issues` },
]);

/** The Tekton Pipeline of a definition, as text. */
export function formatPipeline(pipeline: Pipeline): string {
  const text = dump(manifestOf(pipeline), { lineWidth: 120, noRefs: true });
  return `# Generated from src/pipelines/${pipeline.name}.ts by 'make generate'.\n${text}`;
}

/** The Tekton Pipeline of a definition: https://tekton.dev/docs/pipelines/pipelines/ */
function manifestOf(pipeline: Pipeline): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: {
      name: pipeline.name,
      labels: { 'app.kubernetes.io/part-of': 'crane-tasks', 'app.kubernetes.io/version': version },
      annotations: annotationsOf(pipeline),
    },
    spec: {
      description: pipeline.description,
      params: pipeline.params.map((name) => paramOf(pipeline, name)),
      workspaces: pipeline.workspaces.map((name) => ({ name, ...pipelineWorkspaces[name] })),
      ...filled(
        'results',
        Object.entries(pipeline.results).map(([name, { description, value }]) => ({
          name,
          type: 'string',
          description,
          value: expand(value),
        })),
      ),
      tasks: pipeline.stages.map(taskOf),
      finally: pipeline.finally.map(taskOf),
    },
  };
}

/** What Tekton's catalog and Artifact Hub read: https://artifacthub.io/docs/topics/annotations/tekton/ */
function annotationsOf({ displayName, catalog }: Pipeline): object {
  return {
    'tekton.dev/pipelines.minVersion': '0.50.0',
    'tekton.dev/categories': catalog.categories,
    'tekton.dev/tags': catalog.tags,
    'tekton.dev/displayName': displayName,
    'tekton.dev/platforms': 'linux/amd64,linux/arm64',
    'artifacthub.io/category': catalog.hubCategory,
    'artifacthub.io/license': 'Apache-2.0',
    'artifacthub.io/links': links,
    'artifacthub.io/changes': '- "First release."\n',
  };
}

function paramOf(pipeline: Pipeline, name: PipelineParam): object {
  const param = describedParam(pipeline, name);
  const common = { name, type: 'string', description: param.description };
  return 'default' in param ? { ...common, default: String(param.default) } : common;
}

function taskOf({ name, task, timeout, after = [], when, params, workspaces }: Stage): object {
  return {
    name,
    taskRef: { name: task },
    ...(timeout === undefined ? {} : { timeout }),
    ...filled('runAfter', after),
    ...filled('when', when === undefined ? [] : [{ ...when, input: expand(when.input) }]),
    params: Object.entries(params).map(([key, value]) => ({ name: key, value: expand(value) })),
    workspaces: Object.entries(workspaces).map(([key, binding]) => ({ name: key, ...bindingOf(binding) })),
  };
}

function bindingOf(binding: Binding): object {
  return typeof binding === 'string' ? { workspace: 'shared-data', subPath: binding } : binding;
}

/** Tekton's text of a value: https://tekton.dev/docs/pipelines/variables/ */
function expand(value: Value): string {
  return partsOf(value)
    .map((part) => (typeof part === 'string' ? part : variableOf(part)))
    .join('');
}

function variableOf(reference: Reference): string {
  if ('param' in reference) return `$(params.${reference.param})`;
  if ('stage' in reference) return `$(tasks.${reference.stage}.results.${reference.result})`;
  if ('context' in reference) return reference.context;
  return reference.status === 'all' ? '$(tasks.status)' : `$(tasks.${reference.status.of}.status)`;
}

function filled(name: string, list: readonly unknown[]): object {
  return list.length === 0 ? {} : { [name]: list };
}
