import { describe, expect, it } from 'vitest';

import {
  kustomizeConfiguration,
  needsConfiguration,
} from '../../../../../src/domain/apply/kustomize/kustomize-fields.ts';
import { aResource } from '../../../../builders/transform.ts';

describe('the fields for kustomize', () => {
  const { nameReference, templateLabels } = kustomizeConfiguration();

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
    ['v1 Service', false],
  ])('is needed for %s: %s', (type, needed) => {
    expect(needsConfiguration([aResource('v1 ConfigMap', 'a'), aResource(type, 'b')])).toBe(needed);
  });
});
