import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { podSpec, useApplyScene } from '../../fakes/apply-scene.ts';

const scene = useApplyScene();

describe('applying files', () => {
  it('creates, leaves alone, and changes what changed, with the version of each as evidence', async () => {
    await scene.put('output/resources/a/map.yaml', scene.anObject('v1 ConfigMap', 'settings', { data: { a: '1' } }));
    await scene.put('output/resources/a/web.yaml', scene.aDeployment('web'));
    const first = await scene.applyFiles();
    expect(first.results).toMatchObject({
      'created-count': '2',
      'applied-count': '2',
      'failed-count': '0',
      status: 'succeeded',
    });
    const again = await scene.applyFiles();
    expect(again.results).toMatchObject({ 'unchanged-count': '2', 'created-count': '0' });
    await scene.put('output/resources/a/map.yaml', scene.anObject('v1 ConfigMap', 'settings', { data: { b: '2' } }));
    expect((await scene.applyFiles()).results).toMatchObject({ 'changed-count': '1', 'unchanged-count': '1' });
    expect(await scene.get('configmap', 'settings', '{.data}')).toBe('{"b":"2"}');
    const report = await readFile(join(scene.folder, 'output/reports/kubectl-apply-files.json'), 'utf8');
    expect(report).toContain(
      `"resourceVersion": "${await scene.get('configmap', 'settings', '{.metadata.resourceVersion}')}"`,
    );
    expect(await scene.get('configmap', 'settings', '{.metadata.managedFields[*].manager}')).toBe('crane-tasks');
  });

  it('applies all resources of all kinds of files, and reports those it cannot read', async () => {
    await scene.put('output/list.json', {
      apiVersion: 'v1',
      kind: 'List',
      items: [scene.anObject('v1 ConfigMap', 'a'), scene.anObject('v1 ConfigMap', 'b')],
    });
    await scene.put(
      'output/two.yml',
      `${JSON.stringify(scene.anObject('v1 ConfigMap', 'c'))}\n---\n---\n${JSON.stringify(scene.anObject('v1 ConfigMap', 'd'))}\n`,
    );
    await scene.put('output/broken.yaml', '{');
    await scene.put('output/odd.yaml', 'kind: Nothing\n');
    await scene.put('output/notes.txt', 'x');
    const { exitCode, results } = await scene.applyFiles();
    expect([exitCode, results['created-count'], results['failed-count']]).toEqual([4, '4', '2']);
    expect(await scene.verdicts()).toMatchObject({
      'broken.yaml': 'invalid-file',
      'odd.yaml': 'invalid-file',
      'v1 ConfigMap d': 'created',
    });
  });

  it('gives a verdict for each refusal and applies the rest', async () => {
    await scene.cluster.kubectl([
      'create',
      'deployment',
      'taken',
      '--image=registry.test/other:1',
      '-n',
      scene.namespace,
    ]);
    await scene.put('first/web.yaml', scene.aDeployment('web'));
    await scene.applyFiles('--output-dir=first');
    await scene.put('output/web.yaml', scene.aDeployment('web', 'other'));
    await scene.put('output/taken.yaml', scene.anObject('apps/v1 Deployment', 'taken', { spec: { replicas: 7 } }));
    await scene.put('output/gadget.yaml', scene.anObject('example.com/v1 Gadget', 'gadget'));
    await scene.put('output/typo.yaml', scene.anObject('v1 ConfigMap', 'typo', { dta: {} }));
    await scene.put(
      'output/wrong.yaml',
      scene.anObject('v1 Service', 'wrong', { spec: { ports: [{ port: 99_999 }] } }),
    );
    await scene.put('output/twice.yaml', scene.anObject('v1 ConfigMap', 'good'));
    await scene.put('output/good.yaml', scene.anObject('v1 ConfigMap', 'good'));
    const { exitCode, ending, stderr } = await scene.applyFiles('--debug');
    expect(exitCode).toBe(4);
    expect(ending).toMatch(/1 created, 0 changed, 0 unchanged, 6 failed: /);
    expect(stderr).not.toContain('trying again');
    expect(await scene.verdicts()).toMatchObject({
      'apps/v1 Deployment web': 'immutable',
      'apps/v1 Deployment taken': 'conflict',
      'example.com/v1 Gadget gadget': 'missing-kind',
      'v1 ConfigMap typo': 'invalid',
      'v1 Service wrong': 'invalid',
    });
    expect(await scene.get('configmap', 'good', '{.metadata.name}')).toBe('good');
    expect(await scene.get('deployment', 'taken', '{.spec.replicas}')).toBe('1');
  });

  it('takes fields over only when requested', async () => {
    await scene.cluster.kubectl([
      'create',
      'deployment',
      'taken',
      '--image=registry.test/other:1',
      '-n',
      scene.namespace,
    ]);
    await scene.put('output/taken.yaml', scene.anObject('apps/v1 Deployment', 'taken', { spec: { replicas: 7 } }));
    expect((await scene.applyFiles()).exitCode).toBe(4);
    expect((await scene.applyFiles('--take-ownership=true')).results['changed-count']).toBe('1');
    expect(await scene.get('deployment', 'taken', '{.spec.replicas}')).toBe('7');
  });
});

describe('what stands in the way of applying', () => {
  it('reports quota and Pod Security in words', async () => {
    const hard = { pods: '0' };
    await scene.cluster.kubectl(
      ['apply', '-f', '-'],
      JSON.stringify(scene.anObject('v1 ResourceQuota', 'none', { spec: { hard } })),
    );
    await scene.cluster.kubectl([
      'patch',
      'resourcequota',
      'none',
      '-n',
      scene.namespace,
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status: { hard, used: { pods: '0' } } }),
    ]);
    await scene.cluster.kubectl(['label', 'namespace', scene.namespace, 'pod-security.kubernetes.io/enforce=baseline']);
    await scene.put('output/many.yaml', scene.anObject('v1 Pod', 'many', { spec: podSpec }));
    await scene.put('output/root.yaml', scene.anObject('v1 Pod', 'root', { spec: { ...podSpec, hostNetwork: true } }));
    expect((await scene.applyFiles()).exitCode).toBe(4);
    expect(await scene.verdicts()).toEqual({ 'v1 Pod many': 'quota', 'v1 Pod root': 'denied' });
  });

  it('makes a definition before its resources, and accounts before who uses them', async () => {
    const group = `${scene.namespace}.example.com`;
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    await scene.put('output/a-gadget.yaml', scene.anObject(`${group}/v1 Gadget`, 'one', { spec: { size: 1 } }));
    await scene.put('output/definition.yaml', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `gadgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
    const { exitCode, stderr } = await scene.applyFiles();
    expect(exitCode).toBe(0);
    const order = [...stderr.matchAll(/created \S+ (\w+)/g)].map((match) => match[1]);
    expect(order).toEqual(['CustomResourceDefinition', 'Gadget']);
    expect((await scene.applyFiles()).results['unchanged-count']).toBe('2');
  });

  it('puts everything into another namespace when requested, accounts of bindings included', async () => {
    const binding = {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: scene.namespace }],
    };
    await scene.put(
      'output/binding.yaml',
      scene.anObject('rbac.authorization.k8s.io/v1 RoleBinding', 'viewers', binding),
    );
    await scene.put('output/map.yaml', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'loose' } });
    expect((await scene.applyFiles()).exitCode).toBe(4);
    expect(await scene.verdicts()).toMatchObject({ 'v1 ConfigMap loose': 'invalid' });
    const other = `${scene.namespace}-other`;
    await scene.cluster.createNamespace(other);
    expect((await scene.applyFiles(`--namespace=${other}`)).exitCode).toBe(0);
    const subject = await scene.cluster.kubectl([
      'get',
      'rolebinding',
      'viewers',
      '-n',
      other,
      '-o',
      'jsonpath={.subjects[0].namespace}',
    ]);
    expect(subject).toBe(other);
  });

  it('stores nothing in a dry run', async () => {
    await scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'dry'));
    expect((await scene.applyFiles('--dry-run=true')).results['created-count']).toBe('1');
    await expect(scene.get('configmap', 'dry', '{.metadata.name}')).rejects.toThrow(/not found/);
  });

  it('refuses names that could leave their collection', async () => {
    await scene.put('output/a.yaml', scene.anObject('v1 ConfigMap', '..'));
    await scene.put('output/b.yaml', scene.anObject('v1 ConfigMap', 'a/b'));
    await scene.put('output/c.yaml', scene.anObject('v1 ConfigMap', `$(id)\u001b[31m`));
    await scene.put('output/d.yaml', scene.anObject('../../x/v1 ConfigMap', 'd'));
    const { exitCode, stderr } = await scene.applyFiles();
    expect(exitCode).toBe(4);
    expect(stderr).not.toContain('\u001b');
    expect(Object.values(await scene.verdicts())).toEqual(
      expect.arrayContaining(['invalid', 'invalid', 'invalid', 'missing-kind']),
    );
  });
});
