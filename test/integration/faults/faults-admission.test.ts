import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, isObject, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { foldersIn, readTask } from '../../contract/task-files.ts';

const namespace = 'strict';
let test: TestCluster;

beforeAll(async () => {
  test = await startTestCluster();
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await test.create('/api/v1/namespaces', { metadata: { name: namespace, labels } });
});

afterAll(() => test.stop());

/** The container that Tekton makes of a Task's step. */
function containerOf(task: string): JsonObject {
  const step = arrayAt(readTask(task), 'spec', 'steps')[0];
  if (!isObject(step)) throw new Error(`Task ${task} has no step`);
  const { computeResources, ...container } = step;
  return { ...container, resources: computeResources };
}

function createPod(task: string, container: JsonObject): Promise<unknown> {
  const spec = { containers: [container], volumes: arrayAt(readTask(task), 'spec', 'volumes') };
  return test.cluster.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods`,
    query: { dryRun: 'All' },
    body: { metadata: { name: `pod-of-${task}` }, spec },
  });
}

describe('a namespace that enforces Pod Security restricted', () => {
  it.each(foldersIn('tasks'))('admits the pod of Task %s as it is rendered', async (task) => {
    expect(isObject(await createPod(task, containerOf(task)))).toBe(true);
  });

  it.each(['runAsNonRoot', 'allowPrivilegeEscalation', 'capabilities', 'seccompProfile'])(
    'refuses the same pod without %s',
    async (setting) => {
      const container = containerOf('crane-export');
      const context = isObject(container['securityContext']) ? container['securityContext'] : {};
      const weaker = { ...container, securityContext: { ...context, [setting]: undefined } };
      await expect(createPod('crane-export', weaker)).rejects.toThrow(/violates PodSecurity "restricted/);
    },
  );
});
