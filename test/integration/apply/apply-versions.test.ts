import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { podSpec, useApplyScene } from '../../fakes/apply-scene.ts';

const scene = useApplyScene();

/** Reasons by the end of the id, and messages likewise, of the last report. */
async function items(task = 'kubectl-apply-files') {
  const report = JSON.parse(await readFile(join(scene.folder, `output/reports/${task}.json`), 'utf8')) as {
    readonly items: readonly { readonly id: string; readonly reason: string; readonly message?: string }[];
  };
  return report.items.map(({ id, reason, message }) => ({
    id: id.replace(`${scene.namespace}/`, ''),
    reason,
    message,
  }));
}

const template = { metadata: { labels: { app: 'web' } }, spec: podSpec };
const backend = { serviceName: 'web', servicePort: 80 };

describe('objects of versions that the destination does not serve', () => {
  it.each([
    ['extensions/v1beta1 Deployment', 'apps/v1', { spec: { template } }],
    [
      'apps/v1beta2 StatefulSet',
      'apps/v1',
      { spec: { serviceName: 'web', selector: { matchLabels: { app: 'web' } }, template } },
    ],
    ['extensions/v1beta1 Ingress', 'networking.k8s.io/v1', { spec: { backend } }],
    [
      'networking.k8s.io/v1beta1 Ingress',
      'networking.k8s.io/v1',
      { spec: { rules: [{ http: { paths: [{ backend }] } }] } },
    ],
    ['policy/v1beta1 PodDisruptionBudget', 'policy/v1', { spec: { minAvailable: 1, selector: {} } }],
    [
      'batch/v1beta1 CronJob',
      'batch/v1',
      {
        spec: {
          schedule: '0 1 * * *',
          jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
        },
      },
    ],
    [
      'autoscaling/v2beta1 HorizontalPodAutoscaler',
      'autoscaling/v2',
      {
        spec: {
          maxReplicas: 2,
          scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
          metrics: [{ type: 'Resource', resource: { name: 'cpu', targetAverageUtilization: 70 } }],
        },
      },
    ],
    [
      'autoscaling/v2beta2 HorizontalPodAutoscaler',
      'autoscaling/v2',
      { spec: { maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' } } },
    ],
    [
      'discovery.k8s.io/v1beta1 EndpointSlice',
      'discovery.k8s.io/v1',
      { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.1'] }] },
    ],
    ['rbac.authorization.k8s.io/v1beta1 Role', 'rbac.authorization.k8s.io/v1', { rules: [] }],
    ['coordination.k8s.io/v1beta1 Lease', 'coordination.k8s.io/v1', { spec: {} }],
  ])('%s is converted to %s', async (type, to, content) => {
    await scene.put('output/old.yaml', scene.anObject(type, 'old', content));
    const dry = await scene.applyFiles('--dry-run=true');
    expect(dry.exitCode).toBe(0);
    expect((await scene.applyFiles()).exitCode).toBe(0);
    const [from = '', kind = ''] = type.split(' ');
    const [item] = await items();
    expect(item).toMatchObject({ id: `${to} ${kind} old`, reason: 'created' });
    expect(item?.message).toContain(`converted from ${from}`);
  });

  it('fail alone and by name when no conversion is defined', async () => {
    await scene.put('output/policy.yaml', scene.anObject('policy/v1beta1 PodSecurityPolicy', 'strict', { spec: {} }));
    await scene.put(
      'output/hooks.yaml',
      scene.anObject('admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration', 'hooks', {
        webhooks: [{ name: 'a.example.com' }],
      }),
    );
    await scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings'));
    expect((await scene.applyFiles()).exitCode).toBe(4);
    const found = await items();
    expect(found.map(({ reason }) => reason).sort()).toEqual(['created', 'missing-kind', 'missing-kind']);
    expect(found.find(({ id }) => id.includes('hooks'))?.message).toContain(
      'no conversion to admissionregistration.k8s.io/v1 is defined',
    );
    expect(found.find(({ id }) => id.includes('strict'))?.message).toContain('Pod Security');
  });

  it('are applied once when the folder has the object in both versions', async () => {
    await scene.put('output/a.yaml', scene.anObject('networking.k8s.io/v1beta1 Ingress', 'web', { spec: { backend } }));
    await scene.put('output/b.yaml', scene.anObject('extensions/v1beta1 Ingress', 'web', { spec: { backend } }));
    expect((await scene.applyFiles()).exitCode).toBe(4);
    expect((await items()).map(({ reason }) => reason).sort()).toEqual(['created', 'duplicate']);
  });
});
