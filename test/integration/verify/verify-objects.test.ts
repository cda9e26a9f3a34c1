import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { useApplyScene } from '../../fakes/apply-scene.ts';

const scene = useApplyScene();

beforeEach(async () => {
  await scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings', { data: { a: '1', b: '2' } }));
  await scene.put('output/secret.yaml', scene.anObject('v1 Secret', 'login', { data: { password: secretValue } }));
  await scene.put('output/web.yaml', scene.aDeployment('web'));
  await scene.put('output/service.yaml', scene.anObject('v1 Service', 'web', { spec: { ports: [{ port: 80 }] } }));
  await scene.put('output/limits.yaml', limits());
  expect((await scene.applyFiles()).exitCode).toBe(0);
});

const secretValue = Buffer.from('canary-password').toString('base64');

/** Written as no server writes it. */
function limits(): object {
  const limits = [{ type: 'Container', default: { cpu: '1000m', memory: '1024Mi' } }];
  return scene.anObject('v1 LimitRange', 'limits', { spec: { limits } });
}

function verify(...args: readonly string[]) {
  return scene.run('crane-verify', '--destination-context=local', '--output-dir=output', '--ready-timeout=0', ...args);
}

function verdicts(): Promise<Record<string, string>> {
  return scene.verdicts('verify', 'crane-verify');
}

function readable(): Promise<string> {
  return readFile(join(scene.folder, 'verify/reports/crane-verify.md'), 'utf8');
}

function change(kind: string, name: string, patch: object): Promise<string> {
  return scene.cluster.kubectl([
    'patch',
    kind,
    name,
    '-n',
    scene.namespace,
    '--type=merge',
    '-p',
    JSON.stringify(patch),
  ]);
}

describe('verifying planned objects', () => {
  it('finds them equal, whatever the server fills in or writes in another way', async () => {
    await verify();
    expect(await verdicts()).toEqual({
      'v1 ConfigMap settings': 'equal',
      'v1 Secret login': 'equal',
      'apps/v1 Deployment web': 'equal',
      'v1 Service web': 'equal',
      'v1 LimitRange limits': 'equal',
      'readiness of apps/v1 Deployment web': 'not-ready',
    });
  });

  it('shows a changed field as a diff', async () => {
    await change('deployment', 'web', { spec: { replicas: 3, template: { spec: { hostNetwork: false } } } });
    await scene.put('output/web.yaml', replicas(2));
    const { exitCode, results } = await verify();
    expect([exitCode, results['different-count'], results['missing-count']]).toEqual([4, '1', '0']);
    expect((await verdicts())['apps/v1 Deployment web']).toBe('different');
    expect(await readable()).toMatch(/^-  replicas: 2\n\+  replicas: 3$/m);
  });

  it('names what is missing, and what the cluster has no kind for', async () => {
    await scene.cluster.kubectl(['delete', 'configmap', 'settings', '-n', scene.namespace]);
    await scene.put('output/gadget.yaml', scene.anObject('example.com/v1 Gadget', 'one'));
    const { exitCode, results } = await verify();
    expect([exitCode, results['missing-count']]).toEqual([4, '2']);
    expect(await verdicts()).toMatchObject({
      'v1 ConfigMap settings': 'missing',
      'example.com/v1 Gadget one': 'missing-kind',
    });
  });

  it('reports an unplanned key as a difference, in data', async () => {
    await change('configmap', 'settings', { data: { c: '3' } });
    await verify();
    expect((await verdicts())['v1 ConfigMap settings']).toBe('different');
    expect(await readable()).toMatch(/^\+ {2}c: "?3"?$/m);
  });

  it('never shows the values of a Secret', async () => {
    await change('secret', 'login', { data: { password: Buffer.from('canary-other').toString('base64') } });
    await verify();
    const report = await readFile(join(scene.folder, 'verify/reports/crane-verify.json'), 'utf8');
    expect((await verdicts())['v1 Secret login']).toBe('different');
    expect(await readable()).toContain('another value');
    for (const text of [await readable(), report]) {
      expect(text).not.toContain(secretValue);
      expect(text).not.toContain('canary');
    }
  });

  it('agrees with a container that something else added, and says so', async () => {
    const containers = [{ name: 'sidecar', image: 'registry.test/sidecar:1' }];
    const patch = JSON.stringify({ spec: { template: { spec: { containers } } } });
    await scene.cluster.kubectl(['patch', 'deployment', 'web', '-n', scene.namespace, '-p', patch]);
    await verify();
    expect((await verdicts())['apps/v1 Deployment web']).toBe('extended');
    expect(await readable()).toContain('sidecar');
  });

  it('leaves the number of pods to an autoscaler', async () => {
    await scene.put('output/web.yaml', replicas(2));
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    await scene.put(
      'output/scaler.yaml',
      scene.anObject('autoscaling/v2 HorizontalPodAutoscaler', 'web', { spec: { scaleTargetRef, maxReplicas: 5 } }),
    );
    await scene.applyFiles();
    await change('deployment', 'web', { spec: { replicas: 4 } });
    await verify();
    expect((await verdicts())['apps/v1 Deployment web']).toBe('equal');
  });

  it('writes nothing', async () => {
    await change('configmap', 'settings', { data: { a: 'drifted' } });
    const before = await scene.get('configmap', 'settings', '{.metadata.resourceVersion}');
    await verify();
    expect(await scene.get('configmap', 'settings', '{.metadata.resourceVersion}')).toBe(before);
    expect(await scene.get('configmap', 'settings', '{.data.a}')).toBe('drifted');
  });

  it('refuses another cluster, and a run that has nothing to go by', async () => {
    const wrong = await verify('--destination-cluster-uid=00000000-0000-0000-0000-000000000000');
    expect([wrong.exitCode, wrong.results['status']]).toEqual([3, 'wrong-cluster']);
    const nothing = await scene.run('crane-verify', '--destination-context=local');
    expect([nothing.exitCode, nothing.results['status']]).toEqual([2, 'invalid-param']);
    await scene.put('export/resources/shop/event.yaml', scene.anObject('v1 Event', 'left-out'));
    expect((await scene.run('crane-transform')).exitCode).toBe(0);
    expect((await scene.run('crane-apply', '--output-dir=empty')).exitCode).toBe(0);
    const empty = await scene.run('crane-verify', '--destination-context=local', '--output-dir=empty');
    expect([empty.exitCode, empty.results['status']]).toEqual([3, 'nothing-found']);
  });
});

function replicas(count: number): object {
  const deployment = scene.aDeployment('web');
  const spec = 'spec' in deployment && typeof deployment.spec === 'object' ? deployment.spec : {};
  return { ...deployment, spec: { ...spec, replicas: count } };
}
