import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import {
  pipelineRunOf,
  pushLabels,
  pushLocation,
  tagOfBlob,
  type PushPlace,
} from '../../../../src/domain/app/push-run.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const sha1 = (text: string): string => hash('sha1', text);

const place: PushPlace = {
  pipeline: 'push',
  serviceAccount: 'runner',
  storageSecret: 'storage',
  registrySecret: undefined,
  chartSecret: undefined,
  caConfigMap: undefined,
  claim: undefined,
  volumeSize: '2Gi',
  storageClass: undefined,
  fsGroup: undefined,
  timeoutSeconds: 86_400,
};

const runOf = (change: Partial<PushPlace> = {}) =>
  pipelineRunOf({ app: 'my.shop', namespace: 'workspace', place: { ...place, ...change }, params: { a: 'b' } }, sha1);

describe('the run of a push', () => {
  it('has the params, and a volume that is deleted with it', () => {
    expect(runOf()).toEqual({
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: {
        generateName: 'push-my-shop-',
        labels: {
          'app.kubernetes.io/part-of': 'crane-tasks',
          'crane-tasks.dev/app': 'my.shop',
          'crane-tasks.dev/app-namespace': 'workspace',
        },
        annotations: { 'tekton.dev/auto-cleanup-pvc': 'true' },
      },
      spec: {
        pipelineRef: { name: 'push' },
        params: [{ name: 'a', value: 'b' }],
        workspaces: [
          {
            name: 'shared-data',
            volumeClaimTemplate: {
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
            },
          },
          { name: 's3-connection', secret: { secretName: 'storage' } },
        ],
        timeouts: { pipeline: '86400s' },
        taskRunTemplate: {
          serviceAccountName: 'runner',
          podTemplate: { securityContext: { runAsNonRoot: true } },
        },
      },
    });
  });

  it('uses what is there already', () => {
    const run = runOf({
      claim: 'cache',
      registrySecret: 'login',
      chartSecret: 'charts',
      caConfigMap: 'ca',
      fsGroup: 65_532,
      timeoutSeconds: 90,
    });
    expect(run).toMatchObject({
      spec: {
        timeouts: { pipeline: '90s' },
        workspaces: [
          { name: 'shared-data', persistentVolumeClaim: { claimName: 'cache' } },
          { name: 's3-connection' },
          { name: 'registry-auth', secret: { secretName: 'login' } },
          { name: 'chart-auth', secret: { secretName: 'charts' } },
          { name: 'ca-bundle', configMap: { name: 'ca' } },
        ],
        taskRunTemplate: { podTemplate: { securityContext: { fsGroup: 65_532 } } },
      },
    });
    expect(run['metadata']).not.toHaveProperty('annotations');
    expect(runOf({ storageClass: 'fast' })).toMatchObject({
      spec: { workspaces: [{ volumeClaimTemplate: { spec: { storageClassName: 'fast' } } }, {}] },
    });
  });

  it('has labels that fit any name of an application', () => {
    const label = pushLabels({ app: 'a'.repeat(64), namespace: 'workspace' }, sha1)['crane-tasks.dev/app'] ?? '';
    expect(label).toMatch(/^a{12}-[0-9a-f]{40}$/);
  });
});

describe('the image of a push', () => {
  it('is named after namespace, application and source', () => {
    const target = { host: 'registry.example.com:5000', path: 'team/apps', name: 'workspace-shop' };
    expect(pushLocation(target)).toBe('registry.example.com:5000/team/apps/workspace-shop');
    expect(pushLocation({ ...target, path: '' })).toBe('registry.example.com:5000/workspace-shop');
    expect(tagOfBlob('3f1c2a9e-0b7d-4c55-9a51-6f1f1f0c2d3e')).toBe('3f1c2a9e0b7d4c55');
  });

  it.each([
    [{ host: undefined, path: '', name: 'a' }, 'destination-registry'],
    [{ host: 'https://x', path: '', name: 'a' }, 'destination-registry'],
    [{ host: 'x', path: 'A', name: 'a' }, 'destination-path'],
  ])('is refused: %j', (target, param) => {
    expect(refusalOf(() => pushLocation(target))).toContain(`invalid-param: reading ${param}: `);
  });
});
