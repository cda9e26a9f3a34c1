import { describe, expect, it } from 'vitest';

import interfaces from '../../tasks/interfaces.json' with { type: 'json' };
import { ownValue } from '../../src/domain/core/json-object.ts';
import { takeBackParams, volumeParams } from '../../src/domain/planning/volume-params.ts';
import { volumeTaskRun, type VolumeAction, type VolumeTask } from '../../src/domain/planning/volume-task.ts';

interface TaskInterface {
  readonly params: Readonly<Record<string, unknown>>;
  readonly workspaces: Readonly<Record<string, unknown>>;
}

interface Made {
  readonly spec: {
    readonly taskRef: { readonly name: string };
    readonly params: readonly { readonly name: string }[];
    readonly workspaces: readonly { readonly name: string }[];
  };
}

const tasks: Readonly<Record<string, TaskInterface>> = interfaces.tasks;
const input = { params: { images: 'skip', claims: 'a', 'claim-settings': '[]' }, resultOf: () => 'known' };
const choice = { dryRun: true, allowChanged: ['Service/a'], includeKinds: ['Namespace'] };

function made(action: VolumeAction): Made['spec'] {
  const params = action === 'take-back' ? takeBackParams(input, choice) : volumeParams(action, input);
  const task: VolumeTask = {
    action,
    migration: 'shop',
    namespace: 'migrations',
    run: 'run',
    claim: 'pvc',
    hasClaims: true,
    owner: { name: 'migration-shop', uid: 'uid' },
    settings: { serviceAccount: 'crane-tasks', fsGroup: 0, caConfigMap: 'ca' },
    params,
    annotations: {},
  };
  return (volumeTaskRun(task) as unknown as Made).spec;
}

describe('a TaskRun on the volume of a run', () => {
  it.each(['take-back', 'restart-source', 'verify', 'validate', 'reports'] as const)(
    '%s gives its Task only params and workspaces that it has, and those that it requires',
    (action) => {
      const { taskRef, params, workspaces } = made(action);
      const task = ownValue(tasks, taskRef.name);
      expect(task).toBeDefined();
      const names = (list: readonly { readonly name: string }[]): readonly string[] => list.map(({ name }) => name);
      expect(Object.keys(task?.params ?? {})).toEqual(expect.arrayContaining([...names(params)]));
      expect(Object.keys(task?.workspaces ?? {})).toEqual(expect.arrayContaining([...names(workspaces)]));
      const required = Object.entries(task?.workspaces ?? {}).flatMap(([name, need]) =>
        need === 'required' ? [name] : [],
      );
      expect(names(workspaces)).toEqual(expect.arrayContaining(required));
    },
  );
});
