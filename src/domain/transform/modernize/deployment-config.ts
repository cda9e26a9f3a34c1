import { addAt, removeAt, replaceAt, type Operation, removeMembers } from '../../kube/json-patch.ts';
import { arrayAt, isObject, valueAt, stringAt, type JsonObject } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import { joinChanges, noChange, type Change } from './change.ts';

/** Label that OpenShift's deployer puts on every pod of a DeploymentConfig, and Services select by. */
const ownLabel = 'deploymentconfig';

/** A DeploymentConfig as a Deployment, images apart. Fields that are not named here mean the same in both. */
export function modernizeDeploymentConfig(resource: Resource): Change {
  const spec = valueAt(resource, 'spec');
  return joinChanges(
    { patches: [replaceAt(['apiVersion'], 'apps/v1'), replaceAt(['kind'], 'Deployment')], notes: [] },
    modernizeSelector(resource),
    modernizeStrategy(spec),
    { patches: removeMembers(['spec'], spec, ['triggers', 'test']), notes: behaviourNotes(spec) },
    modernizeTemplate(resource),
  );
}

function modernizeSelector(resource: Resource): Change {
  const selector = valueAt(resource, 'spec', 'selector');
  const labels = valueAt(resource, 'spec', 'template', 'metadata', 'labels');
  const isEmpty = !isObject(selector) || Object.keys(selector).length === 0;
  const value = { matchLabels: isEmpty ? labels : selector };
  return { patches: [addAt(['spec', 'selector'], value)], notes: [] };
}

function modernizeTemplate(resource: Resource): Change {
  const path = ['spec', 'template'];
  const labels = valueAt(resource, ...path, 'metadata', 'labels');
  const isLabelled = isObject(labels) && ownLabel in labels;
  const deadline = valueAt(resource, ...path, 'spec', 'activeDeadlineSeconds');
  return joinChanges(
    isLabelled
      ? noChange
      : { patches: [addAt([...path, 'metadata', 'labels', ownLabel], resource.metadata.name)], notes: [] },
    deadline === undefined
      ? noChange
      : {
          patches: [removeAt([...path, 'spec', 'activeDeadlineSeconds'])],
          notes: ['activeDeadlineSeconds of the pods is dropped: a Deployment has none'],
        },
  );
}

function behaviourNotes(spec: unknown): readonly string[] {
  const triggers = arrayAt(spec, 'triggers').map((trigger) => valueAt(trigger, 'type'));
  const waits = isObject(spec) && 'triggers' in spec && !triggers.includes('ConfigChange');
  return [
    ...(waits
      ? ['each change of the pod template starts a rollout: the DeploymentConfig had no ConfigChange trigger']
      : []),
    ...(valueAt(spec, 'test') === true
      ? ['test: its pods ran during a rollout only, those of a Deployment always run']
      : []),
    ...(valueAt(spec, 'paused') === true ? ['paused: a paused Deployment starts no pods before it is resumed'] : []),
  ];
}

/** `progressDeadlineSeconds` must be longer than `minReadySeconds`. */
const margin = 1;

/** Strategy and deadline of a DeploymentConfig's specification as a Deployment writes them. */
function modernizeStrategy(spec: unknown): Change {
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
