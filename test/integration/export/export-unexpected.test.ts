import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { parseExportIndex } from '../../../src/domain/export/export-index.ts';
import { kindOf, listOfMaps, useExportScene } from '../../builders/export-scene.ts';
import type { ExportRun } from '../../builders/export-run.ts';
import type { ApiFault, ApiRequest } from '../../fakes/api-server.ts';

const scene = useExportScene();
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const token = 'canary-token "of\\a\nsource" é';

const planted = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'planted', namespace: 'shop' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'User', name: 'mallory' }],
};

/** Answers of the server in place of its own, by path. */
function answering(answers: Readonly<Record<string, object>>): (request: ApiRequest) => ApiFault | undefined {
  return ({ path: asked }) => {
    const answer = answers[asked];
    return answer && { kind: 'text', type: 'application/json', text: JSON.stringify(answer) };
  };
}

async function filesOf(run: ExportRun): Promise<readonly string[]> {
  const { files } = parseExportIndex(await readFile(path.join(run.folder, 'index.json'), 'utf8'));
  return files.map(({ kind, namespace, name }) => [kind, namespace, name].join(' '));
}

describe('a source that answers other objects than it was asked for', () => {
  it.each<[string, unknown, string, string]>([
    ['of another kind', planted, 'planted', 'rbac.authorization'],
    ['of another group', { apiVersion: 'apps/v1', metadata: { name: 'a', namespace: 'shop' } }, 'a', 'apiVersion'],
    ['of another namespace', { metadata: { name: 'a', namespace: 'kube-system' } }, 'a', '"kube-system"'],
    ['of no namespace', { metadata: { name: 'a' } }, 'a', 'got none'],
    ['with an object as namespace', { metadata: { name: 'a', namespace: { a: 1 } } }, 'a', 'type object'],
    ['without a name', { metadata: { namespace: 'shop' } }, '(no name)', 'metadata.name'],
    ['with a number as name', { metadata: { name: 7, namespace: 'shop' } }, '(no name)', 'type number'],
    ['that is text', 'text', '(no name)', 'an object'],
  ])('exports none %s, reports it and exports the rest', async (_, object, ...[name, why]) => {
    const own = { metadata: { name: 'own', namespace: 'shop' } };
    const answer = { kind: 'ConfigMapList', apiVersion: 'v1', metadata: {}, items: [own, object] };
    const run = await scene.exportFrom({ decide: answering({ [listOfMaps]: answer }) });
    expect(run).toMatchObject({ exitCode: 4, results: { 'resource-count': '3', 'failure-count': '1' } });
    expect(await filesOf(run)).toEqual(['ConfigMap shop own', 'Secret shop s-1', 'Secret shop s-2']);
    expect(run.item(`v1 ConfigMap shop/${name}`)).toMatchObject({ outcome: 'failed', reason: 'unexpected-object' });
    const text = await readFile(path.join(run.folder, 'failures/shop/configmaps__v1.yaml'), 'utf8');
    const objects = [{ name, message: expect.stringContaining(why) as string }];
    expect(yamlCodec.parse(text, 'configmaps')).toMatchObject([{ APIResource: { kind: 'ConfigMap' }, objects }]);
  });

  it('names none of them as a Secret that was left out', async () => {
    const answer = { items: [{ metadata: { name: 'login', namespace: 'shop' } }, planted] };
    const decide = answering({ '/api/v1/namespaces/shop/secrets': answer });
    const run = await scene.exportFrom({ decide }, { secrets: 'skip' });
    expect(run).toMatchObject({ exitCode: 4, results: { 'failure-count': '1' } });
    expect(run.item('v1 Secret shop/login')).toMatchObject({ reason: 'secrets-left-out' });
    expect(run.item('v1 Secret shop/planted')).toMatchObject({ reason: 'unexpected-object' });
  });

  it('exports none of them as an object of cluster scope', async () => {
    const workload = (name: string, priorityClassName: string) => ({
      metadata: { name, namespace: 'shop' },
      spec: { template: { spec: { priorityClassName, containers: [{ name: 'main' }] } } },
    });
    const deployments = {
      ...kindOf('deployments', 'Deployment', { names: [], group: 'apps' }),
      objects: [workload('a', 'high'), workload('b', 'low')],
    };
    const binding = (name: string, more: object) => ({
      metadata: { name },
      roleRef: planted.roleRef,
      subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
      ...more,
    });
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'high' } };
    const decide = answering({
      [`${rbac}/clusterrolebindings`]: { items: [binding('right', {}), binding('wrong', { kind: 'ClusterRole' })] },
      '/apis/scheduling.k8s.io/v1/priorityclasses/high': role,
      '/apis/scheduling.k8s.io/v1/priorityclasses/low': { metadata: { name: 'other' }, value: 1 },
    });
    const run = await scene.exportFrom({ kinds: [deployments], decide }, { 'cluster-resources': 'related' });
    expect(run.exitCode).toBe(4);
    expect([...(await filesOf(run))].sort()).toEqual([
      'ClusterRoleBinding  right',
      'Deployment shop a',
      'Deployment shop b',
    ]);
    for (const id of [
      'rbac.authorization.k8s.io/v1 ClusterRoleBinding wrong',
      'scheduling.k8s.io/v1 PriorityClass high',
      'scheduling.k8s.io/v1 PriorityClass low',
    ])
      expect(run.item(id), id).toMatchObject({ outcome: 'failed', reason: 'unexpected-object' });
    const record = path.join(run.folder, 'failures/shop/priorityclasses_scheduling.k8s.io_v1.yaml');
    expect(await readFile(record, 'utf8')).toMatch(/name: high[^]*name: low/);
  });
});

describe('a secret that a server quotes', () => {
  it('is in no file and no line of an export', async () => {
    const login = {
      metadata: { name: 'login', namespace: 'shop' },
      data: { token: Buffer.from(token).toString('base64') },
    };
    const secrets = { ...kindOf('secrets', 'Secret', { names: [] }), objects: [login] };
    const body = (quoted: string): object => ({
      kind: 'Status',
      reason: 'Forbidden',
      message: `${'x'.repeat(990)} ${quoted} is not allowed`,
      details: { causes: [{ field: 'a', message: quoted }], [quoted]: quoted },
    });
    const quotes = [token, JSON.stringify(token), encodeURIComponent(token), 'Bearer canary-token-of-user'];
    const kinds = quotes.map((_, index) =>
      kindOf(`widgets${String(index)}`, `Widget${String(index)}`, { names: ['a'] }),
    );
    const run = await scene.exportFrom({
      kinds: [secrets, ...kinds],
      // The list of Secrets is read by then.
      decide: ({ path: asked, before }) => {
        const quoted = quotes[Number(/widgets(\d)$/.exec(asked)?.[1] ?? Number.NaN)];
        if (quoted === undefined) return undefined;
        return before === 0 ? { kind: 'status', status: 503 } : { kind: 'status', status: 403, body: body(quoted) };
      },
    });
    expect(run).toMatchObject({ exitCode: 4, results: { 'failure-count': '4' } });
    const texts = [run.stdout, run.stderr, JSON.stringify(run.report), ...Object.values(await run.contents())];
    expect(Object.keys(await run.contents())).toContain('failures/shop/widgets0__v1.yaml');
    for (const piece of [
      'canary',
      '22of',
      'source%22',
      'source\\"',
      Buffer.from(token).toString('base64').slice(0, 12),
    ])
      expect(texts.join('\n')).not.toContain(piece);
  });
});
