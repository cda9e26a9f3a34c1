import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { ensureAuthority, ensureCertificate } from '../../../testbed/clusters/certificates.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';
import { createEpinioObject, defineEpinioKinds } from '../../builders/epinio-kinds.ts';
import { rulesOf } from '../../builders/role-scene.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import type { Rule } from '../../builders/test-cluster.ts';
import { startChartRepository, type ChartRepository } from '../../fakes/chart-repository.ts';
import { buildImage, buildLayer, pushImage } from '../../fakes/oci-images.ts';
import { deployIn, epinioChart } from './deploy-scene.ts';
import { startReleaseScene, type ReleaseScene } from './release-scene.ts';

const password = 'correct-horse-battery';
const basic = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
let scene: ReleaseScene;
let registry: Registry;
let repository: ChartRepository;
let image: string;
/** With an account that has the roles of app-export, and with one that has those of app-deploy. */
let exporter: string;
let deployer: string;
let caBundle: string;
let login: string;

const helm = (...args: readonly string[]) =>
  execa(programPath('helm'), args, { cwd: scene.scratch, env: { HOME: scene.scratch }, reject: false });

beforeAll(async () => {
  scene = await startReleaseScene();
  registry = await startRegistry({ dir: join(scene.scratch, 'registry') });
  const content = buildImage([buildLayer('shop', Buffer.from('shop'))], 'shop');
  await pushImage(registry.host, 'apps/shop:1', content);
  image = `${registry.host}/apps/shop@${content.digest}`;
  for (const name of ['epinio', 'shop']) await scene.create('/api/v1/namespaces', { metadata: { name } });
  await defineEpinioKinds(scene);
  await startPrivateRepository();
  exporter = await accountOf('app-export', ['app-export-source', 'app-export-charts']);
  deployer = await accountOf('app-deploy', ['app-deploy', 'app-deploy-charts']);
  await appChart('own', { helmRepo: `${repository.url}/charts`, helmChart: 'own:1.0.0', ...declared });
}, 240_000);
afterAll(async () => {
  await Promise.all([registry.stop(), repository.stop()]);
  await scene.stop();
});

const declared = {
  values: { tier: 'gold' },
  settings: {
    appListeningPort: { type: 'integer', minimum: '1', maximum: '65535' },
    mode: { type: 'string', enum: ['fast', 'safe'] },
    label: { type: 'string' },
    extra: { type: 'map' },
  },
};

const appChart = (name: string, spec: JsonObject) =>
  createEpinioObject(scene, 'AppChart', { namespace: 'epinio', name, spec });

/** Packages charts with helm, which also writes the index. */
async function startPrivateRepository(): Promise<void> {
  const config = `apiVersion: v1
kind: ConfigMap
metadata: { name: config-{{ .Values.epinio.appName }} }
data: { tier: {{ (.Values.chartConfig | default dict).tier | quote }}, user: {{ toJson .Values.userConfig | quote }} }
`;
  const values = `# Comments are lost in a release.\n${epinioChart['values.yaml']}`;
  const chart = await scene.writeChart('own', {
    ...epinioChart,
    'values.yaml': values,
    'templates/config.yaml': config,
  });
  const folder = join(scene.scratch, 'repository');
  await helm('package', chart, `--destination=${folder}`);
  await helm('package', chart, `--destination=${folder}`, '--version=2.0.0');
  await helm('repo', 'index', folder);
  const authority = await ensureAuthority(join(scene.scratch, 'authority'), 'ca');
  const names = ['IP:127.0.0.1'];
  const tls = await ensureCertificate(scene.scratch, 'charts', { authority, commonName: 'charts', names });
  repository = await startChartRepository({ folder, tls, accepts: [basic] });
  caBundle = authority.certFile;
  login = await loginFolder('login', { username: 'me', password, url: `${repository.url}/charts` });
}

async function loginFolder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(scene.scratch, name);
  await mkdir(folder);
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
}

/** An account with the first role in namespace shop, and with the second one in that of Epinio, as the roles say. */
async function accountOf(task: string, [own = '', charts = '']: readonly string[]): Promise<string> {
  const token = await scene.makeAccount('shop', task, rulesOf(task, own) as unknown as readonly Rule[]);
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/epinio';
  await scene.create(`${rbac}/roles`, { metadata: { name: charts }, rules: rulesOf(task, charts) });
  await scene.create(`${rbac}/rolebindings`, {
    metadata: { name: charts },
    subjects: [{ kind: 'ServiceAccount', name: task, namespace: 'shop' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: charts },
  });
  return scene.writeKubeconfig(task, { token });
}

const deploy = (...args: readonly string[]) =>
  deployIn(scene, 'shop', [
    ...[`--image=${image}`, '--no-routes=true', '--instances=1', '--environment=A=1'],
    ...[`--kubeconfig=${deployer}`, `--ca-bundle=${caBundle}`],
    ...args,
  ]);

async function configOf(name: string): Promise<readonly [string | undefined, unknown]> {
  const found = await scene.cluster.request({ path: `/api/v1/namespaces/shop/configmaps/config-${name}` });
  return [stringAt(found, 'data', 'tier'), JSON.parse(stringAt(found, 'data', 'user') ?? '')];
}

describe('a private chart repository', () => {
  it('gives the chart to helm with the same login', async () => {
    const args = ['pull', 'own', `--repo=${repository.url}/charts`, `--ca-file=${caBundle}`, '--version=1.0.0'];
    expect((await helm(...args)).exitCode).toBe(1);
    expect((await helm(...args, '--username=me', `--password=${password}`)).exitCode).toBe(0);
  });
});

describe('a deployment with an AppChart', () => {
  const typed = ['--settings=appListeningPort=9000,mode=safe,label=1,extra.color=red'];

  it('gives its values and typed settings to the chart of the private repository', async () => {
    const end = await deploy('--chart=own', `--chart-auth=${login}`, ...typed);
    expect(end, end.stderr).toMatchObject({ exitCode: 0 });
    expect(end.stderr).toContain(`chart ${repository.url}/charts/own-1.0.0.tgz`);
    expect(await configOf('shop')).toEqual([
      'gold',
      { appListeningPort: 9000, extra: { color: 'red' }, label: '1', mode: 'safe' },
    ]);
    expect(JSON.stringify(end)).not.toContain(password);
    expect(valueAt(JSON.parse(end.report), 'items', 0, 'evidence')).toMatchObject({
      chart: `${repository.url}/charts/own-1.0.0.tgz`,
    });
    const again = await deploy('--chart=appchart:own', `--chart-auth=${login}`, ...typed);
    expect(again.stderr).toContain('unchanged at revision 1');
  });

  it.each<[string, readonly string[], number, string]>([
    ['an unknown setting', ['--settings=other=1'], 2, 'other: AppChart own does not declare it'],
    ['a setting of another type', ['--settings=appListeningPort=http'], 2, 'expected an integer, got "http"'],
    ['a setting that is not allowed', ['--settings=mode=slow'], 2, 'mode: expected one of fast, safe'],
    ['an AppChart that does not exist', ['--chart=missing'], 2, 'AppChart epinio/missing: it does not exist'],
    ['another system namespace', ['--system-namespace=shop'], 3, '403'],
  ])('is refused for %s', async (_what, ...[args, exitCode, message]) => {
    const chart = args.some((arg) => arg.startsWith('--chart=')) ? [] : ['--chart=own'];
    const end = await deploy(...chart, `--chart-auth=${login}`, ...args);
    expect([end.exitCode, end.stderr]).toEqual([exitCode, expect.stringContaining(message)]);
  });

  it('is refused without the login, or with one that is not for the repository', async () => {
    const none = await deploy('--chart=own');
    expect([none.exitCode, none.stderr]).toEqual([3, expect.stringContaining('Bind a Secret with the login')]);
    const other = await loginFolder('other', { username: 'me', password });
    const before = repository.asked.length;
    const unbound = await deploy('--chart=own', `--chart-auth=${other}`);
    expect([unbound.exitCode, unbound.stderr]).toEqual([3, expect.stringContaining('is not for this address')]);
    expect(repository.asked.slice(before).map((each) => each.login)).toEqual([undefined]);
    const archive = await deploy(`--chart=${repository.url}/own-1.0.0.tgz`, `--chart-auth=${other}`, '--dry-run=true');
    expect(archive, archive.stderr).toMatchObject({ exitCode: 0 });
  });

  it('means the chart of crane-tasks by standard, unless the AppChart is named as such', async () => {
    await appChart('standard', { helmChart: `${repository.url}/own-2.0.0.tgz`, values: { tier: 'plain' } });
    const own = await deploy('--chart=standard', '--app=plain', '--dry-run=true');
    expect(own, own.stderr).toMatchObject({ exitCode: 0 });
    expect(valueAt(JSON.parse(own.report), 'items', 0, 'evidence', 'chart')).toBe('crane-tasks');
    const named = await deploy('--chart=appchart:standard', '--app=second', `--chart-auth=${login}`);
    expect(named, named.stderr).toMatchObject({ exitCode: 0 });
    expect((await configOf('second'))[0]).toBe('plain');
  });
});

describe('a push with an AppChart', () => {
  async function push(settings: string, args: readonly string[]) {
    const folder = await mkdtemp(join(scene.scratch, 'source-'));
    const configuration = `configuration: { appchart: own, settings: ${settings}, routes: [] }`;
    const manifest = `name: pushed\nnamespace: shop\nstaging: { builder: builder.test/base:1 }\n${configuration}\n`;
    await writeFile(join(folder, 'epinio.yml'), manifest);
    const words = [folder, '--destination-registry=registry.test', ...args];
    return runInProcess('app push', words, { cwd: scene.scratch, environment: environment() });
  }
  const administrator = () => `--kubeconfig=${scene.server.kubeconfigPath}`;

  it('checks the settings before anything is uploaded', async () => {
    const end = await push('{ mode: slow }', [administrator()]);
    expect([end.exitCode, end.stderr]).toEqual([2, expect.stringContaining('mode: expected one of fast, safe')]);
  });

  it.each(['{ mode: slow }', '{ mode: safe }'])(
    'leaves that to the run if the user may not read it: %s',
    async (text) => {
      const end = await push(text, [`--kubeconfig=${deployer}`, '--system-namespace=shop']);
      expect([end.exitCode, end.stderr]).toEqual([2, expect.stringContaining('Secret shop/epinio-s3-connection')]);
    },
  );

  it('of a file is refused, because the run has none', async () => {
    const end = await push('{ mode: safe }', [administrator(), '--chart=./own']);
    expect([end.exitCode, end.stderr]).toEqual([2, expect.stringContaining('a run has no files of this computer')]);
  });

  it('of an image checks them in the deployment', async () => {
    const args = [administrator(), `--image=${image}`, '--dry-run=true', `--ca-bundle=${caBundle}`];
    const end = await push('{ mode: slow }', [...args, `--chart-auth=${login}`]);
    expect([end.exitCode, end.stderr]).toEqual([2, expect.stringContaining('mode: expected one of fast, safe')]);
    const good = await push('{ mode: safe }', [...args, `--chart-auth=${login}`]);
    expect([good.exitCode, good.stderr]).toEqual([0, expect.stringContaining('release shop/pushed checked')]);
  });
});

const environment = () => ({
  PATH: `${dirname(programPath('helm'))}:${process.env['PATH'] ?? ''}`,
  HOME: scene.scratch,
  TMPDIR: scene.scratch,
});

describe('an export of an Epinio application', () => {
  async function run(folder: string, ...args: readonly string[]) {
    const place = join(scene.scratch, folder);
    const own = ['--namespace=shop', `--kubeconfig=${exporter}`, `--app-dir=${place}`, '--registry-tls-verify=false'];
    const words = ['shop', ...own, `--ca-bundle=${caBundle}`, ...args];
    const end = await runInProcess('app export', words, { cwd: scene.scratch, environment: environment() });
    const text = await readFile(join(place, 'reports/app-export.json'), 'utf8');
    const items = arrayAt(JSON.parse(text), 'items').filter(isObject);
    const chart = await readFile(join(place, 'shop/app-chart.tar.gz')).catch(() => undefined);
    return { ...end, items, chart, text, reasons: items.map((item) => item['reason']) };
  }
  const archive = (version: string) => readFile(join(scene.scratch, `repository/own-${version}.tgz`));

  it('has a rebuilt chart while no App tells its AppChart', async () => {
    const { exitCode, reasons, stderr } = await run('without-app');
    expect(exitCode, stderr).toBe(0);
    expect(reasons).toEqual(expect.arrayContaining(['app-chart-not-used', 'origin-not-recorded', 'render-equal']));
  });

  it('has the archive of the AppChart, byte for byte', async () => {
    await createEpinioObject(scene, 'App', { namespace: 'shop', name: 'shop', spec: { chartname: 'own' } });
    const { exitCode, reasons, chart, text, stderr } = await run('with-app', `--chart-auth=${login}`);
    expect(exitCode, stderr).toBe(0);
    expect(reasons).toEqual(expect.arrayContaining(['app-chart-equal', 'render-equal']));
    expect(chart).toEqual(await archive('1.0.0'));
    expect(text + stderr).not.toContain(password);
  });

  it('has a rebuilt chart when the repository refuses, or the AppChart names another chart', async () => {
    const refused = await run('refused');
    expect([refused.exitCode, refused.reasons]).toEqual([0, expect.arrayContaining(['app-chart-not-used'])]);
    expect(refused.text).toContain('the server answered 401');
    const path = '/apis/application.epinio.io/v1/namespaces/epinio/appcharts/own';
    const patch = { method: 'PATCH', path, contentType: 'application/merge-patch+json' } as const;
    await scene.cluster.request({ ...patch, body: { spec: { helmChart: 'own:2.0.0' } } });
    const { exitCode, text, chart } = await run('changed', `--chart-auth=${login}`);
    expect(exitCode).toBe(0);
    expect(text).toContain(`${repository.url}/charts/own-2.0.0.tgz differs from the release: Chart.yaml: version`);
    expect(chart).not.toEqual(await archive('2.0.0'));
  });

  it('takes a private repository that a param names, and says what is missing without its login', async () => {
    const other = join(scene.scratch, 'other');
    const named = await run('named', `--chart-source=${repository.url}/charts`, `--chart-auth=${other}`);
    expect([named.exitCode, named.reasons]).toEqual([0, expect.arrayContaining(['source-equal'])]);
    expect(named.chart).toEqual(await archive('1.0.0'));
    const refused = await run('unnamed', `--chart-source=${repository.url}/charts`);
    expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining('Bind a Secret with the login')]);
  });
});
