import { ownValue } from '../domain/core/json-object.ts';
import type { ResultOf, Stage as RunnableStage } from '../usecases/migrate/run-stages.ts';
import {
  partsOf,
  predecessorsOf,
  type Binding,
  type Pipeline,
  type Reference,
  type Side,
  type Stage,
  type Value,
} from './definition/define-pipeline.ts';

/** What a run in one process has in the place of Tekton's params and volumes. */
export interface ProcessRun {
  readonly params: Readonly<Record<string, string>>;
  /** Kubeconfig context of each cluster. */
  readonly contexts: Readonly<Record<Side, string>>;
  /** Absolute path of the folder in the place of the shared volume. */
  readonly sharedData: string;
  /** Absolute paths of folders that are elsewhere, by their name in the volume. */
  readonly folders: Readonly<Record<string, string>>;
  /** Absolute path, if there is one. */
  readonly caBundle: string | undefined;
  /** Absolute path of the folder with the mapping file, if there is one. */
  readonly mapping: string | undefined;
  /** Absolute path of the folder with the user's patches, and of that with a flags file of crane, if there are such. */
  readonly patches: string | undefined;
  readonly craneconfig: string | undefined;
  /** Stages that are left out, by name, with the results that stand in for theirs. */
  readonly leftOut: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The stages of a pipeline for a run in one process, those at its end excluded. */
export function runnableStages(pipeline: Pipeline, run: ProcessRun): readonly RunnableStage[] {
  const stages = pipeline.stages.filter((stage) => !Object.hasOwn(run.leftOut, stage.name) && isWanted(stage, run));
  const names = new Set(stages.map(({ name }) => name));
  return stages.map((stage) => ({
    name: stage.name,
    task: stage.task,
    after: predecessorsOf(stage).filter((name) => names.has(name)),
    writes: stage.writes === true,
    input: (resultOf) => ({
      params: mapValues(stage.params, (value) => resolve(value, run, resultOf)),
      workspaces: mapValues(stage.workspaces, (binding) => pathOf(binding, run)),
    }),
  }));
}

function isWanted({ when }: Stage, run: ProcessRun): boolean {
  if (when === undefined) return true;
  return when.values.includes(resolve(when.input, run, () => '')) === (when.operator === 'in');
}

function resolve(value: Value, run: ProcessRun, resultOf: ResultOf): string {
  return partsOf(value)
    .map((part) => (typeof part === 'string' ? part : valueOf(part, run, resultOf)))
    .join('');
}

function valueOf(reference: Reference, run: ProcessRun, resultOf: ResultOf): string {
  if ('param' in reference) return ownValue(run.params, reference.param) ?? '';
  if ('context' in reference) return run.contexts[reference.context];
  if ('status' in reference) return '';
  const { stage, result } = reference;
  const results = ownValue(run.leftOut, stage);
  return results === undefined ? resultOf(stage, result) : (ownValue(results, result) ?? '');
}

function pathOf(binding: Binding, run: ProcessRun): string | undefined {
  const { sharedData, folders, caBundle } = run;
  if (typeof binding === 'string') return ownValue(folders, binding) ?? `${sharedData}/${binding}`;
  if (binding.workspace === 'shared-data') return sharedData;
  const { workspace } = binding;
  if (workspace === 'mapping' || workspace === 'patches' || workspace === 'craneconfig') return run[workspace];
  return workspace === 'ca-bundle' ? caBundle : undefined;
}

function mapValues<V, T>(values: Readonly<Record<string, V>>, change: (value: V) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
