import { glob, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { configMaps, forbidden, kindOf, listOfMaps, useExportScene } from '../../builders/export-scene.ts';
import type { ApiFault, ApiRequest } from '../../fakes/api-server.ts';

const scene = useExportScene();

describe('an export that cannot read everything', () => {
  it.each<[string, ApiFault, string]>([
    ['503', { kind: 'status', status: 503 }, 'unavailable'],
    ['405', { kind: 'status', status: 405 }, 'method-not-allowed'],
    ['404', { kind: 'status', status: 404 }, 'not-found'],
    ['no list', { kind: 'text', type: 'application/json', text: '{}' }, 'cluster-refused'],
    [
      'a list of nameless things',
      { kind: 'text', type: 'application/json', text: '{"items":[{"metadata":{}}]}' },
      'cluster-refused',
    ],
    ['a page for people', { kind: 'text', type: 'text/html', text: '<html>Log in</html>' }, 'cluster-refused'],
  ])('records a kind that answers %s for good, and exports the rest', async (_name, fault, reason) => {
    const run = await scene.exportFrom({ decide: (request) => (request.path === listOfMaps ? fault : undefined) });
    expect(run).toMatchObject({
      exitCode: 4,
      results: { status: 'incomplete', 'resource-count': '2', 'failure-count': '1' },
    });
    expect(run.item('v1 ConfigMap')).toMatchObject({ outcome: 'failed', reason });
    expect(run.stderr).toContain('v1 ConfigMap');
    expect(await readFile(path.join(run.folder, 'failures/shop/configmaps__v1.yaml'), 'utf8')).toContain(
      'kind: ConfigMap',
    );
  });

  it('keeps the cause of a refusal, and of each group with the same plural its own', async () => {
    const builds = ['build.openshift.io', 'shipwright.io'].map((group) =>
      kindOf('builds', 'Build', { names: ['a'], group: group }),
    );
    const run = await scene.exportFrom({
      kinds: builds,
      decide: (request) =>
        request.path.includes('/builds') ? { kind: 'status', status: 403, body: forbidden } : undefined,
    });
    expect(run).toMatchObject({ exitCode: 4, results: { 'failure-count': '2' } });
    const failures = await readdir(path.join(run.folder, 'failures/shop'));
    expect(failures.sort()).toEqual(['builds_build.openshift.io_v1.yaml', 'builds_shipwright.io_v1.yaml']);
    const text = await readFile(path.join(run.folder, 'failures/shop/builds_shipwright.io_v1.yaml'), 'utf8');
    expect(text).toContain('cannot list');
  });

  it.each([
    [403, true],
    [500, false],
  ])('names allow-forbidden as a remedy only where it helps: %i', async (status, helps) => {
    const run = await scene.exportFrom({
      decide: ({ path: asked }) =>
        asked.endsWith('/secrets') ? { kind: 'status', status, body: forbidden } : undefined,
    });
    expect(run.exitCode).toBe(4);
    expect(run.stderr.includes('allow-forbidden')).toBe(helps);
  });

  it('lets a forbidden kind be missing only when it is named', async () => {
    const decide = (request: ApiRequest): ApiFault | undefined =>
      request.path.endsWith('/secrets') ? { kind: 'status', status: 403, body: forbidden } : undefined;
    const run = await scene.exportFrom({ decide }, { 'allow-forbidden': 'secrets' });
    expect(run).toMatchObject({ exitCode: 0, results: { 'failure-count': '0', 'resource-count': '130' } });
    expect(run.item('v1 Secret')).toMatchObject({ outcome: 'skipped', reason: 'forbidden-allowed' });
  });

  it('names an API group that does not answer, unless it may be missing', async () => {
    const stale = { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] };
    const run = await scene.exportFrom({ extraGroups: [stale] });
    expect(run).toMatchObject({ exitCode: 4, results: { 'failure-count': '1', 'resource-count': '132' } });
    expect(run.item('metrics.k8s.io/v1beta1 (all kinds)')).toMatchObject({ outcome: 'failed', reason: 'unavailable' });
    await scene.stopServer();
    expect(await scene.exportFrom({ extraGroups: [stale] }, { 'allow-forbidden': '*.metrics.k8s.io' })).toMatchObject({
      exitCode: 0,
    });
  });

  it('discovers kinds the classic way where the server knows no other', async () => {
    const apps = kindOf('deployments', 'Deployment', { names: ['web'], group: 'apps' });
    const run = await scene.exportFrom({
      aggregated: false,
      kinds: [configMaps, apps, kindOf('widgets', 'Widget', { names: ['w'], group: 'broken.example.com' })],
      decide: (request) =>
        request.path === '/apis/broken.example.com/v1' ? { kind: 'status', status: 404 } : undefined,
    });
    expect(run).toMatchObject({ exitCode: 4, results: { 'resource-count': '131', 'failure-count': '1' } });
    expect(await run.files()).toContain('resources/shop/Deployment_apps_v1_shop_web.yaml');
  });

  it('reads image tags one by one, and names those that cannot be read', async () => {
    const tags = kindOf('imagestreamtags', 'ImageStreamTag', {
      names: ['app:1', 'app:2', 'app:gone'],
      group: 'image.openshift.io',
    });
    const run = await scene.exportFrom({
      kinds: [tags],
      decide: ({ path: asked }) => {
        if (asked.endsWith('app%3A2')) return { kind: 'status', status: 403, body: forbidden };
        return asked.endsWith('app%3Agone') ? { kind: 'status', status: 404 } : undefined;
      },
    });
    expect(run).toMatchObject({ exitCode: 4, results: { 'resource-count': '1', 'failure-count': '1' } });
    expect(run.item('image.openshift.io/v1 ImageStreamTag shop/app:2')).toMatchObject({
      outcome: 'failed',
      reason: 'forbidden',
    });
    expect(run.item('image.openshift.io/v1 ImageStreamTag shop/app:gone')).toMatchObject({ outcome: 'skipped' });
    const [file = ''] = await Array.fromAsync(
      glob(path.join(run.folder, 'resources/shop/ImageStreamTag_image.openshift.io_v1_shop_app-1~*.yaml')),
    );
    expect(await readFile(file, 'utf8')).toContain('whole: true');
  });
});
