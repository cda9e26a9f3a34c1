import { readdirSync, readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';

import { commandsOnly } from '../../scripts/forms/commands-only.ts';
import { arrayAt, isObject, stringAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import type { AnyTask } from '../../src/runtime/define-task.ts';
import { loadTasks } from '../../src/tasks/index.ts';

/** All task definitions, loaded. */
export function loadDefinitions(): Promise<readonly AnyTask[]> {
  return loadTasks();
}

/** Names of all Tasks, in the order of a move. */
export async function loadTaskNames(): Promise<readonly string[]> {
  return (await loadDefinitions()).map(({ name }) => name).filter((name) => !commandsOnly.has(name));
}

/** Names of the folders below tasks/ or pipelines/, sorted. */
export function foldersIn(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The single YAML document of a file. */
export function readManifest(path: string): JsonObject {
  const documents = loadAll(readFileSync(path, 'utf8'));
  const [manifest] = documents;
  if (documents.length !== 1 || !isObject(manifest)) throw new Error(`${path}: expected exactly one YAML object`);
  return manifest;
}

/** The Task manifest of a name. */
export function readTask(name: string): JsonObject {
  return readManifest(`tasks/${name}/${name}.yaml`);
}

/** Images of the steps of a Task, except those that a param names. */
export function stepImages(task: unknown): readonly string[] {
  const images = arrayAt(task, 'spec', 'steps').map((step) => stringAt(step, 'image') ?? '');
  return images.filter((image) => !image.startsWith('$(params.'));
}
