import { readFile } from 'node:fs/promises';

import { dump, loadAll } from 'js-yaml';

import { arrayAt, isObject, stringAt } from '../../../src/domain/core/json-object.ts';
import { destination, type ScenePlaces } from './notes-scene.ts';

interface GroupPlaces extends Omit<ScenePlaces, 'name'> {
  /** Of the claim at the destination. */
  readonly storageClass: string;
}

/**
 * What the console's wizard creates for one claim. This Tekton has no ClusterTasks, and refuses new Pipelines that name
 * them, which an upgraded cluster has from before.
 */
export async function createOldGroup(group: string, { runs, from, to, storageClass }: GroupPlaces): Promise<void> {
  for (const file of ['wizard-stateful-cutover', 'wizard-stateful-stage']) {
    const text = (await readFile(`test/e2e/drop-in/${file}.yaml`, 'utf8'))
      .replaceAll('kind: ClusterTask', 'kind: Task')
      .replaceAll('diary-group', group)
      .replaceAll('value: diary-wizard', `value: ${to}`)
      .replaceAll('value: diary\n', `value: ${from}\n`)
      .replaceAll('pages-moved', 'sheets')
      .replaceAll('value: local-path', `value: ${storageClass}`)
      .replaceAll('10Mi', '120Mi');
    const documents = loadAll(text).filter(isObject).map(withOneClaim);
    const yaml = documents.map((document) => dump(document)).join('---\n');
    await destination.run(['create', '-n', runs, '-f', '-'], yaml);
  }
}

/** Without the tasks of the second claim of the sample. */
function withOneClaim(document: Record<string, unknown>): object {
  const tasks = arrayAt(document, 'spec', 'tasks').filter((task) => !stringAt(task, 'name')?.includes('index'));
  return document['kind'] === 'Pipeline'
    ? { ...document, spec: { ...(document['spec'] as object), tasks: tasks.map(withoutIndex) } }
    : document;
}

function withoutIndex(task: unknown): object {
  const runAfter = arrayAt(task, 'runAfter').filter((each) => !String(each).includes('index'));
  return { ...(task as object), ...(runAfter.length === 0 ? {} : { runAfter }) };
}
