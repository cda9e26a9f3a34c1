import { readdir, readFile } from 'node:fs/promises';

import { dump, loadAll } from 'js-yaml';

import { isObject, type JsonObject } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';
import { roleFiles } from './roles.ts';
import { toBetaRun, toBundlePipeline, toClusterTask, toClusterTaskPipeline, toResolverPipeline } from './manifests.ts';

/** Folder that holds nothing but what is made here. */
export const formsFolder = 'forms';

const header = '# Generated from tasks/ and pipelines/: run `make generate`.\n';
const runSamples = ['pipelinerun', 'image-migration-pipelinerun'] as const;

/** Every file below `forms/` by its path: the same Tasks and Pipelines as other Tektons, or other ways to find Tasks, want them. */
export async function formFiles(tasks: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const pipelines = await foldersIn('pipelines');
  const files = new Map<string, string>();
  const account = header + (await readFile('tasks/rbac.yaml', 'utf8'));
  const add = (path: string, object: JsonObject): void => {
    files.set(`${formsFolder}/${path}`, header + formatYaml(object));
  };
  const addForm = (form: string, names: readonly string[]): void => {
    files.set(`${formsFolder}/${form}/account.yaml`, account);
    add(`${form}/kustomization.yaml`, kustomizationOf(['account.yaml', ...names]));
  };
  for (const name of tasks) {
    add(`cluster-tasks/tasks/${name}.yaml`, toClusterTask(await readManifest(`tasks/${name}/${name}.yaml`)));
  }
  for (const name of pipelines) {
    const pipeline = await readManifest(`pipelines/${name}/${name}.yaml`);
    add(`cluster-tasks/pipelines/${name}.yaml`, toClusterTaskPipeline(pipeline));
    add(`cluster-resolver/pipelines/${name}.yaml`, toResolverPipeline(pipeline));
    add(`bundles/pipelines/${name}.yaml`, toBundlePipeline(pipeline, version));
  }
  for (const name of runSamples) {
    add(`cluster-tasks/samples/${name}.yaml`, toBetaRun(await readManifest(`samples/app-migration/${name}.yaml`)));
  }
  const pipelineFiles = pipelines.map((name) => `pipelines/${name}.yaml`);
  addForm('cluster-tasks', [...tasks.map((name) => `tasks/${name}.yaml`), ...pipelineFiles]);
  addForm('cluster-resolver', pipelineFiles);
  addForm('bundles', pipelineFiles);
  for (const [path, text] of await roleFiles(tasks)) files.set(`${formsFolder}/${path}`, header + text);
  return files;
}

/** Folders below a root, sorted: one for each Task or Pipeline. */
export async function foldersIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The only YAML document of a file. Throws when there is none, or another one. */
export async function readManifest(path: string): Promise<JsonObject> {
  const [manifest, ...others] = loadAll(await readFile(path, 'utf8'));
  if (!isObject(manifest) || others.length > 0) throw new Error(`${path}: expected exactly one YAML object`);
  return manifest;
}

function kustomizationOf(resources: readonly string[]): JsonObject {
  return { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources };
}

function formatYaml(object: JsonObject): string {
  return dump(object, { lineWidth: 120, noRefs: true });
}
