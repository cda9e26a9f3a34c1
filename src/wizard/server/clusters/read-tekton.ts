import { messageOf } from '../../../domain/core/errors.ts';
import { arrayAt, stringAt } from '../../../domain/core/json-object.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { isRefusal } from '../../../domain/kube/status-error.ts';
import { pipelineOf } from '../../../domain/planning/run-action.ts';
import { pipelines } from '../../../domain/runs/pipeline-run.ts';
import { findDocument } from '../../../usecases/cluster/find-object.ts';
import { collectObjects } from '../../../usecases/cluster/list-objects.ts';
import type { TektonConfig } from '../../api/session.ts';

const ours: ReadonlySet<string> = new Set(Object.values(pipelineOf));

/** What a cluster has of Tekton, and of our Pipelines in a namespace. */
export async function readTekton(cluster: Cluster, namespace: string): Promise<TektonConfig> {
  const group = await findDocument(cluster, '/apis/tekton.dev');
  const apiVersions = arrayAt(group, 'versions').flatMap((each) => stringAt(each, 'version') ?? []);
  const isInstalled = apiVersions.includes('v1');
  const found = { isInstalled, apiVersions, pipelines: [], message: '' };
  if (!isInstalled) return found;
  try {
    const objects = await collectObjects({ cluster, kind: pipelines, namespace });
    const names = objects.map(({ metadata }) => metadata.name).filter((name) => ours.has(name));
    return { ...found, pipelines: names.sort() };
  } catch (error) {
    if (!isRefusal(error, 403)) throw error;
    return { ...found, message: messageOf(error) };
  }
}
