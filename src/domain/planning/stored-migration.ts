import { TaskError } from '../core/errors.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';
import type { Resource } from '../kube/resource.ts';
import type { MoveAnswers } from '../schemas/documents.ts';
import type { CompleteAnswers } from './answers.ts';
import { migrationLabel } from './migration-names.ts';
import type { PlannedRun } from './move-plan.ts';
import { isRunAction, pipelineOf } from './run-action.ts';

/** A migration as its ConfigMap keeps it. */
export interface StoredMigration {
  readonly name: string;
  readonly configMap: { readonly name: string; readonly uid: string };
  /** RFC 3339; empty: unknown. */
  readonly createdAt: string;
  /** YAML. */
  readonly answersText: string;
  /** JSON. */
  readonly planText: string;
  readonly runs: readonly PlannedRun[];
  readonly images: number;
  readonly claims: number;
}

/** Reads the ConfigMap of a migration; undefined when it is none. What a user has spoilt counts as absent. */
export function readStoredMigration(configMap: Resource): StoredMigration | undefined {
  const name = stringAt(configMap, 'metadata', 'labels', migrationLabel);
  if (name === undefined) return undefined;
  const planText = stringAt(configMap, 'data', 'plan.json') ?? '';
  const plan = parseJson(planText);
  return {
    name,
    configMap: { name: configMap.metadata.name, uid: stringAt(configMap, 'metadata', 'uid') ?? '' },
    createdAt: stringAt(configMap, 'metadata', 'creationTimestamp') ?? '',
    answersText: stringAt(configMap, 'data', 'answers.yaml') ?? '',
    planText,
    runs: arrayAt(plan, 'runs').flatMap(readRun),
    images: countAt(plan, 'images'),
    claims: countAt(plan, 'claims'),
  };
}

/** The settings of its runs. @param answers as `readAnswers` gives them @throws TaskError `invalid-file` without them */
export function storedRunSettings(answers: MoveAnswers): CompleteAnswers['run'] {
  const {
    serviceAccount,
    volumeSize,
    fsGroup,
    timeoutMinutes,
    storageClass = '',
    caConfigMap = '',
  } = answers.run ?? {};
  if (
    serviceAccount === undefined ||
    volumeSize === undefined ||
    fsGroup === undefined ||
    timeoutMinutes === undefined
  ) {
    throw new TaskError('invalid-file', `reading the answers of migration ${answers.name}: \`run\` is not complete`, {
      remedy: 'Delete the migration and create it again: its ConfigMap was changed.',
    });
  }
  return { serviceAccount, volumeSize, fsGroup, timeoutMinutes, storageClass, caConfigMap };
}

function readRun(value: unknown): readonly PlannedRun[] {
  const action = stringAt(value, 'action') ?? '';
  const params = valueAt(value, 'params');
  if (!isRunAction(action) || !isTexts(params)) return [];
  const files = arrayAt(value, 'files').filter((each) => each === 'patches' || each === 'craneconfig');
  return [{ action, pipeline: pipelineOf[action], params, ...(files.length === 0 ? {} : { files }) }];
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((each) => typeof each === 'string');
}

function countAt(plan: unknown, key: 'images' | 'claims'): number {
  const found = valueAt(plan, 'estimate', key);
  return typeof found === 'number' ? found : 0;
}
