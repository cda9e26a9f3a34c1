import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeChartArchive } from '../../../../src/adapters/archives/chart-archive.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { exportApplication } from '../../../../src/usecases/app/export-application.ts';
import type { ExportPorts } from '../../../../src/usecases/app/export-ports.ts';
import { exportPorts } from '../../../builders/export-ports.ts';
import { releaseObject, webTemplate, type ReleaseParts } from '../../../builders/helm-release.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { startMemoryStore, type MemoryStore } from '../../../fakes/memory-store.ts';

const api = '/apis/application.epinio.io/v1/namespaces';
const address = 'https://charts.test/web-1.2.3.tgz?signature=secret-part';
const config = '{"epinio":{"appName":"web"}}';
let cluster: MemoryStore;
let count = 0;
let namespace: string;
let archive: Uint8Array;

beforeAll(async () => {
  cluster = await startMemoryStore();
  archive = await chartOf({});
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  namespace = `shop-${String((count += 1))}`;
  await cluster.create('/api/v1/namespaces', { metadata: { name: namespace } });
});

function chartOf(change: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
    'values.yaml': 'image: nginx # the server\n',
    'templates/web.yaml': webTemplate,
    ...change,
  };
  const bytes = Object.entries(files).map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text)]);
  return writeChartArchive({ folder: 'web', files: new Map(bytes) });
}

async function epinio(spec: JsonObject, app: JsonObject = { chartname: 'own' }): Promise<void> {
  const common = { apiVersion: 'application.epinio.io/v1' };
  await cluster.create(`${api}/${namespace}/apps`, { ...common, kind: 'App', metadata: { name: 'web' }, spec: app });
  const path = `${api}/${namespace}-system/appcharts`;
  await cluster.create(path, { ...common, kind: 'AppChart', metadata: { name: 'own' }, spec });
}

async function run(parts: ReleaseParts = {}, own: Partial<ExportPorts> = {}) {
  await cluster.create(`/api/v1/namespaces/${namespace}/secrets`, releaseObject({ namespace, config, ...parts }));
  const request = {
    ...{ namespace, release: 'web', chartSource: undefined, systemNamespace: `${namespace}-system` },
    ...{ extraImages: [], platform: undefined },
  };
  const download = () => Promise.resolve(archive);
  const folder = join(cluster.scratch, namespace);
  const { items } = await exportApplication(request, exportPorts(cluster, folder, { download, ...own }));
  const found = items.filter(({ reason }) => /app-chart|origin-not-recorded/.test(reason));
  return {
    reasons: found.map(({ reason }) => reason),
    text: found.map(({ id, message }) => `${id}: ${message ?? ''}`),
  };
}

const bytesOf = async () => new Uint8Array(await readFile(join(cluster.scratch, namespace, 'web/app-chart.tar.gz')));
const rebuilt = ['app-chart-not-used', 'origin-not-recorded'];

describe('the chart of an Epinio application', () => {
  it('is the archive of its AppChart, byte for byte', async () => {
    await epinio({ helmChart: address });
    const { reasons, text } = await run();
    expect(reasons).toEqual(['app-chart-equal']);
    expect(text).toEqual([`chart web 1.2.3 of https://charts.test/web-1.2.3.tgz: AppChart ${namespace}-system/own`]);
    expect(await bytesOf()).toEqual(archive);
  });

  it('is rebuilt when that archive is another chart', async () => {
    await epinio({ helmChart: address });
    const other = await chartOf({ 'templates/more.yaml': 'a: 1\n' });
    const { reasons, text } = await run({}, { download: () => Promise.resolve(other) });
    expect(reasons).toEqual(rebuilt);
    expect(text[0]).toContain('differs from the release: templates/more.yaml');
    expect(text.join('')).not.toContain('secret-part');
    expect(await bytesOf()).not.toEqual(other);
  });

  it.each<[string, JsonObject, JsonObject | undefined, string]>([
    ['cannot be downloaded', { helmChart: address }, undefined, 'no answer'],
    ['is no archive', { helmChart: address }, undefined, 'reading the chart'],
    ['is a file of the server', { helmChart: '/etc/passwd' }, undefined, 'spec.helmChart: expected a URL'],
    ['has a login', { helmChart: 'https://a:b@x.test/a.tgz' }, undefined, 'it has a login'],
    ['does not exist', { helmChart: address }, { chartname: 'other' }, 'it does not exist'],
  ])('is rebuilt when the AppChart %s', async (what, ...[spec, app, why]) => {
    await epinio(spec, app);
    const failure = new TaskError('unreachable', 'no answer', { remedy: 'Run again.' });
    const download = () =>
      what === 'is no archive' ? Promise.resolve(Buffer.from('<html>')) : Promise.reject(failure);
    const { reasons, text } = await run({}, { download });
    expect(reasons).toEqual(rebuilt);
    expect(text[0]).toContain(why);
  });

  it.each(['apps', 'appcharts'])('is rebuilt when the account may not read %s', async (plural) => {
    await epinio({ helmChart: address });
    const refusing = refuse(plural, 403);
    const { reasons, text } = await run({}, { cluster: refusing });
    expect(reasons).toEqual(rebuilt);
    expect(text[0]).toContain('the account may not read it');
  });

  it('is not chosen while the cluster has another problem', async () => {
    await epinio({ helmChart: address });
    const error = await thrownBy(() => run({}, { cluster: refuse('appcharts', 500) }));
    expect(error.code).toBe('cluster-refused');
  });

  it('without an App is rebuilt, and the report says so', async () => {
    const { reasons, text } = await run();
    expect(reasons).toEqual(rebuilt);
    expect(text[0]).toBe(`App ${namespace}/web: it does not exist, so no AppChart is known`);
  });

  it('of another release is rebuilt without a word about Epinio', async () => {
    expect((await run({ config: '{}' })).reasons).toEqual(['origin-not-recorded']);
  });

  it('with subcharts comes from the AppChart, or fails with its cause', async () => {
    const metadata = { dependencies: [{ name: 'db', version: '1', repository: '' }] };
    await epinio({ helmChart: address });
    const error = await thrownBy(() => run({ metadata }));
    expect([error.code, error.message]).toEqual([
      'chart-incomplete',
      expect.stringContaining(`AppChart ${namespace}-system/own was not used`),
    ]);
    expect(error.message).toContain('charts/db');
    const whole = await chartOf({
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{ name: db, version: "1" }]\n',
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: "1"\n',
    });
    const { reasons } = await run({ metadata, revision: 2 }, { download: () => Promise.resolve(whole) });
    expect(reasons).toEqual(['app-chart-equal']);
  });
});

function refuse(plural: string, status: number): ExportPorts['cluster'] {
  return {
    ...cluster.cluster,
    request: (request) => {
      if (!request.path.includes(`/${plural}/`)) return cluster.cluster.request(request);
      const reason = status === 403 ? 'Forbidden' : 'InternalError';
      return Promise.reject(new ClusterStatusError('reading', { status, reason, message: 'refused' }));
    },
  };
}
