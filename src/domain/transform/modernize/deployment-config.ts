import { addAt, removeAt, replaceAt } from '../../kube/json-patch.ts';
import { arrayAt, isObject, valueAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import { removeMembers } from '../removals.ts';
import { joinChanges, noChange, type Change } from './change.ts';
import { modernizeStrategy } from './deployment-strategy.ts';

/** Label that OpenShift's deployer puts on every pod of a DeploymentConfig, and Services select by. */
const ownLabel = 'deploymentconfig';

/**
 * A DeploymentConfig (apps.openshift.io/v1) as a Deployment (apps/v1); images apart. Replicas, minReadySeconds,
 * revisionHistoryLimit, paused and the pod template mean the same in both.
 */
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
