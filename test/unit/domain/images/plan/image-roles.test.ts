import { describe, expect, it } from 'vitest';

import { roleOf } from '../../../../../src/domain/images/plan/image-roles.ts';

describe('roleOf', () => {
  it.each([
    ['image.openshift.io/v1', 'ImageStream', 'stream'],
    ['v1', 'ImageStream', 'stream'],
    ['example.com/v1', 'ImageStream', 'workload'],
    ['image.openshift.io/v1', 'ImageStreamTag', 'image'],
    ['image.openshift.io/v1', 'ImageTag', 'none'],
    ['build.openshift.io/v1', 'BuildConfig', 'build'],
    ['v1', 'Build', 'build'],
    ['shipwright.io/v1beta1', 'Build', 'workload'],
    ['v1', 'Pod', 'workload'],
    ['v1', 'ReplicationController', 'workload'],
    ['v1', 'Secret', 'none'],
    ['v1', 'ConfigMap', 'text'],
    ['example.com/v1', 'ConfigMap', 'workload'],
    ['example.com/v1', 'Secret', 'workload'],
    ['apps/v1', 'Deployment', 'workload'],
    ['apps.openshift.io/v1', 'DeploymentConfig', 'workload'],
    ['template.openshift.io/v1', 'Template', 'workload'],
    ['networking.k8s.io/v1', 'Ingress', 'none'],
    ['serving.knative.dev/v1', 'Service', 'workload'],
  ])('%s %s: %s', (apiVersion, kind, role) => {
    expect(roleOf(apiVersion, kind)).toBe(role);
  });
});
