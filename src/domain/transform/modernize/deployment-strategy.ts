import { addAt, type Operation } from '../../kube/json-patch.ts';
import { isObject, stringAt, valueAt, type JsonObject } from '../../core/json-object.ts';
import type { Change } from './change.ts';

/** `progressDeadlineSeconds` must be longer than `minReadySeconds`. */
const margin = 1;

/** Strategy and deadline of a DeploymentConfig's specification as a Deployment writes them. */
export function modernizeStrategy(spec: unknown): Change {
  const strategy = valueAt(spec, 'strategy');
  if (!isObject(strategy)) return { patches: [], notes: [] };
  const type = stringAt(strategy, 'type') ?? 'Rolling';
  const params = valueAt(strategy, type === 'Recreate' ? 'recreateParams' : 'rollingParams');
  return {
    patches: [addAt(['spec', 'strategy'], strategyOf(type, params)), ...deadlineOf(params, spec)],
    notes: notesOf(type, strategy),
  };
}

function strategyOf(type: string, params: unknown): JsonObject {
  if (type === 'Recreate') return { type };
  const fields = ['maxSurge', 'maxUnavailable']
    .map((field) => [field, valueAt(params, field)] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return fields.length === 0
    ? { type: 'RollingUpdate' }
    : { type: 'RollingUpdate', rollingUpdate: Object.fromEntries(fields) };
}

function deadlineOf(params: unknown, spec: unknown): readonly Operation[] {
  const seconds = valueAt(params, 'timeoutSeconds');
  if (typeof seconds !== 'number') return [];
  const ready = valueAt(spec, 'minReadySeconds');
  const least = (typeof ready === 'number' ? ready : 0) + margin;
  return [addAt(['spec', 'progressDeadlineSeconds'], Math.max(seconds, least))];
}

function notesOf(type: string, strategy: JsonObject): readonly string[] {
  const hooks = ['rollingParams', 'recreateParams'].flatMap((field) =>
    ['pre', 'mid', 'post']
      .filter((hook) => isObject(valueAt(strategy, field, hook)))
      .map((hook) => `lifecycle hook ${hook} is dropped: run it as a Job, an init container or a step of the delivery`),
  );
  const custom =
    type === 'Custom'
      ? ['the Custom strategy is dropped: its own image did the rollout, a RollingUpdate takes its place']
      : [];
  const deployer = ['resources', 'labels', 'annotations'].filter((field) => {
    const value = valueAt(strategy, field);
    return isObject(value) && Object.keys(value).length > 0;
  });
  const lost = deployer.length === 0 ? [] : [`${deployer.join(', ')} of the deployer pod are dropped`];
  return [...hooks, ...custom, ...lost];
}
