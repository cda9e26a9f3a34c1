import { arrayAt, stringAt, type JsonObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import { paramOf } from '../runs/pipeline-run.ts';
import type { MoveAnswers } from '../schemas/documents.ts';
import { actionNames, type AllowedAction, type ActionReason } from './allowed-actions.ts';
import { factsOfRun } from './run-facts.ts';

/** What konveyor/crane-ui-plugin, the wizard of the OpenShift console, writes on the Pipelines and runs of a group. */
const groupAnnotation = 'crane-ui-plugin.konveyor.io/group';
const groupActionAnnotation = 'crane-ui-plugin.konveyor.io/action';

const claimParam = 'source-pvc-name';

/** The actions that a group can have, and the name of each in it. */
export const groupActions = ['stage', 'cutover'] as const;
export type GroupAction = (typeof groupActions)[number];

/** A claim, and what it becomes. Empty texts: left to the destination. */
export interface GroupClaim {
  readonly name: string;
  readonly newName: string;
  readonly storageClass: string;
  readonly size: string;
}

/** One import of the plugin: Pipelines with the claims written into them, and their runs. */
export interface ForerunnerGroup {
  readonly name: string;
  /** The Pipeline that owns all objects of the group: its deletion removes them. */
  readonly root: { readonly name: string; readonly uid: string };
  /** RFC 3339. */
  readonly createdAt: string;
  /** Empty: no run says it. */
  readonly sourceNamespace: string;
  readonly destinationNamespace: string;
  readonly claims: readonly GroupClaim[];
  readonly pipelines: Partial<Readonly<Record<GroupAction, string>>>;
  /** Names of its Secrets; empty: unknown. */
  readonly secrets: Readonly<Record<'source' | 'destination', string>>;
  /** PipelineRuns, newest first, with those that wait for their start. */
  readonly runs: readonly Resource[];
}

/** The group of a Pipeline or run; undefined when it is in none. */
export function groupOf(object: Resource): string | undefined {
  return annotationOf(object, groupAnnotation);
}

/** The action of a Pipeline or run of a group. */
export function groupActionOf(object: Resource): GroupAction | undefined {
  const named = annotationOf(object, groupActionAnnotation);
  return groupActions.find((action) => action === named);
}

/** Whether a run was made and waits: `PipelineRunPending` is removed at its start. */
export function isWaiting(run: Resource): boolean {
  return factsOfRun(run).result === 'pending';
}

/**
 * Reads the groups of a namespace, newest first. Objects that belong to none count for nothing.
 * @param runs newest first
 */
export function readGroups(
  { pipelines, runs }: { readonly pipelines: readonly Resource[]; readonly runs: readonly Resource[] },
  namespace: string,
): readonly ForerunnerGroup[] {
  const runsOf = Map.groupBy(runs, groupOf);
  const groups = [...Map.groupBy(pipelines, groupOf)].flatMap(([name, members]) =>
    name === undefined ? [] : readGroup({ name, members, runs: runsOf.get(name) ?? [] }, namespace),
  );
  return groups.sort(
    (one, other) => other.createdAt.localeCompare(one.createdAt) || one.name.localeCompare(other.name),
  );
}

interface Members {
  readonly name: string;
  readonly members: readonly Resource[];
  readonly runs: readonly Resource[];
}

function readGroup({ name, members, runs }: Members, namespace: string): readonly ForerunnerGroup[] {
  const pipelineOf = (action: GroupAction) => members.find((each) => groupActionOf(each) === action);
  const [stage, cutover] = groupActions.map(pipelineOf);
  // Without the cutover, which owns all, the rest is about to be deleted.
  if (cutover === undefined) return [];
  const transfers = transfersOf(stage).length > 0 ? transfersOf(stage) : transfersOf(cutover);
  const param = (key: string): string => runs.map((run) => paramOf(run, key) ?? '').find((value) => value !== '') ?? '';
  return [
    {
      name,
      root: { name: cutover.metadata.name, uid: stringAt(cutover, 'metadata', 'uid') ?? '' },
      createdAt: stringAt(cutover, 'metadata', 'creationTimestamp') ?? '',
      sourceNamespace: param('source-namespace'),
      destinationNamespace: destinationOf(transfers, namespace),
      claims: transfers.map(readClaim),
      pipelines: { cutover: cutover.metadata.name, ...(stage === undefined ? {} : { stage: stage.metadata.name }) },
      secrets: { source: param('source-cluster-secret'), destination: param('destination-cluster-secret') },
      runs,
    },
  ];
}

/** The tasks that copy a claim, by the param that names it. */
function transfersOf(pipeline: Resource | undefined): readonly unknown[] {
  return arrayAt(pipeline, 'spec', 'tasks').filter((task) => literalOf(task, claimParam) !== '');
}

function readClaim(task: unknown): GroupClaim {
  const name = literalOf(task, claimParam);
  return {
    name,
    newName: literalOf(task, 'dest-pvc-name') || name,
    storageClass: literalOf(task, 'dest-storage-class-name'),
    size: literalOf(task, 'dest-storage-requests'),
  };
}

/** Workloads go to the namespace of the runs; a transfer names it. */
function destinationOf(transfers: readonly unknown[], namespace: string): string {
  return transfers.map((task) => literalOf(task, 'dest-namespace')).find((value) => value !== '') ?? namespace;
}

/** A param of a task; empty when it is absent or a variable. */
function literalOf(task: unknown, name: string): string {
  const param = arrayAt(task, 'params').find((each) => stringAt(each, 'name') === name);
  const value = stringAt(param, 'value') ?? '';
  return value.includes('$(') ? '' : value;
}

function annotationOf(object: Resource, name: string): string | undefined {
  return stringAt(object, 'metadata', 'annotations', name);
}

/** What can be done with a group now. @param hasClusterTasks whether the cluster serves the kind that its Pipelines name */
export function groupActionsOf(group: ForerunnerGroup, hasClusterTasks: boolean): readonly AllowedAction[] {
  return actionNames.map((action) => {
    const reason = refuse(group, action, hasClusterTasks);
    return { action, allowed: reason === undefined, reason };
  });
}

function refuse(group: ForerunnerGroup, action: string, hasClusterTasks: boolean): ActionReason | undefined {
  const facts = group.runs.map(factsOfRun);
  const running = facts.find(({ result }) => result === 'running');
  if (action === 'cancel') return running === undefined ? 'not-running' : stoppingOf(running);
  if (action === 'delete') return running === undefined ? undefined : 'is-running';
  const own = groupActions.find((each) => each === action);
  if (own === undefined || group.pipelines[own] === undefined) return 'not-planned';
  if (!hasClusterTasks) return 'no-cluster-tasks';
  if (running !== undefined) return 'is-running';
  if (facts.some(({ kind, result }) => kind === 'cutover' && result === 'succeeded')) return 'has-succeeded';
  return group.runs.some((run) => groupActionOf(run) === own) ? undefined : 'run-deleted';
}

function stoppingOf({ isStopping }: { readonly isStopping: boolean }): ActionReason | undefined {
  return isStopping ? 'is-stopping' : undefined;
}

const longestName = 40;
const suffix = '-2';

/** The answers of a new migration with source, claims, names, classes and sizes of a group. Logins are not part of it. */
export function carryOver(group: ForerunnerGroup): MoveAnswers {
  const { name, sourceNamespace, destinationNamespace, claims } = group;
  const settings = claims.map(({ name: claim, newName, storageClass, size }) => ({
    name: claim,
    move: true,
    newName,
    ...(storageClass === '' ? {} : { storageClass }),
    ...(size === '' ? {} : { size }),
  }));
  return {
    schemaVersion: 1,
    name: `${name.slice(0, longestName - suffix.length)}${suffix}`,
    action: 'application',
    source: { namespace: sourceNamespace },
    destination: { namespace: destinationNamespace },
    ...(settings.length === 0 ? {} : { claims: { settings } }),
  };
}

/**
 * A run as a copy of an earlier one, as the plugin starts a second one: the request to wait is left out.
 * @param name of the new run
 */
export function copyOfRun(run: Resource, name: string, annotations: Readonly<Record<string, string>>): JsonObject {
  const { spec = {}, apiVersion = '' } = run as { readonly spec?: JsonObject; readonly apiVersion?: string };
  const rest = Object.fromEntries(Object.entries(spec).filter(([member]) => member !== 'status'));
  const owners = arrayAt(run, 'metadata', 'ownerReferences');
  const group = groupOf(run) ?? '';
  const action = groupActionOf(run) ?? '';
  return {
    apiVersion,
    kind: 'PipelineRun',
    metadata: {
      name,
      annotations: { [groupAnnotation]: group, [groupActionAnnotation]: action, ...annotations },
      ...(owners.length === 0 ? {} : { ownerReferences: owners }),
    },
    spec: rest,
  };
}
