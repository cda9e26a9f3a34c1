import { readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';

import { isObject, stringAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import type { TestCluster } from './test-cluster.ts';

/** Path of the namespace in which the group is made, in the API of Tekton. */
export const groupRuns = '/apis/tekton.dev/v1/namespaces/diary-wizard';

/** The objects of the plugin in its order: the cutover first, which owns all others. */
export async function createConsoleGroup(cluster: TestCluster): Promise<void> {
  let owner: JsonObject | undefined;
  for (const file of ['wizard-stateful-cutover', 'wizard-stateful-stage']) {
    const documents = loadAll(readFileSync(`test/e2e/drop-in/${file}.yaml`, 'utf8')).filter(isObject);
    for (const document of documents) {
      const metadata = {
        ...(isObject(document['metadata']) ? document['metadata'] : {}),
        ...(owner === undefined ? {} : { ownerReferences: [owner] }),
      };
      const plural = document['kind'] === 'Pipeline' ? 'pipelines' : 'pipelineruns';
      const body = { ...document, apiVersion: 'tekton.dev/v1', metadata };
      const created = await cluster.create(`${groupRuns}/${plural}`, body);
      const uid = stringAt(created, 'metadata', 'uid') ?? '';
      owner ??= { apiVersion: 'tekton.dev/v1', kind: 'Pipeline', name: 'diary-group-cutover', uid };
    }
  }
}

/** Serves the kind that the Pipelines of the plugin name. */
export async function serveClusterTasks(cluster: TestCluster): Promise<void> {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await cluster.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: { name: 'clustertasks.tekton.dev' },
    spec: {
      group: 'tekton.dev',
      scope: 'Cluster',
      names: { kind: 'ClusterTask', plural: 'clustertasks', singular: 'clustertask', listKind: 'ClusterTaskList' },
      versions: [{ name: 'v1beta1', served: true, storage: true, schema }],
    },
  });
}

/** What the controller would say of a run. */
export async function endRun(cluster: TestCluster, run: string, status: string): Promise<void> {
  const reason = status === 'True' ? 'Succeeded' : 'Running';
  const now = new Date().toISOString();
  const times = status === 'True' ? { startTime: now, completionTime: now } : { startTime: now };
  await cluster.cluster.request({
    method: 'PATCH',
    path: `${groupRuns}/pipelineruns/${run}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { ...times, conditions: [{ type: 'Succeeded', status, reason }] } },
  });
}
