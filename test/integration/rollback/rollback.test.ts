import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { useApplyScene } from '../../fakes/apply-scene.ts';

const scene = useApplyScene();

beforeEach(async () => {
  const labels = { before: 'run' };
  const present = scene.anObject('v1 ConfigMap', 'present');
  await scene.cluster.kubectl(['create', '-f', '-'], JSON.stringify(present));
  await scene.put('output/present.yaml', {
    ...present,
    metadata: { name: 'present', namespace: scene.namespace, labels },
  });
  await scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings', { data: { a: '1' } }));
  await scene.put('output/secret.yaml', scene.anObject('v1 Secret', 'login', { data: { password: 'c2VjcmV0' } }));
  await scene.put('output/web.yaml', scene.aDeployment('web'));
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await scene.put('output/claim.yaml', scene.anObject('v1 PersistentVolumeClaim', 'data', { spec: claim }));
  expect((await scene.applyFiles()).exitCode).toBe(0);
});

function rollBack(...args: readonly string[]) {
  return scene.run(
    'crane-rollback',
    '--context=local',
    ...(args.some((arg) => arg.startsWith('--namespace=')) ? [] : [`--namespace=${scene.namespace}`]),
    '--applied-dir=output',
    '--wait-timeout=1',
    ...args,
  );
}

async function untilImported(tag: string): Promise<void> {
  await waitFor({
    what: `the import of ${tag}`,
    seconds: 10,
    everyMs: 50,
    check: async () => ((await isThere('imagestreamtag', tag)) ? undefined : 'nothing yet'),
  });
}

function verdicts(): Promise<Record<string, string>> {
  return scene.verdicts('rollback', 'crane-rollback');
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

async function isThere(kind: string, name: string): Promise<boolean> {
  const found = await scene.cluster.kubectl([
    'get',
    kind,
    name,
    '-n',
    scene.namespace,
    '--ignore-not-found',
    '-o',
    'name',
  ]);
  return found !== '';
}

/** Foreground deletion waits for a garbage collector, which this API server has not. */
async function finishDeletion(): Promise<void> {
  await change('deployment', 'web', { metadata: { finalizers: [] } });
}

describe('taking a move back', () => {
  it('removes what the run created, and keeps what was there before and what holds data', async () => {
    const first = await rollBack();
    expect(await verdicts()).toEqual({
      'v1 ConfigMap settings': 'deleted',
      'v1 Secret login': 'deleted',
      'apps/v1 Deployment web': 'still-there',
      'v1 ConfigMap present': 'not-restorable',
      'v1 PersistentVolumeClaim data': 'kept',
    });
    expect(first.exitCode).toBe(4);
    expect(first.stderr).toMatch(/not-restorable v1 ConfigMap \S*present: /);
    expect(first.ending).toContain('1 of them changed by the run and not restorable');
    await finishDeletion();
    const again = await rollBack();
    expect([again.exitCode, again.results['gone-count'], again.results['deleted-count']]).toEqual([0, '3', '0']);
    expect(await isThere('configmap', 'present')).toBe(true);
    expect(await isThere('persistentvolumeclaim', 'data')).toBe(true);
  });

  it('removes what a former run on the same folder created, also one that was killed before it could report', async () => {
    await rm(join(scene.folder, 'output/reports/kubectl-apply-files.json'));
    await scene.applyFiles();
    const { 'v1 ConfigMap settings': map, 'v1 Secret login': secret } = await scene.verdicts();
    expect([map, secret]).toEqual(['unchanged', 'unchanged']);
    const path = join(scene.folder, 'output/reports/kubectl-apply-files.created');
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(/"[^"]*",\{/g, '"",{'));
    await scene.applyFiles();
    await rollBack();
    expect(await verdicts()).toMatchObject({
      'v1 ConfigMap settings': 'deleted',
      'v1 Secret login': 'deleted',
    });
    expect(await isThere('configmap', 'present')).toBe(true);
  });

  it('removes image streams with each of their tags, which share a UID', async () => {
    await scene.cluster.outside.pushImage('library/web', '1', 'web');
    const from = { kind: 'DockerImage', name: `${scene.cluster.publicName}/library/web:1` };
    const stream = 'image.openshift.io/v1 ImageStream';
    await scene.put('output/stream.yaml', scene.anObject(stream, 'web', { spec: { lookupPolicy: { local: false } } }));
    for (const tag of ['1', '2'])
      await scene.put(`output/tag-${tag}.yaml`, scene.anObject(`${stream}Tag`, `web:${tag}`, { tag: { from } }));
    expect((await scene.applyFiles()).exitCode).toBe(0);
    // The import raises the generation of the tag, and nothing else.
    for (const tag of ['1', '2']) await untilImported(`web:${tag}`);
    expect((await rollBack('--dry-run=true')).exitCode).toBe(0);
    await rollBack();
    expect(await verdicts()).toMatchObject({
      [`${stream} web`]: 'deleted',
      [`${stream}Tag web:1`]: 'deleted',
      [`${stream}Tag web:2`]: 'deleted',
    });
    expect(await isThere('imagestream', 'web')).toBe(false);
  });

  it('removes the stream that only a tag needed', async () => {
    await scene.cluster.outside.pushImage('library/web', '1', 'web');
    const from = { kind: 'DockerImage', name: `${scene.cluster.publicName}/library/web:1` };
    const type = 'image.openshift.io/v1 ImageStreamTag';
    await scene.put('output/tag.yaml', scene.anObject(type, 'alone:1', { tag: { from } }));
    expect((await scene.applyFiles()).exitCode).toBe(0);
    expect((await scene.applyFiles()).exitCode).toBe(0);
    await untilImported('alone:1');
    await rollBack();
    expect(await verdicts()).toMatchObject({ [`${type} alone:1`]: 'deleted' });
    expect(await isThere('imagestream', 'alone')).toBe(false);
  });
});

describe('what a rollback trusts', () => {
  it('names what a former run created and a later one was refused', async () => {
    const taken = JSON.stringify({ ...scene.anObject('v1 ConfigMap', 'settings'), data: { a: 'taken' } });
    const taking = ['apply', '--server-side', '--force-conflicts', '--field-manager=other', '-f', '-'];
    await scene.put('output/map.yaml', scene.anObject('v1 ConfigMap', 'settings', { data: { a: '1', b: '1' } }));
    expect((await scene.applyFiles()).exitCode).toBe(0);
    await scene.cluster.kubectl(taking, taken);
    await scene.applyFiles();
    expect((await scene.verdicts())['v1 ConfigMap settings']).toBe('conflict');
    const { exitCode } = await rollBack();
    expect([exitCode, (await verdicts())['v1 ConfigMap settings']]).toEqual([4, 'changed-since']);
    const report = await readFile(join(scene.folder, 'output/reports/kubectl-apply-files.json'), 'utf8');
    await rollBack('--allow-changed=ConfigMap/settings', `--report-digest=${sha256Of(report)}`);
    expect(await isThere('configmap', 'settings')).toBe(false);
  });

  it('removes nothing by a report that names objects which no run applied', async () => {
    await scene.cluster.kubectl(['create', 'configmap', 'victim', '-n', scene.namespace, '--from-literal=a=1']);
    const victim = await scene.get('configmap', 'victim', '{.metadata.uid}');
    const path = join(scene.folder, 'output/reports/kubectl-apply-files.json');
    const uid = await scene.get('configmap', 'settings', '{.metadata.uid}');
    const report = await readFile(path, 'utf8');
    await writeFile(path, report.replaceAll(uid, victim).replaceAll(/\bsettings"/g, 'victim"'));
    await rollBack('--allow-changed=ConfigMap/victim');
    expect(await isThere('configmap', 'victim')).toBe(true);
    expect((await verdicts())['v1 ConfigMap victim']).toBe('changed-since');
  });

  it('removes nothing outside of its namespaces, nor by a report with another digest', async () => {
    const elsewhere = await rollBack('--namespace=default');
    expect(elsewhere.exitCode).toBe(4);
    expect(await verdicts()).toMatchObject({ 'v1 ConfigMap settings': 'other-namespace' });
    const digest = `sha256:${'0'.repeat(64)}`;
    const other = await rollBack(`--report-digest=${digest}`);
    expect([other.exitCode, other.results['status']]).toEqual([2, 'invalid-file']);
    const nowhere = await scene.run('crane-rollback', '--context=local', '--applied-dir=output');
    expect([nowhere.exitCode, nowhere.results['status']]).toEqual([2, 'invalid-param']);
    expect(await isThere('configmap', 'settings')).toBe(true);
  });

  it('removes by the digest that the apply reported, without a namespace', async () => {
    const { results } = await scene.applyFiles();
    const args = ['--context=local', '--applied-dir=output', '--wait-timeout=2'];
    await scene.run('crane-rollback', ...args, `--report-digest=${results['report-digest'] ?? ''}`);
    expect(await verdicts()).toMatchObject({ 'v1 ConfigMap settings': 'deleted', 'v1 Secret login': 'deleted' });
  });
});

describe('taking back what is not as it was applied', () => {
  it('removes claims on request', async () => {
    await change('persistentvolumeclaim', 'data', { metadata: { finalizers: [] } });
    await rollBack('--include-kinds=PersistentVolumeClaim');
    expect((await verdicts())['v1 PersistentVolumeClaim data']).toBe('deleted');
  });

  it('leaves what changed since, and names it', async () => {
    await change('configmap', 'settings', { data: { a: '2' } });
    await change('secret', 'login', { data: { password: 'b3RoZXI=' } });
    await change('deployment', 'web', { metadata: { annotations: { 'deployment.kubernetes.io/revision': '1' } } });
    const { exitCode, ending } = await rollBack();
    expect(exitCode).toBe(4);
    expect(ending).toContain('changed-since');
    expect(await verdicts()).toMatchObject({
      'v1 ConfigMap settings': 'changed-since',
      'v1 Secret login': 'changed-since',
      'apps/v1 Deployment web': 'still-there',
    });
    expect(await scene.get('configmap', 'settings', '{.data.a}')).toBe('2');
  });

  it('removes what changed when it is named', async () => {
    await change('deployment', 'web', { spec: { replicas: 2 } });
    await rollBack('--allow-changed=Deployment.apps/web');
    expect((await verdicts())['apps/v1 Deployment web']).toBe('still-there');
    await finishDeletion();
  });

  it('removes what lost all fields to other managers when it is named and the report is proven', async () => {
    await change('configmap', 'settings', { data: { a: '2' } });
    const named = '--allow-changed=ConfigMap/settings';
    await rollBack(named);
    expect((await verdicts())['v1 ConfigMap settings']).toBe('changed-since');
    const report = await readFile(join(scene.folder, 'output/reports/kubectl-apply-files.json'), 'utf8');
    await rollBack(named, `--report-digest=${sha256Of(report)}`);
    expect((await verdicts())['v1 ConfigMap settings']).toBe('deleted');
  });

  it('leaves another object of the same name', async () => {
    await scene.cluster.kubectl(['delete', 'configmap', 'settings', '-n', scene.namespace]);
    await scene.cluster.kubectl(['create', 'configmap', 'settings', '-n', scene.namespace, '--from-literal=a=1']);
    await rollBack('--allow-changed=ConfigMap/settings');
    expect((await verdicts())['v1 ConfigMap settings']).toBe('changed-since');
    expect(await isThere('configmap', 'settings')).toBe(true);
  });

  it('removes nothing in a dry run', async () => {
    const { exitCode } = await rollBack('--dry-run=true');
    expect(exitCode).toBe(0);
    expect(await verdicts()).toMatchObject({ 'v1 ConfigMap settings': 'would-delete' });
    expect(await isThere('configmap', 'settings')).toBe(true);
  });

  it('refuses another cluster, names that no report has, and a folder without reports', async () => {
    const wrong = await rollBack('--cluster-uid=00000000-0000-0000-0000-000000000000');
    expect([wrong.exitCode, wrong.results['status']]).toEqual([3, 'wrong-cluster']);
    const unknown = await rollBack('--allow-changed=ConfigMap/setings');
    expect([unknown.exitCode, unknown.results['status']]).toEqual([2, 'invalid-param']);
    await scene.put('empty/file', '');
    const empty = await scene.run('crane-rollback', '--context=local', '--namespace=default', '--applied-dir=empty');
    expect([empty.exitCode, empty.results['status']]).toEqual([2, 'invalid-file']);
  });

  it('refuses the report of a run on another cluster', async () => {
    const path = join(scene.folder, 'output/reports/kubectl-apply-files.json');
    const report = await readFile(path, 'utf8');
    await writeFile(path, report.replace('"cluster-uid": ""', '"cluster-uid": "00000000-0000-0000-0000-000000000000"'));
    const { exitCode, results } = await rollBack();
    expect([exitCode, results['status']]).toEqual([3, 'wrong-cluster']);
    expect(await isThere('configmap', 'settings')).toBe(true);
  });
});
