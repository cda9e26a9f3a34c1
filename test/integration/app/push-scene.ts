import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { isResource, type Resource } from '../../../src/domain/kube/resource.ts';
import { startS3Server } from '../../../testbed/clusters/s3-server.ts';
import { serveTektonKinds } from '../../builders/tekton-kinds.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

const runsPath = '/apis/tekton.dev/v1/namespaces/workspace/pipelineruns';

/** An API server with the kinds of Tekton, a namespace `workspace` and an object storage, whose Secret is there. */
export interface PushScene {
  readonly cluster: TestCluster;
  readonly pipelineRuns: () => Promise<readonly Resource[]>;
  /** Plays Tekton: ends each run as soon as it is there, until something ends. */
  readonly playTekton: <T>(until: Promise<T>, end?: RunEnd) => Promise<T>;
  readonly stop: () => Promise<void>;
}

interface RunEnd {
  readonly status: string;
  readonly reason: string;
}

export async function startPushScene(): Promise<PushScene> {
  const cluster = await startTestCluster();
  const storage = await startS3Server(path.join(cluster.scratch, 'storage'));
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'workspace' } });
  await serveTektonKinds(cluster);
  const stringData = {
    credentials: `[default]\naws_access_key_id=${storage.accessKey}\naws_secret_access_key=${storage.secretKey}\n`,
    ...{ endpoint: storage.host, bucket: 'epinio', useSSL: 'false' },
  };
  const secret = { metadata: { name: 'epinio-s3-connection-details' }, stringData };
  await cluster.create('/api/v1/namespaces/workspace/secrets', secret);
  return {
    cluster,
    pipelineRuns: () => pipelineRunsOf(cluster),
    playTekton: (until, end = { status: 'True', reason: 'Completed' }) => playTekton(cluster, until, end),
    stop: async () => {
      await storage.stop();
      await cluster.stop();
    },
  };
}

async function pipelineRunsOf({ cluster }: TestCluster): Promise<readonly Resource[]> {
  const list = await cluster.request({ path: runsPath });
  return arrayAt(list, 'items')
    .map((item) => ({ apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', ...(item as object) }))
    .filter(isResource);
}

/** The params of a PipelineRun. */
export function paramsOf(run: unknown): Readonly<Record<string, string>> {
  const entries = arrayAt(run, 'spec', 'params').map((each) => [stringAt(each, 'name'), stringAt(each, 'value')]);
  return Object.fromEntries(entries) as Record<string, string>;
}

async function playTekton<T>(cluster: TestCluster, until: Promise<T>, end: RunEnd): Promise<T> {
  const over = new AbortController();
  const ended = until.finally(() => over.abort());
  while (!over.signal.aborted) {
    const live = (await pipelineRunsOf(cluster)).filter((run) => arrayAt(run, 'status', 'conditions').length === 0);
    for (const run of live)
      await endRun(cluster, run, stringAt(run, 'spec', 'status') === 'Cancelled' ? cancelled : end);
    await setTimeout(200);
  }
  return ended;
}

const cancelled = { status: 'False', reason: 'Cancelled' };

async function endRun({ cluster }: TestCluster, run: Resource, condition: RunEnd): Promise<void> {
  const results = [
    { name: 'urls', value: 'http://shop.apps.example.com' },
    { name: 'revision', value: '3' },
  ];
  const status = { conditions: [{ type: 'Succeeded', message: 'as played', ...condition }], results };
  const contentType = 'application/merge-patch+json';
  const statusPath = `${runsPath}/${run.metadata.name}/status`;
  await cluster.request({ method: 'PATCH', path: statusPath, body: { status }, contentType });
}
