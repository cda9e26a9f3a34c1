import { describe, expect, it } from 'vitest';

import {
  kustomizeConfiguration,
  needsConfiguration,
} from '../../../../../src/domain/apply/kustomize/kustomize-fields.ts';
import { aResource } from '../../../../builders/transform.ts';

describe('the fields for kustomize', () => {
  const { nameReference, templateLabels } = kustomizeConfiguration([]);

  it('names where Routes refer to Services', () => {
    expect(nameReference).toContainEqual({
      kind: 'Service',
      version: 'v1',
      fieldSpecs: [
        { path: 'spec/to/name', group: 'route.openshift.io', kind: 'Route' },
        { path: 'spec/alternateBackends/name', group: 'route.openshift.io', kind: 'Route' },
      ],
    });
  });

  it('gives the group of kinds that are not of the core group', () => {
    expect(nameReference).toContainEqual({
      kind: 'DeploymentConfig',
      group: 'apps.openshift.io',
      version: 'v1',
      fieldSpecs: [{ path: 'spec/scaleTargetRef/name', kind: 'HorizontalPodAutoscaler' }],
    });
  });

  it('lets labels reach the pods of a DeploymentConfig', () => {
    expect(templateLabels).toEqual([
      { path: 'spec/template/metadata/labels', group: 'apps.openshift.io', kind: 'DeploymentConfig', create: true },
    ]);
  });

  it.each([
    ['route.openshift.io/v1 Route', true],
    ['build.openshift.io/v1 BuildConfig', true],
    ['apps/v1 Deployment', false],
    ['gateway.networking.k8s.io/v1 HTTPRoute', true],
    ['argoproj.io/v1alpha1 Rollout', true],
    ['example.com/v1 Lamp', false],
    ['v1 Service', false],
  ])('is needed for %s: %s', (type, needed) => {
    expect(needsConfiguration([aResource('v1 ConfigMap', 'a'), aResource(type, 'b')])).toBe(needed);
  });

  it('names where custom kinds refer to others, when there are some', () => {
    const kinds = ['autoscaling.k8s.io/v1 VerticalPodAutoscaler', 'serving.knative.dev/v1 Service', 'v1 Service'];
    const configuration = kustomizeConfiguration(kinds.map((type) => aResource(type, 'a')));
    const field = { path: 'spec/targetRef/name', group: 'autoscaling.k8s.io', kind: 'VerticalPodAutoscaler' };
    for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'])
      expect(configuration['nameReference']).toContainEqual({ kind, fieldSpecs: [field] });
    expect(configuration['nameReference']).toContainEqual({
      kind: 'ServiceAccount',
      fieldSpecs: [{ path: 'spec/template/spec/serviceAccountName', group: 'serving.knative.dev', kind: 'Service' }],
    });
    expect(configuration['templateLabels']).toHaveLength(2);
  });

  it('escapes the keys of annotations', () => {
    const route = aResource('route.openshift.io/v1 Route', 'a');
    expect(kustomizeConfiguration([route])['nameReference']).toContainEqual({
      kind: 'Issuer',
      fieldSpecs: [
        { path: 'metadata/annotations/cert-manager.io\\/issuer-name', group: 'route.openshift.io', kind: 'Route' },
      ],
    });
  });
});
