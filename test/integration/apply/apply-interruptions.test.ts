import { readFile } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { useApplyScene } from '../../fakes/apply-scene.ts';
import { startCuttingProxy, type CuttingProxy } from '../../fakes/cutting-proxy.ts';
import { readKubeconfig } from '../../../testbed/openshift/kube/kubeconfig.ts';

const scene = useApplyScene();
let proxy: CuttingProxy;
let cutsLeft = 0;

beforeEach(async () => {
  const { server } = await readKubeconfig(scene.kubeconfig);
  const ca = await readFile(scene.cluster.caFile, 'utf8');
  proxy = await startCuttingProxy({
    target: server,
    ca,
    cuts: (method) => ['PATCH', 'POST', 'PUT'].includes(method) && (cutsLeft -= 1) >= 0,
  });
  const token = await scene.cluster.createToken(scene.namespace);
  const kinds = '--resource=configmaps,imagestreamtags.image.openshift.io';
  const verbs = '--verb=create,patch,get,list,update';
  await scene.cluster.kubectl(['create', 'role', 'mover', verbs, kinds, '-n', scene.namespace]);
  const group = `--group=system:serviceaccounts:${scene.namespace}`;
  await scene.cluster.kubectl(['create', 'rolebinding', 'mover', '--role=mover', group, '-n', scene.namespace]);
  await scene.put('kubeconfig/kubeconfig', {
    'current-context': 'local',
    clusters: [{ name: 'local', cluster: { server: proxy.url } }],
    users: [{ name: 'local', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'local' } }],
  });
});

afterEach(async () => {
  await proxy.stop();
});

describe('an API server that stops between doing and answering', () => {
  it('is asked again with the same apply, which counts once', async () => {
    await scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings', { data: { a: '1' } }));
    cutsLeft = 1;
    const { exitCode, results } = await scene.applyFiles('--kubeconfig=kubeconfig');
    expect([exitCode, results['created-count']]).toEqual([0, '1']);
    expect(proxy.passed.filter((request) => request.startsWith('PATCH'))).toHaveLength(2);
    expect(await scene.get('configmap', 'settings', '{.metadata.resourceVersion}')).toBe(await reportedVersion());
  });

  it('has created once what it is asked to create again, where it knows no server-side apply', async () => {
    const from = { kind: 'DockerImage', name: 'registry.absent.test/base:3' };
    const tag = { name: '3', from, referencePolicy: { type: 'Local' } };
    await scene.put('output/tag.yaml', scene.anObject('image.openshift.io/v1 ImageStreamTag', 'base:3', { tag }));
    cutsLeft = 1;
    const { exitCode, results, ending } = await scene.applyFiles('--kubeconfig=kubeconfig');
    expect([exitCode, results['created-count'], ending]).toEqual([0, '1', expect.stringContaining('1 created')]);
    expect(proxy.passed.filter((request) => request.startsWith('POST'))).toHaveLength(2);
    expect(await scene.get('imagestream', 'base', '{.spec.tags[*].name}')).toBe('3');
    expect((await scene.applyFiles('--kubeconfig=kubeconfig')).exitCode).toBe(0);
  });

  it('and remains stopped ends the run, which reports it', async () => {
    await scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings'));
    cutsLeft = 1000;
    const { exitCode, results } = await scene.applyFiles('--kubeconfig=kubeconfig');
    expect([exitCode, results['status']]).toEqual([3, 'unreachable']);
    cutsLeft = 0;
    expect((await scene.applyFiles('--kubeconfig=kubeconfig')).results).toMatchObject({ 'unchanged-count': '1' });
  });
});

async function reportedVersion(): Promise<string> {
  const report = await readFile(`${scene.folder}/output/reports/kubectl-apply-files.json`, 'utf8');
  return /"resourceVersion": "(\d+)"/.exec(report)?.[1] ?? '';
}
