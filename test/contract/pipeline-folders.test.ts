import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { foldersIn, readManifest } from './task-files.ts';

interface Use {
  readonly task: string;
  readonly after: readonly string[];
  readonly folders: readonly string[];
}

describe.each(foldersIn('pipelines'))('Pipeline %s', (name) => {
  it('lets no two tasks make the same folder of the shared volume at once: a node may fail both', () => {
    const uses = usesOf(name);
    const before = new Map(uses.map((use) => [use.task, ancestors(use.task, uses)]));
    for (const folder of new Set(uses.flatMap(({ folders }) => folders))) {
      const users = uses.filter(({ folders }) => folders.includes(folder)).map(({ task }) => task);
      const firsts = users.filter((task) => !users.some((other) => before.get(task)?.has(other) === true));
      expect(firsts, folder).toHaveLength(1);
    }
  });
});

describe('the installation', () => {
  it('has all Pipelines', () => {
    const installed = arrayAt(readManifest('pipelines/kustomization.yaml'), 'resources');
    expect(installed).toEqual(foldersIn('pipelines').map((name) => `${name}/${name}.yaml`));
  });
});

function usesOf(name: string): readonly Use[] {
  return arrayAt(readManifest(`pipelines/${name}/${name}.yaml`), 'spec', 'tasks').map((task) => ({
    task: stringAt(task, 'name') ?? '',
    after: [
      ...arrayAt(task, 'runAfter').map(String),
      ...[...JSON.stringify(task).matchAll(/\$\(tasks\.([\w-]+)\.results/g)].map((match) => match[1] ?? ''),
    ],
    folders: arrayAt(task, 'workspaces')
      .map((workspace) => stringAt(workspace, 'subPath'))
      .filter((path) => path !== undefined),
  }));
}

function ancestors(task: string, uses: readonly Use[]): ReadonlySet<string> {
  const direct = uses.find((use) => use.task === task)?.after ?? [];
  return new Set(direct.flatMap((name) => [name, ...ancestors(name, uses)]));
}
