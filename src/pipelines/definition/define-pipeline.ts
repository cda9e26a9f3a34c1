import type { Param } from '../../runtime/define-task.ts';
import type { PipelineTasks } from './tasks.ts';
import { pipelineParams, type PipelineParam } from './params.ts';

/** A value that is known when a run is made, or when the stage that reports it has ended. */
export type Reference =
  | { readonly param: PipelineParam }
  /** Result of an earlier stage. */
  | { readonly stage: string; readonly result: string }
  /** Kubeconfig context of a cluster; a Pipeline names it after its side. */
  | { readonly context: Side }
  /**
   * Status of all stages together, or of one of them; only for stages that run at the end. Tekton's status of all is
   * `Completed` if no stage failed and some did not run, also when the run was cancelled between two stages.
   */
  | { readonly status: 'all' | { readonly of: string } };
export type Side = 'source' | 'destination';
/** A value of a param: a text, a reference, or several of them joined. */
export type Value = string | Reference | readonly (string | Reference)[];

/** A folder of the shared volume by its name, or a workspace of the Pipeline as it is. */
export type Binding = string | { readonly workspace: WorkspaceName };
export type WorkspaceName =
  | 'shared-data'
  | 'registry-auth'
  | 'chart-auth'
  | 'ca-bundle'
  | 'mapping'
  | 'patches'
  | 'craneconfig'
  | 's3-connection'
  | 'bindings'
  | 'library'
  | 'files'
  | 'kubeconfig';

/** When a stage runs. A stage that does not run has not failed. */
export interface Condition {
  readonly input: Value;
  readonly operator: 'in' | 'notin';
  readonly values: readonly string[];
}

interface StageFields {
  /** Tekton's timeout, for stages that need less than the default hour. */
  readonly timeout?: `${number}m`;
  /** Stages that must have succeeded before, besides those whose results are used. */
  readonly after?: readonly string[];
  readonly when?: Condition;
  /** Whether it changes something at the destination. */
  readonly writes?: true;
}

export interface Stage extends StageFields {
  readonly name: string;
  readonly task: keyof PipelineTasks;
  readonly params: Readonly<Record<string, Value>>;
  readonly workspaces: Readonly<Record<string, Binding>>;
}

export interface StageOf<T extends keyof PipelineTasks> extends Stage {
  readonly task: T;
}

interface StageDefinition<T extends keyof PipelineTasks> extends StageFields {
  readonly params: { readonly [K in keyof PipelineTasks[T]['params']]?: Value };
  readonly workspaces: { readonly [K in keyof PipelineTasks[T]['workspaces']]?: Binding };
}

export interface Pipeline {
  readonly name: string;
  /** Title for people, at most 40 characters. */
  readonly displayName: string;
  /** How catalogs list it: categories of the Tekton catalog, and the one of Artifact Hub. */
  readonly catalog: {
    readonly categories: string;
    readonly tags: string;
    readonly hubCategory: 'integration-delivery' | 'storage';
  };
  /** Prose, a few sentences. */
  readonly description: string;
  readonly params: readonly PipelineParam[];
  /** Params that mean something else in this pipeline than in the others. */
  readonly ownParams?: { readonly [K in PipelineParam]?: Param };
  readonly workspaces: readonly WorkspaceName[];
  readonly results: Readonly<Record<string, PipelineResult>>;
  readonly stages: readonly Stage[];
  /** Stages that run at the end, whatever happened before. */
  readonly finally: readonly Stage[];
}

export interface PipelineResult {
  readonly description: string;
  readonly value: Reference;
}

/**
 * Declares a pipeline as data. The Pipeline and its README, the forms, the run in one process and the form of a wizard
 * follow from it.
 */
export function definePipeline(pipeline: Pipeline): Pipeline {
  return pipeline;
}

/** What a param of a pipeline is. */
export function describedParam({ ownParams }: Pick<Pipeline, 'ownParams'>, name: PipelineParam): Param {
  return ownParams?.[name] ?? pipelineParams[name];
}

/** Declares a stage; params, workspaces and results are those of its task. */
export function stage<T extends keyof PipelineTasks>(name: string, task: T, fields: StageDefinition<T>): StageOf<T> {
  const { params, workspaces } = fields;
  return { ...fields, name, task, params: withoutUndefined(params), workspaces: withoutUndefined(workspaces) };
}

export function param(name: PipelineParam): Reference {
  return { param: name };
}

export function context(side: Side): Reference {
  return { context: side };
}

/** A result of an earlier stage, which makes the stage that uses it wait for that one. */
export function result<T extends keyof PipelineTasks>(
  { name }: StageOf<T>,
  of: keyof PipelineTasks[T]['results'] & string,
): Reference {
  return { stage: name, result: of };
}

export function partsOf(value: Value): readonly (string | Reference)[] {
  return typeof value === 'string' || !isList(value) ? [value] : value;
}

/** Stages that must have succeeded before a stage begins. */
export function predecessorsOf({ after = [], params }: Stage): readonly string[] {
  const used = Object.values(params).flatMap(partsOf);
  const stages = used.flatMap((part) => (typeof part !== 'string' && 'stage' in part ? [part.stage] : []));
  return [...new Set([...after, ...stages])];
}

function isList(value: Value): value is readonly (string | Reference)[] {
  return Array.isArray(value);
}

function withoutUndefined<V>(values: Readonly<Record<string, V | undefined>>): Readonly<Record<string, V>> {
  const given = Object.entries(values).flatMap(([key, value]): [string, V][] =>
    value === undefined ? [] : [[key, value]],
  );
  return Object.fromEntries(given);
}
