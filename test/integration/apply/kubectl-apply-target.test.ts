import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { useApplyScene } from '../../fakes/apply-scene.ts';
import { readKubeconfig } from '../../../testbed/openshift/kube/kubeconfig.ts';

const scene = useApplyScene();

describe('the target', () => {
  beforeEach(() => scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings')));

  it('is the named context or nothing', async () => {
    const { exitCode, results } = await scene.run('kubectl-apply-files', '--context=production');
    expect([exitCode, results['status']]).toEqual([2, 'unknown-context']);
    await expect(scene.get('configmap', 'settings', '{.metadata.name}')).rejects.toThrow(/not found/);
  });

  it('must be the planned cluster', async () => {
    const wrong = await scene.applyFiles('--cluster-uid=00000000-0000-0000-0000-000000000000');
    expect([wrong.exitCode, wrong.results['status']]).toEqual([3, 'wrong-cluster']);
    const uid = await scene.cluster.kubectl(['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
    expect((await scene.applyFiles(`--cluster-uid=${uid}`)).exitCode).toBe(0);
  });

  it('must have the namespace', async () => {
    const { exitCode, results, ending } = await scene.applyFiles('--namespace=absent');
    expect([exitCode, results['status']]).toEqual([2, 'namespace-not-found']);
    expect(ending).toMatch(/kubectl create namespace absent/);
  });

  it('may be given by an account with few rights, which then reports what it cannot decide', async () => {
    const token = await scene.cluster.createToken(scene.namespace);
    const rules = ['create', 'patch'].map((verb) => `--verb=${verb}`);
    await scene.cluster.kubectl(['create', 'role', 'few', ...rules, '--resource=configmaps', '-n', scene.namespace]);
    const group = `--group=system:serviceaccounts:${scene.namespace}`;
    await scene.cluster.kubectl(['create', 'rolebinding', 'few', '--role=few', group, '-n', scene.namespace]);
    await scene.put(
      'output/quota.yaml',
      scene.anObject('v1 ResourceQuota', 'quota', { spec: { hard: { pods: '1' } } }),
    );
    const { server } = await readKubeconfig(scene.kubeconfig);
    await scene.put('kubeconfig/kubeconfig', {
      'current-context': 'local',
      clusters: [{ name: 'local', cluster: { server, 'certificate-authority': scene.cluster.caFile } }],
      users: [{ name: 'local', user: { token } }],
      contexts: [{ name: 'local', context: { cluster: 'local', user: 'local' } }],
    });
    const { exitCode } = await scene.applyFiles('--kubeconfig=kubeconfig');
    expect(exitCode).toBe(4);
    expect(await scene.verdicts()).toEqual({
      'v1 ConfigMap settings': 'applied',
      'v1 ResourceQuota quota': 'forbidden',
    });
  });
});

describe('applying a kustomization', () => {
  it('builds and applies it, again without a change', async () => {
    await scene.put('kustomize/kustomization.yaml', `resources: [map.yaml, sub]\nnamespace: ${scene.namespace}\n`);
    await scene.put('kustomize/map.yaml', scene.anObject('v1 ConfigMap', 'settings'));
    await scene.put(
      'kustomize/sub/kustomization.yaml',
      'resources: [web.yaml]\nconfigMapGenerator: [{name: made, literals: ["url=https://example.com"]}]\n',
    );
    await scene.put('kustomize/sub/web.yaml', scene.aDeployment('web'));
    const apply = () => scene.run('kubectl-apply-kustomize', '--context=local');
    expect((await apply()).results).toMatchObject({ 'created-count': '3', status: 'succeeded' });
    expect((await apply()).results).toMatchObject({ 'unchanged-count': '3', status: 'succeeded' });
    expect(Object.values(await scene.verdicts('kustomize', 'kubectl-apply-kustomize'))).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
  });

  it.each([
    'resources: ["https://example.com/manifests.yaml"]',
    'resources: ["github.com/example/repository//deploy?ref=main"]',
    'resources: ["git@example.com:repository.git"]',
    'resources: ["../outside"]',
    'resources: ["/etc/passwd"]',
    'bases: [absent]',
    'components: ["https://example.com/x"]',
    'resources: [map.yaml]\npatches: [{path: "https://example.com/patch.yaml"}]',
    'resources: [map.yaml]\nconfigMapGenerator: [{name: a, files: ["x=https://example.com/x"]}]',
    'resources: [map.yaml]\nopenapi: {path: "https://example.com/x"}',
  ])('never takes anything from outside its folder: %s', async (text) => {
    await scene.put('kustomize/kustomization.yaml', `${text}\n`);
    await scene.put('kustomize/map.yaml', scene.anObject('v1 ConfigMap', 'settings'));
    const { exitCode, results, ending } = await scene.run('kubectl-apply-kustomize', '--context=local');
    expect([exitCode, results['status']]).toEqual([2, 'invalid-file']);
    expect(ending).toMatch(/kustomization\.yaml: expected a path in this folder/);
  });

  it('needs a kustomization', async () => {
    expect((await scene.run('kubectl-apply-kustomize')).ending).toMatch(/kustomization\.yaml is missing/);
    await scene.put('kustomize/kustomization.yaml', '- a\n');
    expect((await scene.run('kubectl-apply-kustomize')).ending).toMatch(/kustomization\.yaml: expected a map/);
  });
});

describe('image streams of OpenShift', () => {
  const tag = {
    name: '3',
    from: { kind: 'DockerImage', name: 'registry.absent.test/base:3' },
    referencePolicy: { type: 'Local' },
  };

  it('get their tags, which nothing else applies to', async () => {
    await scene.put('output/tag.yaml', scene.anObject('image.openshift.io/v1 ImageStreamTag', 'base:3', { tag }));
    await scene.put(
      'output/stream.yaml',
      scene.anObject('image.openshift.io/v1 ImageStream', 'kept', { spec: { lookupPolicy: { local: true } } }),
    );
    const first = await scene.applyFiles();
    expect(await scene.verdicts()).toEqual({
      'image.openshift.io/v1 ImageStream base': 'created',
      'image.openshift.io/v1 ImageStream kept': 'created',
      'image.openshift.io/v1 ImageStreamTag base:3': 'created',
    });
    expect(first.exitCode).toBe(0);
    expect(await scene.get('imagestream', 'base', '{.spec.tags[0].from.name}')).toBe('registry.absent.test/base:3');
    expect(await scene.get('imagestream', 'kept', '{.spec.lookupPolicy.local}')).toBe('true');
  });

  it('keep their other tags when one changes', async () => {
    const stream = {
      spec: { tags: [{ name: 'other', from: { kind: 'DockerImage', name: 'registry.absent.test/other:1' } }] },
    };
    await scene.cluster.kubectl(
      ['create', '-f', '-'],
      JSON.stringify(scene.anObject('image.openshift.io/v1 ImageStream', 'base', stream)),
    );
    await scene.put('output/tag.yaml', scene.anObject('image.openshift.io/v1 ImageStreamTag', 'base:3', { tag }));
    expect((await scene.applyFiles()).exitCode).toBe(0);
    expect((await scene.get('imagestream', 'base', '{.spec.tags[*].name}')).split(' ').sort()).toEqual(['3', 'other']);
    await rm(join(scene.folder, 'output/tag.yaml'));
    await scene.put(
      'output/stream.yaml',
      scene.anObject('image.openshift.io/v1 ImageStream', 'base', { spec: { tags: [{ ...tag, name: '4' }] } }),
    );
    expect((await scene.applyFiles('--take-ownership=true')).exitCode).toBe(0);
    expect((await scene.get('imagestream', 'base', '{.spec.tags[*].name}')).split(' ').sort()).toEqual([
      '3',
      '4',
      'other',
    ]);
  });
});
