import { hash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readChartArchive, writeChartArchive } from '../../../../src/adapters/archives/chart-archive.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import { isObject } from '../../../../src/domain/core/json-object.ts';
import { SyncFailure } from '../../../../src/domain/oci/failure.ts';
import type { Outcome } from '../../../../src/domain/reports/outcome.ts';
import type { ExportPorts } from '../../../../src/usecases/app/export-ports.ts';
import { exportApplication, type ExportRequest } from '../../../../src/usecases/app/export-application.ts';
import { exportPorts } from '../../../builders/export-ports.ts';
import { releaseObject, webManifest, webTemplate, type ReleaseParts } from '../../../builders/helm-release.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { startMemoryStore, type MemoryStore } from '../../../fakes/memory-store.ts';
import { memoryRegistry } from '../../../fakes/memory-registry.ts';

let cluster: MemoryStore;
let namespaces = 0;
let namespace: string;
let folder: string;

beforeAll(async () => {
  cluster = await startMemoryStore();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  namespace = `shop-${String((namespaces += 1))}`;
  folder = join(cluster.scratch, namespace);
  await cluster.create('/api/v1/namespaces', { metadata: { name: namespace } });
});

async function install(parts: ReleaseParts = {}, kind: 'Secret' | 'ConfigMap' = 'Secret'): Promise<void> {
  const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
  await cluster.create(`/api/v1/namespaces/${namespace}/${plural}`, releaseObject({ namespace, ...parts }, kind));
}

function run(change: Partial<ExportRequest> = {}, own: Partial<ExportPorts> = {}) {
  const request = {
    namespace,
    release: 'web',
    chartSource: undefined,
    systemNamespace: 'epinio',
    extraImages: [],
    platform: undefined,
    ...change,
  };
  return exportApplication(request, exportPorts(cluster, folder, own));
}

async function files(name = 'web'): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(join(folder, name))).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, name, file), 'latin1')));
  return Object.fromEntries(names.map((file, index) => [file, texts[index] ?? '']));
}

const three = ['app-chart.tar.gz', 'app-image.tar', 'values.yaml'];
const reasonsOf = ({ items }: Outcome<string, 'appExport'>) => items.map(({ id, reason }) => `${reason} ${id}`);

describe('exportApplication', () => {
  it('writes exactly three files, the same bytes each time', async () => {
    await install({ config: '{"b":1.0,"image":"nginx","a":{"long":9007199254740993}}' });
    const outcome = await run();
    const first = await files();
    expect(Object.keys(first)).toEqual(three);
    expect(first['values.yaml']).toBe('a:\n  long: 9007199254740993\nb: 1.0\nimage: nginx\n');
    const chart = await readChartArchive(await readFile(join(folder, 'web/app-chart.tar.gz')), 'test');
    expect([chart.folder, ...chart.files.keys()]).toEqual(['web', 'Chart.yaml', 'templates/web.yaml', 'values.yaml']);
    await run();
    expect(await files()).toEqual(first);
    expect(await readdir(folder)).toEqual(['web']);
    expect(outcome.results).toEqual({ 'release-count': '1', 'image-count': '1', folders: 'web' });
    expect(reasonsOf(outcome)).toContain('digest-of-registry image docker.io/library/nginx:latest');
    expect(reasonsOf(outcome)).toContain('origin-not-recorded chart web 1.2.3');
  });

  it('chooses the deployed revision, also after a failed upgrade', async () => {
    await install({ revision: 1, status: 'superseded', config: '{"count":1}' });
    await install({ revision: 2, config: '{"count":2}' });
    await install({ revision: 3, status: 'failed', config: '{"count":3}' });
    await run();
    expect((await files())['values.yaml']).toBe('count: 2\n');
  });

  it('reads releases that Helm stores in ConfigMaps', async () => {
    await install({ config: '{"count":7}' }, 'ConfigMap');
    await run();
    expect((await files())['values.yaml']).toBe('count: 7\n');
  });

  it.each([
    ['pending only', { status: 'pending-install' }, 'release-pending'],
    ['failed only', { status: 'failed' }, 'release-pending'],
  ])('refuses a release that is %s', async (_what, parts, code) => {
    await install(parts);
    const error = await thrownBy(() => run());
    expect(error.code).toBe(code);
    expect(error.remedy).not.toBe('');
  });

  it('refuses a corrupt record without quoting it', async () => {
    const object = releaseObject({ namespace, config: '{"password":"very-secret-value"}' });
    const cut = object.data.release.slice(0, 200);
    await cluster.create(`/api/v1/namespaces/${namespace}/secrets`, { ...object, data: { release: cut } });
    const error = await thrownBy(() => run());
    expect(error.code).toBe('release-invalid');
    expect(error.message).not.toContain('very-secret');
  });

  it('refuses a release of Helm 2', async () => {
    await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, {
      metadata: { name: 'web.v1', labels: { OWNER: 'TILLER', NAME: 'web', VERSION: '1' } },
    });
    const error = await thrownBy(() => run());
    expect([error.code, error.message]).toEqual(['release-invalid', expect.stringContaining('Helm 2')]);
    expect((await thrownBy(() => run({ release: 'other' }))).code).toBe('release-not-found');
  });
});

describe('the export', () => {
  it('finds the release of an Epinio application, and what it needs', async () => {
    const name = `sample-${hash('sha1', 'sample')}`;
    const epinio = {
      appName: 'sample',
      imageURL: '127.0.0.1:30500/apps/x',
      configurations: ['db'],
      routes: [{ secret: 'tls' }],
    };
    await install({ name, config: JSON.stringify({ epinio }) });
    const reasons = reasonsOf(await run({ release: 'sample' }));
    expect(Object.keys(await files('sample'))).toEqual(three);
    expect(reasons).toContain(`not-in-export Secret ${namespace}/db`);
    expect(reasons).toContain(`not-in-export Secret ${namespace}/tls`);
    expect(reasons).toContain('origin-address epinio.imageURL 127.0.0.1:30500/apps/x');
  });

  it('exports all releases of a namespace, and reports those that it cannot', async () => {
    await install({ name: 'a' });
    await install({ name: 'b', metadata: { dependencies: [{ name: 'db', version: '^1', repository: 'https://r' }] } });
    await install({ name: 'c' });
    const outcome = await run({ release: undefined });
    expect(outcome.results.folders).toBe('a,c');
    const failed = outcome.items.filter((item) => item.outcome === 'failed');
    expect(failed[0]?.message).toContain('db (^1, https://r)');
    expect(failed).toMatchObject([{ id: `release ${namespace}/b`, reason: 'chart-incomplete' }]);
    expect((await readdir(folder)).sort()).toEqual(['a', 'c']);
  });

  it('skips a release that was uninstalled and kept its history, unless it is named', async () => {
    await install({ name: 'a' });
    await install({ name: 'gone', revision: 10, status: 'uninstalled' });
    await install({ name: 'gone', revision: 9, status: 'superseded' });
    const outcome = await run({ release: undefined });
    expect(outcome.results).toMatchObject({ 'release-count': '1', folders: 'a' });
    expect(outcome.items).toContainEqual({
      id: `release ${namespace}/gone`,
      outcome: 'skipped',
      reason: 'release-uninstalled',
    });
    expect((await thrownBy(() => run({ release: 'gone' }))).code).toBe('release-pending');
  });

  it('is no success when each release of the namespace is uninstalled', async () => {
    await install({ name: 'gone', status: 'uninstalled' });
    const thrown = await thrownBy(() => run({ release: undefined }));
    expect([thrown.code, thrown.message]).toEqual(['release-not-found', expect.stringContaining('is uninstalled')]);
  });

  it('finds images of hooks and of any kind, and texts that look like images', async () => {
    const hook = {
      path: 'web/templates/job.yaml',
      manifest: webManifest('quay.io/shop/migrate:2').replace('Deployment', 'Migration'),
    };
    const operator = `apiVersion: v1
kind: ConfigMap
metadata: { name: agent }
data: { config: "image: quay.io/shop/agent:1" }
`;
    await install({ hooks: [hook], manifest: `${webManifest('nginx')}---\n${operator}` });
    const outcome = await run({ extraImages: ['quay.io/shop/agent:1', 'index.docker.io/library/nginx:latest'] });
    expect(outcome.results['image-count']).toBe('3');
    const reasons = reasonsOf(outcome);
    expect(reasons.filter((reason) => reason.startsWith('image-mention'))).toEqual([]);
    expect(reasonsOf(await run())).toContain('image-mention text quay.io/shop/agent:1');
  });

  it('takes digests of running pods', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const containers = [{ name: 'web', image: 'nginx' }];
    const running = {
      name: 'web',
      image: 'nginx',
      imageID: `docker.io/library/nginx@${digest}`,
      ready: true,
      restartCount: 0,
    };
    await cluster.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { containers },
      status: { phase: 'Running', containerStatuses: [running] },
    });
    await install();
    const { items } = await run();
    expect(items.find(({ id }) => id.startsWith('image'))).toMatchObject({
      reason: 'digest-of-pod',
      evidence: { digest },
    });
  });
});

describe('the chart source', () => {
  const dependency = { metadata: { dependencies: [{ name: 'db', version: '1', repository: '' }] } };

  async function source(change: Readonly<Record<string, string>> = {}): Promise<void> {
    const all = {
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{ name: db, version: "1" }]\n',
      'values.yaml': 'image: nginx # the server\n',
      'templates/web.yaml': webTemplate,
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: "1"\n',
      ...change,
    };
    const encoded = Object.entries(all).map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text)]);
    await writeFile(
      join(cluster.scratch, 'web.tgz'),
      await writeChartArchive({ folder: 'web', files: new Map(encoded) }),
    );
  }

  it('gives the archive as it is', async () => {
    await install(dependency);
    expect((await thrownBy(() => run())).code).toBe('chart-incomplete');
    await source();
    expect(reasonsOf(await run({ chartSource: 'web.tgz' }))).toContain('source-equal chart web 1.2.3 of web.tgz');
    const archive = await readFile(join(cluster.scratch, 'web.tgz'), 'latin1');
    expect((await files())['app-chart.tar.gz']).toBe(archive);
  });

  it('is refused when it is another chart, with the files that differ', async () => {
    await install(dependency);
    await source({ 'templates/web.yaml': 'other', 'values.yaml': 'image: apache\n', 'templates/more.yaml': '' });
    const error = await thrownBy(() => run({ chartSource: 'web.tgz' }));
    expect(error.code).toBe('chart-different');
    expect(error.message).toContain('templates/more.yaml, templates/web.yaml, values.yaml: image');
  });

  it('is refused without a subchart whose templates the release has', async () => {
    await install({ manifest: webManifest('nginx').replace('web/templates', 'web/charts/vendored/templates') });
    const own = await thrownBy(() => run());
    expect([own.code, own.message]).toEqual(['chart-incomplete', expect.stringContaining('vendored')]);
    await source();
    const error = await thrownBy(() => run({ chartSource: 'web.tgz' }));
    expect([error.code, error.message]).toEqual(['chart-incomplete', expect.stringContaining('vendored')]);
  });
});

describe('a failure', () => {
  const broken = () => Promise.reject(new TaskError('io-broke', 'broken', { remedy: 'Run again.' }));
  it.each<[string, Partial<ExportPorts>]>([
    [
      'values.yaml',
      {
        yaml: {
          ...yamlCodec,
          format: (value) => (isObject(value) && 'count' in value ? fail() : yamlCodec.format(value)),
        },
      },
    ],
    ['app-chart.tar.gz', { writeChart: broken }],
    ['app-image.tar', { writeImages: broken }],
    [
      'the images',
      { registry: () => ({ ...memoryRegistry({}), head: () => Promise.reject(new SyncFailure('unavailable', 'x')) }) },
    ],
  ])('at %s leaves the earlier export', async (part, own) => {
    await install({ config: '{"count":1}' });
    await run();
    const before = await files();
    const error = await thrownBy(() => run({}, own));
    if (part.startsWith('app')) expect(error.message).toContain(part);
    expect(await files()).toEqual(before);
    expect(await readdir(folder)).toEqual(['web']);
  });

  it('of no export lets two at once end with the files of one', async () => {
    await install({ config: '{"count":1}' });
    await Promise.all([run(), run(), run()]);
    expect(Object.keys(await files())).toEqual(three);
    expect(await readdir(folder)).toEqual(['web']);
  });
});

function fail(): never {
  throw new TaskError('io-broke', 'broken', { remedy: 'Run again.' });
}
