import { readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { foldersIn, readTask } from './task-files.ts';

const policies = loadAll(readFileSync('samples/install/plugins-offline.yaml', 'utf8'));

/** Names of a Task's params or workspaces. */
function namesIn(task: string, field: 'params' | 'workspaces'): readonly string[] {
  return arrayAt(readTask(task), 'spec', field).map((entry) => stringAt(entry, 'name') ?? '');
}

describe('the sample that cuts plugins off from the network', () => {
  it('chooses the pods of all Tasks that run plugins and need no network, of Tasks and of ClusterTasks', () => {
    const withPlugins = foldersIn('tasks').filter((task) => namesIn(task, 'params').includes('plugin-dir'));
    const offline = withPlugins.filter((task) => !namesIn(task, 'workspaces').includes('kubeconfig'));
    expect(offline).toEqual(['crane-manifests', 'crane-transform']);
    expect(policies.map((policy) => valueAt(policy, 'spec'))).toEqual(
      ['tekton.dev/task', 'tekton.dev/clusterTask'].map((label) => ({
        podSelector: { matchExpressions: [{ key: label, operator: 'In', values: offline }] },
        policyTypes: ['Ingress', 'Egress'],
      })),
    );
  });
});
