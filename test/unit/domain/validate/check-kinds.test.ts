import { describe, expect, it } from 'vitest';

import { checkKinds } from '../../../../src/domain/validate/check-kinds.ts';
import { aKind, aSurface } from '../../../builders/surface.ts';
import { aResource } from '../../../builders/transform.ts';

const surface = aSurface({
  kinds: [
    aKind('v1 Service services'),
    aKind('apps/v1 Deployment deployments'),
    aKind('autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers'),
    aKind('v1 Node nodes', { verbs: ['get'] }),
  ],
  unknown: [{ group: 'metrics.k8s.io', version: 'v1', reason: 'no answer' }],
});

function check(...types: string[]) {
  return checkKinds(
    types.map((type) => aResource(type, 'one')),
    surface,
  );
}

describe('kinds', () => {
  it('that are served fit, each version counted once', () => {
    expect(check('v1 Service', 'apps/v1 Deployment', 'v1 Service')).toEqual([
      { id: 'kind apps/v1 Deployment', outcome: 'done', reason: 'served', evidence: { objects: 1 } },
      { id: 'kind v1 Service', outcome: 'done', reason: 'served', evidence: { objects: 2 } },
    ]);
  });

  it.each([
    ['autoscaling/v1beta9 HorizontalPodAutoscaler', 'version-not-served', 'serves it as autoscaling/v2'],
    ['extensions/v1beta1 Ingress', 'version-not-served', 'one: networking.k8s.io/v1 is not served either'],
    ['policy/v1beta1 PodSecurityPolicy', 'version-not-served', 'Pod Security labels'],
    ['v1 Route', 'version-not-served', 'route.openshift.io/v1 is not served either'],
    ['route.openshift.io/v1 Route', 'kind-not-served', 'modernize'],
    ['example.com/v1 Gadget', 'kind-not-served', 'extra-whiteouts=Gadget.example.com'],
    ['v1 Gadget', 'kind-not-served', 'extra-whiteouts=Gadget'],
    ['metrics.k8s.io/v1 PodMetrics', 'api-unavailable', 'no answer'],
    ['v1 Node', 'not-writable', 'for reading only'],
  ])('%s is a gap: %s', (type, reason, message) => {
    expect(check(type)).toEqual([
      expect.objectContaining({ outcome: 'failed', reason, message: expect.stringContaining(message) as unknown }),
    ]);
  });

  it('that come with their definition fit', () => {
    const spec = { group: 'example.com', names: { kind: 'Gadget' } };
    const definition = aResource('apiextensions.k8s.io/v1 CustomResourceDefinition', 'gadgets.example.com', { spec });
    const other = aResource('apiextensions.k8s.io/v1 CustomResourceDefinition', 'broken');
    const items = checkKinds([definition, other, aResource('example.com/v1 Gadget', 'one')], surface);
    expect(items).toContainEqual(
      expect.objectContaining({ id: 'kind example.com/v1 Gadget', reason: 'brought-along' }),
    );
  });

  it.each([
    ['autoscaling/v2beta2 HorizontalPodAutoscaler', 'autoscaling/v2'],
    ['extensions/v1beta1 Deployment', 'apps/v1'],
  ])('%s is converted', (type, to) => {
    expect(check(type)).toEqual([
      {
        id: `kind ${type}`,
        outcome: 'done',
        reason: 'converted',
        message: `applying converts it to ${to}`,
        evidence: { objects: 1 },
      },
    ]);
  });

  it('of a destination that serves the old version only keep it', () => {
    const kinds = [aKind('policy/v1beta1 PodDisruptionBudget poddisruptionbudgets')];
    expect(checkKinds([aResource('policy/v1 PodDisruptionBudget', 'one')], aSurface({ kinds }))).toEqual([
      expect.objectContaining({
        reason: 'version-not-served',
        message: expect.stringContaining('keep-versions=true') as unknown,
      }),
    ]);
  });

  it('name the objects for which no conversion is defined', () => {
    const hooks = [
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name, webhooks: [{}] })),
      { name: 'fine', webhooks: [{ sideEffects: 'None' }] },
    ].map(({ name, webhooks }) =>
      aResource('admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration', name, { webhooks }),
    );
    const kinds = [aKind('admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration hooks')];
    expect(checkKinds(hooks, aSurface({ kinds }))).toEqual([
      expect.objectContaining({
        reason: 'version-not-served',
        message: expect.stringMatching(/^a, b, c, d, e, …: no conversion to .* is defined/) as unknown,
      }),
    ]);
  });
});
