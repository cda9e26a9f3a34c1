import { TaskError } from '../../domain/core/errors.ts';
import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import type { Sha256 } from '../../domain/core/ports.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isConflict, onRefusal } from '../../domain/kube/status-error.ts';
import {
  copyOfRun,
  groupActionOf,
  groupOf,
  isWaiting,
  readGroups,
  type ForerunnerGroup,
  type GroupAction,
} from '../../domain/planning/forerunner-group.ts';
import { pipelineRuns, pipelines } from '../../domain/runs/pipeline-run.ts';
import { findDocument, getObject } from '../cluster/find-object.ts';
import { collectObjects, metadataOnly } from '../cluster/list-objects.ts';
import { createObject, mergePatch } from '../cluster/write-object.ts';
import { isCreatedBy, keyDigest, requestAnnotations } from './create-once.ts';
import { newestFirst } from './list-migrations.ts';
import type { StartedRun } from './start-run.ts';

/** The groups of a namespace, newest first; none where Tekton is absent or the account may not list Pipelines. */
export async function listGroups(cluster: Cluster, namespace: string): Promise<readonly ForerunnerGroup[]> {
  // Most namespaces have no group, and Pipelines are large.
  const all = await collectObjects({ cluster, kind: pipelines, namespace, accept: metadataOnly }).catch(
    onRefusal([403, 404], []),
  );
  const members = all.filter((pipeline) => groupOf(pipeline) !== undefined);
  if (members.length === 0) return [];
  const [whole, runs] = await Promise.all([
    Promise.all(members.map(({ metadata }) => getObject(cluster, { kind: pipelines, namespace, name: metadata.name }))),
    // Tekton labels a run only when it starts.
    collectObjects({ cluster, kind: pipelineRuns, namespace }),
  ]);
  return readGroups({ pipelines: whole, runs: newestFirst(runs) }, namespace);
}

/** A group by its name; undefined when there is none. */
export async function findGroup(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<ForerunnerGroup | undefined> {
  return (await listGroups(cluster, namespace)).find((group) => group.name === name);
}

/** Whether the cluster serves ClusterTasks, which Tekton has up to 0.70. */
export async function hasClusterTasks(cluster: Cluster): Promise<boolean> {
  const resources = await findDocument(cluster, '/apis/tekton.dev/v1beta1');
  return arrayAt(resources, 'resources').some((each) => stringAt(each, 'name') === 'clustertasks');
}

export interface StartGroupRequest {
  readonly group: ForerunnerGroup;
  readonly action: GroupAction;
  readonly namespace: string;
  /** The same key starts the same run. Empty: always a new one. */
  readonly key: string;
  /** Who asked for it, for information. */
  readonly user: string;
}

/**
 * Starts an action of a group: the first time the run that the plugin made, later a copy of the newest one.
 * @throws TaskError `invalid-param` when the group has no run of the action
 */
export async function startGroupRun(
  request: StartGroupRequest,
  { cluster, sha256 }: { readonly cluster: Cluster; readonly sha256: Sha256 },
): Promise<StartedRun> {
  const { group, action, namespace, user } = request;
  const digest = digestOf(request, sha256);
  const own = group.runs.filter((run) => groupActionOf(run) === action);
  const started = own.find((run) => isCreatedBy(run, digest));
  if (started !== undefined) return { run: started.metadata.name, isNew: false };
  const [newest] = own;
  if (newest === undefined) {
    throw new TaskError('invalid-param', `starting ${action} of group ${group.name}: its run was deleted`, {
      remedy: 'Begin a new migration with the settings of the group, then delete the group.',
    });
  }
  const annotations = requestAnnotations({ digest, user });
  if (isWaiting(newest)) {
    const ref = { kind: pipelineRuns, namespace, name: newest.metadata.name };
    await mergePatch(cluster, ref, { body: { metadata: { annotations }, spec: { status: null } } });
    return { run: newest.metadata.name, isNew: true };
  }
  return copyNewest(newest, { request, digest, annotations }, { cluster, sha256 });
}

interface Copy {
  readonly request: StartGroupRequest;
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
}

async function copyNewest(
  newest: Resource,
  { request, digest, annotations }: Copy,
  { cluster, sha256 }: { readonly cluster: Cluster; readonly sha256: Sha256 },
): Promise<StartedRun> {
  const { group, action, namespace } = request;
  // The same runs make the same name: two requests at the same time start one run.
  const seed = sha256(`${group.root.uid} ${action} ${String(group.runs.length)} ${newest.metadata.name}`);
  const name = `${group.pipelines[action] ?? group.name}-${seed.slice(seed.indexOf(':') + 1).slice(0, 5)}`;
  const body = copyOfRun(newest, name, annotations);
  try {
    await createObject(cluster, { kind: pipelineRuns, namespace, body });
    return { run: name, isNew: true };
  } catch (error) {
    if (!isConflict(error)) throw error;
    const existing = await getObject(cluster, { kind: pipelineRuns, namespace, name });
    if (!isCreatedBy(existing, digest)) throw error;
    return { run: name, isNew: false };
  }
}

/** Whether a request with this key has started one of the runs of a group. */
export function wasGroupStarted(request: StartGroupRequest, sha256: Sha256): boolean {
  return request.group.runs.some((run) => isCreatedBy(run, digestOf(request, sha256)));
}

function digestOf({ key, group, action }: StartGroupRequest, sha256: Sha256): string {
  return keyDigest(key, [group.root.uid, action], sha256);
}
