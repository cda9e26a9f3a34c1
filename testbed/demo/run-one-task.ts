import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { load } from 'js-yaml';

import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import type { Kubectl } from './kubectl.ts';

export interface OneTask {
  /** Name of the Task, whose sample is run. */
  readonly task: string;
  /** Path of another TaskRun of it. */
  readonly sample?: string;
  readonly namespace: string;
  /** Numeric user and group that a platform such as OpenShift would assign. */
  readonly user: number;
  /** Params that differ from the sample's. */
  readonly params: Readonly<Record<string, string>>;
  /** Set for all steps, by the template of the pod. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Claim that all workspaces of claims and empty folders lie on; each keeps its folder. */
  readonly claim?: string;
  readonly deadlineSeconds: number;
}

export interface FinishedTask {
  readonly succeeded: boolean;
  readonly log: string;
  readonly results: Readonly<Record<string, string>>;
  /** From the request to the end, pod and all. */
  readonly seconds: number;
}

const pollMilliseconds = 250;

/** Runs the sample of a Task as a TaskRun to its end. */
export async function runOneTask(kubectl: Kubectl, input: OneTask): Promise<FinishedTask> {
  const { task, namespace, deadlineSeconds } = input;
  const file = input.sample ?? `tasks/${task}/samples/taskrun.yaml`;
  const sample: unknown = load(readFileSync(file, 'utf8'));
  if (!isObject(sample)) throw new Error(`${file} is no TaskRun`);
  const startedAt = Date.now();
  const created: unknown = JSON.parse(
    await kubectl.run(['create', '-n', namespace, '-f', '-', '-o', 'json'], JSON.stringify(adapt(sample, input))),
  );
  const name = stringAt(created, 'metadata', 'name') ?? '';
  for (;;) {
    const run = await kubectl.get(['taskrun', name, '-n', namespace]);
    const condition = arrayAt(run, 'status', 'conditions')[0];
    const status = stringAt(condition, 'status');
    const seconds = (Date.now() - startedAt) / 1000;
    if (status === 'True' || status === 'False') {
      const pod = stringAt(run, 'status', 'podName') ?? '';
      const log = pod === '' ? (stringAt(condition, 'message') ?? '') : await logOf(kubectl, namespace, pod);
      return { succeeded: status === 'True', log, results: resultsOf(run), seconds };
    }
    if (seconds > deadlineSeconds) throw new Error(`TaskRun ${name} has not ended after ${String(deadlineSeconds)} s`);
    await sleep(pollMilliseconds);
  }
}

function logOf(kubectl: Kubectl, namespace: string, pod: string): Promise<string> {
  return kubectl.run(['logs', pod, '-n', namespace, '--all-containers']);
}

function resultsOf(run: unknown): Readonly<Record<string, string>> {
  const results = arrayAt(run, 'status', 'results');
  return Object.fromEntries(
    results.map((result) => [stringAt(result, 'name') ?? '', String(valueAt(result, 'value'))]),
  );
}

function adapt(sample: JsonObject, { user, params, claim, environment = {} }: OneTask): JsonObject {
  const spec = isObject(sample['spec']) ? sample['spec'] : {};
  const kept = arrayAt(spec, 'params').filter((param) => !((stringAt(param, 'name') ?? '') in params));
  const changed = Object.entries(params).map(([name, value]) => ({ name, value }));
  const given = valueAt(spec, 'podTemplate', 'securityContext');
  const securityContext = { ...(isObject(given) ? given : {}), runAsNonRoot: true, runAsUser: user, fsGroup: user };
  return {
    ...sample,
    spec: {
      ...spec,
      params: [...kept, ...changed],
      workspaces: arrayAt(spec, 'workspaces').map((workspace) => onClaim(workspace, claim)),
      podTemplate: { securityContext, env: Object.entries(environment).map(([name, value]) => ({ name, value })) },
    },
  };
}

function onClaim(workspace: unknown, claim: string | undefined): unknown {
  if (!isObject(workspace) || claim === undefined) return workspace;
  const { emptyDir, persistentVolumeClaim, ...rest } = workspace;
  if (emptyDir === undefined && persistentVolumeClaim === undefined) return workspace;
  return { ...rest, persistentVolumeClaim: { claimName: claim } };
}
