import { setTimeout } from 'node:timers/promises';

import type { TestCluster } from './test-cluster.ts';

/** Makes an API server serve the kinds of Tekton's runs, which nothing runs. */
export async function serveTektonKinds(cluster: TestCluster): Promise<void> {
  for (const [kind, plural] of [
    ['Pipeline', 'pipelines'],
    ['PipelineRun', 'pipelineruns'],
    ['TaskRun', 'taskruns'],
  ] as const)
    await cluster.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definitionOf(kind, plural));
  await waitUntilServed(cluster);
}

/** The API server serves a new kind some time after its definition. */
async function waitUntilServed({ cluster }: TestCluster): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const isServed = await cluster.request({ path: '/apis/tekton.dev/v1/pipelineruns' }).then(
      () => true,
      () => false,
    );
    if (isServed) return;
    await setTimeout(200);
  }
  throw new Error('waiting for PipelineRuns: the API server does not serve them');
}

/** As Tekton has it: any content, and a status of its own. */
function definitionOf(kind: string, plural: string): unknown {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    metadata: { name: `${plural}.tekton.dev` },
    spec: {
      group: 'tekton.dev',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}
