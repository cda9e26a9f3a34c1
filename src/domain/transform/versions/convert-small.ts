import { addAt, removeAt, replaceAt, removeMembers, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';

/** To apps/v1: the selector is not defaulted any more, and two fields are gone. */
export function convertWorkload(resource: Resource): readonly Operation[] {
  const spec = resource['spec'];
  const labels = valueAt(spec, 'template', 'metadata', 'labels');
  const isMissing = isObject(spec) && spec['selector'] === undefined && labels !== undefined;
  return [
    ...removeMembers(['spec'], spec, ['rollbackTo', 'templateGeneration']),
    ...(isMissing ? [addAt(['spec', 'selector'], { matchLabels: labels })] : []),
  ];
}

// The label by which the API server itself converts it: kubernetes/kubernetes pkg/apis/policy/v1beta1/conversion.go.
const matchesNothing = 'pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match';

/** To policy/v1: there an empty selector selects all pods, and not none. */
export function convertBudget(resource: Resource): readonly Operation[] {
  const selector = valueAt(resource, 'spec', 'selector');
  const isEmpty =
    isObject(selector) &&
    Object.keys(valueAt(selector, 'matchLabels') ?? {}).length + arrayAt(selector, 'matchExpressions').length === 0;
  if (!isEmpty) return [];
  return [replaceAt(['spec', 'selector'], { matchExpressions: [{ key: matchesNothing, operator: 'Exists' }] })];
}

/** To discovery.k8s.io/v1: the topology of an endpoint becomes its zone. */
export function convertSlice(resource: Resource): readonly Operation[] {
  return arrayAt(resource, 'endpoints').flatMap((endpoint, index) => {
    const topology = valueAt(endpoint, 'topology');
    if (topology === undefined) return [];
    const zone = stringAt(topology, 'topology.kubernetes.io/zone');
    return [
      removeAt(['endpoints', index, 'topology']),
      ...(zone === undefined ? [] : [addAt(['endpoints', index, 'zone'], zone)]),
    ];
  });
}

/** To admissionregistration.k8s.io/v1: side effects must be known, and versions of reviews are not defaulted any more. */
export function convertWebhooks(resource: Resource): readonly Operation[] | undefined {
  const webhooks = arrayAt(resource, 'webhooks');
  if (!webhooks.every((webhook) => /^None(?:OnDryRun)?$/.test(stringAt(webhook, 'sideEffects') ?? '')))
    return undefined;
  return webhooks.flatMap((webhook, index) =>
    valueAt(webhook, 'admissionReviewVersions') === undefined
      ? [addAt(['webhooks', index, 'admissionReviewVersions'], ['v1beta1'])]
      : [],
  );
}

/** To flowcontrol.apiserver.k8s.io/v1: the shares have another name since v1beta3. */
export function convertPriorityLevel(level: Resource): readonly Operation[] {
  const shares = valueAt(level, 'spec', 'limited', 'assuredConcurrencyShares');
  if (shares === undefined) return [];
  const limited = ['spec', 'limited'];
  return [removeAt([...limited, 'assuredConcurrencyShares']), addAt([...limited, 'nominalConcurrencyShares'], shares)];
}
