import { stringAt } from '../core/json-object.ts';
import { resultOf, runLabel } from '../runs/pipeline-run.ts';
import type { VolumeAction } from './volume-task.ts';

type Texts = Readonly<Record<string, string>>;

export interface VolumeParamsInput {
  /** Params of the run whose volume is used, as the plan has them. */
  readonly params: Texts;
  /** A result of a task of that run; empty when it is unknown. */
  readonly resultOf: (task: string, result: string) => string;
}

/** Params that the user chooses for a take-back. */
export interface TakeBackChoice {
  readonly dryRun: boolean;
  readonly allowChanged: readonly string[];
  readonly includeKinds: readonly string[];
}

/** The params of crane-rollback: it trusts the report that the run wrote, where its digest is known. */
export function takeBackParams({ params, resultOf }: VolumeParamsInput, choice: TakeBackChoice): Texts {
  return {
    context: 'destination',
    'cluster-uid': resultOf('contexts', 'destination-cluster-uid'),
    namespace: params['destination-namespace'] ?? '',
    'report-digest': resultOf('apply-to-cluster', 'report-digest'),
    'allow-changed': choice.allowChanged.join(','),
    'include-kinds': choice.includeKinds.join(','),
    'dry-run': String(choice.dryRun),
    'kubeconfig-digest': resultOf('contexts', 'destination-kubeconfig-digest'),
  };
}

/** The params of the Tasks that need no choice. */
export function volumeParams(action: Exclude<VolumeAction, 'take-back'>, input: VolumeParamsInput): Texts {
  return paramsOfAction[action](input);
}

const restartSeconds = '120';

const paramsOfAction: Readonly<Record<Exclude<VolumeAction, 'take-back'>, (input: VolumeParamsInput) => Texts>> = {
  'restart-source': ({ params, resultOf }) => ({
    context: 'source',
    namespace: params['source-namespace'] ?? '',
    'resource-type': 'all',
    'wait-timeout': restartSeconds,
    'kubeconfig-digest': resultOf('contexts', 'source-kubeconfig-digest'),
  }),
  verify: ({ params, resultOf }) => ({
    'destination-context': 'destination',
    'destination-cluster-uid': resultOf('contexts', 'destination-cluster-uid'),
    'ready-timeout': params['ready-timeout'] ?? '',
    'allow-unready': params['allow-unready'] ?? '',
    'kubeconfig-digest': resultOf('contexts', 'destination-kubeconfig-digest'),
  }),
  validate: ({ params, resultOf }) => ({
    'source-context': 'source',
    'source-namespace': params['source-namespace'] ?? '',
    'destination-context': 'destination',
    'destination-namespace': params['destination-namespace'] ?? '',
    images: params['images'] ?? '',
    claims: params['claims'] ?? '',
    'claim-settings': params['claim-settings'] ?? '',
    'kubeconfig-digest': ['source', 'destination']
      .map((side) => resultOf('contexts', `${side}-kubeconfig-digest`))
      .filter((digest) => digest !== '')
      .join(','),
  }),
  reports: () => ({ 'print-reports': 'true' }),
};

/** Finds results of the tasks of a run. @param taskRuns as the API server has them */
export function resultsOfRun(run: string, taskRuns: readonly unknown[]): VolumeParamsInput['resultOf'] {
  return (task, result) => {
    const found = taskRuns.find(
      (each) =>
        stringAt(each, 'metadata', 'labels', runLabel) === run &&
        stringAt(each, 'metadata', 'labels', 'tekton.dev/pipelineTask') === task,
    );
    return resultOf(found, result) ?? '';
  };
}
