import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { toBase64 } from '../../../src/domain/core/redaction/secret-forms.ts';
import { installRelease } from '../../../src/usecases/app/install-release.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';
import { rulesOf } from '../../builders/role-scene.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import type { Rule } from '../../builders/test-cluster.ts';
import { buildImage, buildLayer, digestOf, pushImage } from '../../fakes/oci-images.ts';
import { startFaultProxy } from '../../fakes/fault-proxy.ts';
import { startTrustedRegistry } from '../../fakes/trusted-registry.ts';
import { startReleaseScene, type ReleaseScene } from './release-scene.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}" }]
      initContainers: [{ name: migrate, image: {{ .Values.migrate | quote }} }]
`;
const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  rules:
    - host: {{ .Values.host }}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;

// As many charts make passwords: a new one, unless there is one already.
const generated = `apiVersion: v1
kind: Secret
metadata: { name: generated }
data:
  {{- $old := lookup "v1" "Secret" .Release.Namespace "generated" }}
  password: {{ if $old }}{{ $old.data.password }}{{ else }}{{ randAlphaNum 20 | b64enc }}{{ end }}
`;

const web = buildImage([buildLayer('web', Buffer.from('web'))], 'web');
const migrate = buildImage([buildLayer('migrate', Buffer.from('migrate'))], 'migrate');
const password = 'correct-horse-battery';

let scene: ReleaseScene;
let source: Registry;
let trusted: Registry;
let kubeconfig: string;

beforeAll(async () => {
  scene = await startReleaseScene();
  source = await startRegistry({ dir: join(scene.scratch, 'source-registry') });
  trusted = await startTrustedRegistry(join(scene.scratch, 'trusted'));
  await pushImage(source.host, 'shop/web:1.0', web);
  await pushImage(source.host, 'shop/migrate:2', migrate);
  const chart = await scene.writeChart('shop', {
    'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: "1.0"\n',
    'values.yaml': `# Where it is reached.\nhost: web.apps.old.example.com\nmigrate: ${source.host}/shop/migrate@${migrate.digest}\n`,
    'templates/web.yaml': deployment,
    'templates/ingress.yaml': ingress,
    'templates/generated.yaml': generated,
  });
  const values = `image: { repository: ${source.host}/shop/web }\npassword: ${password}\n`;
  await installRelease(scene.request(chart, { name: 'web', values: [values] }), scene.ports);
  await scene.create('/api/v1/namespaces', { metadata: { name: 'store' } });
  await scene.create('/api/v1/namespaces', { metadata: { name: 'epinio' } });
  const rules = rulesOf('app-import', 'app-import-destination') as unknown as readonly Rule[];
  kubeconfig = await scene.writeKubeconfig('import', { token: await scene.makeAccount('store', 'importer', rules) });
}, 180_000);

afterAll(async () => {
  await Promise.all([source.stop(), trusted.stop()]);
  await scene.stop();
});

function run(task: string, ...args: readonly string[]) {
  const environment = {
    PATH: `${dirname(programPath('helm'))}:${process.env['PATH'] ?? ''}`,
    HOME: scene.scratch,
    TMPDIR: scene.scratch,
  };
  return runInProcess(task, args, { cwd: scene.scratch, environment });
}

const administrator = () => `--kubeconfig=${scene.server.kubeconfigPath}`;

function importInto(...more: readonly string[]) {
  const target = ['--destination-registry', source.host, '--destination-path=store'];
  return run(
    'app import',
    'web',
    ...target,
    '--namespace=store',
    '--domains=apps.old.example.com=apps.new.example.com',
    '--destination-registry-tls-verify=false',
    '--wait=false',
    `--kubeconfig=${kubeconfig}`,
    ...more,
  );
}

const generatedPassword = async () => {
  const secret = await scene.cluster.request({ path: '/api/v1/namespaces/store/secrets/generated' });
  return stringAt(secret, 'data', 'password');
};

const podImages = (deployed: unknown) =>
  ['initContainers', 'containers'].map((kind) =>
    stringAt(valueAt(deployed, 'spec', 'template', 'spec'), kind, 0, 'image'),
  );

describe('an application', () => {
  it('is exported, and imported with its images, values and routes adapted', async () => {
    const exported = await run(
      'app export',
      'web',
      '--namespace=default',
      '--registry-tls-verify=false',
      administrator(),
    );
    expect(exported, exported.stderr).toMatchObject({ exitCode: 0 });
    expect(await readdir(join(scene.scratch, 'app/web'))).toEqual(['app-chart.tar.gz', 'app-image.tar', 'values.yaml']);

    const checked = await importInto('--dry-run=true');
    expect(checked, checked.stderr).toMatchObject({ exitCode: 0 });
    expect(checked.stderr).toMatch(/^image .*store\/web.*: would be pushed$/m);
    expect(checked.stderr).toMatch(/^value image.*: .* becomes /m);
    expect(checked.stderr).toContain('the dry run changed nothing');
    expect(await digestOf(source.host, 'store/web:1.0')).toBeUndefined();

    const imported = await importInto();
    expect(imported, imported.stderr).toMatchObject({ exitCode: 0 });
    const deployed = await scene.cluster.request({ path: '/apis/apps/v1/namespaces/store/deployments/web' });
    expect(podImages(deployed)).toEqual([
      `${source.host}/store/migrate@${migrate.digest}`,
      `${source.host}/store/web:1.0`,
    ]);
    expect(await digestOf(source.host, 'store/web:1.0')).toBe(web.digest);
    const route = await scene.cluster.request({ path: '/apis/networking.k8s.io/v1/namespaces/store/ingresses/web' });
    expect(stringAt(route, 'spec', 'rules', 0, 'host')).toBe('web.apps.new.example.com');
    expect(imported.stdout + imported.stderr + exported.stdout + exported.stderr).not.toContain(password);

    const drawn = await generatedPassword();
    const again = await importInto();
    expect(again.exitCode).toBe(0);
    expect(await generatedPassword()).toBe(drawn);
    expect(again.stderr).toContain('unchanged at revision 1');
  });

  it('is published so that helm renders it without a values file, and once only', async () => {
    const login = { auths: { [trusted.host]: { auth: toBase64(`me:${password}`) } } };
    await writeFile(join(scene.scratch, 'login.json'), JSON.stringify(login));
    const authorities = join(scene.scratch, 'trusted/trust/ca.crt');
    const added = await run(
      'app registries add',
      'partner',
      '--path=team',
      `--host=${trusted.host}`,
      '--registry-auth=login.json',
      `--ca-bundle=${authorities}`,
      administrator(),
    );
    expect(added, added.stderr).toMatchObject({ exitCode: 0 });
    const publish = (...more: readonly string[]) =>
      run('app publish', '--app-dir=app/web', '--registry=partner', administrator(), '--output=json', ...more);
    const published = await publish('--chart-version=1.2.3+a');
    expect(published, published.stderr).toMatchObject({ exitCode: 0 });
    const results = JSON.parse(published.stdout) as Record<string, string>;
    expect(results).toMatchObject({ chart: `oci://${trusted.host}/team/shop`, 'chart-version': '1.2.3+a' });
    const rendered = await execa(
      programPath('helm'),
      ['template', 'web', results['chart'] ?? '', '--version=1.2.3+a', `--ca-file=${authorities}`],
      { env: { HOME: scene.scratch } },
    );
    expect(rendered.stdout).toContain(`image: "${trusted.host}/team/web:1.0"`);
    expect(rendered.stdout).toContain(`${trusted.host}/team/migrate@${migrate.digest}`);
    expect(rendered.stdout).toContain('host: web.apps.old.example.com');

    const again = await publish('--chart-version=1.2.3+a');
    expect(JSON.parse(again.stdout)).toMatchObject({
      'chart-digest': results['chart-digest'],
      IMAGES: results['IMAGES'],
    });
    const report = await readFile(join(scene.scratch, 'app/web/reports/app-publish.json'), 'utf8');
    expect(JSON.parse(report)).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ reason: 'chart-present' }),
        expect.objectContaining({ reason: 'image-present' }),
      ]) as unknown,
    });
    expect(published.stderr + again.stderr + report).not.toContain(password);

    const untrusted = await run(
      'app publish',
      '--app-dir=app/web',
      `--destination-registry=${trusted.host}`,
      '--destination-path=other',
    );
    expect(untrusted.exitCode).toBe(3);
    expect(untrusted.stderr).toMatch(/certificate/);
  });
});

describe('values that cannot be edited', () => {
  it('are refused before an image is pushed', async () => {
    const target = [`--destination-registry=${source.host}`, '--destination-registry-tls-verify=false'];
    const more = ['--destination-path=unpushed', '--namespace=store', `--kubeconfig=${kubeconfig}`, '--app-name=shop'];
    const refused = await run('app import', 'web', ...target, ...more);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('the chart have no epinio.appName');
    expect(await digestOf(source.host, 'unpushed/web:1.0')).toBeUndefined();
  });
});

describe('publishing again', () => {
  it('asks the registry at most three times for each part when nothing changed', async () => {
    const counted = await startFaultProxy({ target: source.host });
    try {
      const target = [`--destination-registry=${counted.host}`, '--destination-registry-tls-verify=false'];
      const publish = () => run('app publish', '--app-dir=app/web', '--destination-path=counted', ...target);
      expect(await publish()).toMatchObject({ exitCode: 0 });
      const first = counted.requests.length;
      expect(await publish()).toMatchObject({ exitCode: 0 });
      // Two images and the chart.
      expect(counted.requests.length - first).toBeLessThanOrEqual(9);
    } finally {
      await counted.stop();
    }
  });
});

describe('a registry with two addresses', () => {
  it('gets an application by one of them, and gives it by the other', async () => {
    const nodes = await startFaultProxy({ target: source.host });
    try {
      const pull = `--pull-registry=${nodes.host}`;
      const drawn = await generatedPassword();
      const imported = await importInto(pull);
      expect(await generatedPassword()).toBe(drawn);
      expect(imported, imported.stderr).toMatchObject({ exitCode: 0 });
      const deployed = await scene.cluster.request({ path: '/apis/apps/v1/namespaces/store/deployments/web' });
      expect(podImages(deployed)).toEqual([
        `${nodes.host}/store/migrate@${migrate.digest}`,
        `${nodes.host}/store/web:1.0`,
      ]);
      const target = [`--destination-registry=${source.host}`, '--destination-registry-tls-verify=false', pull];
      const publish = (path: string) =>
        run('app publish', '--app-dir=app/web', ...target, `--destination-path=${path}`, '--output=json');
      const published = await publish('pair');
      expect(published, published.stderr).toMatchObject({ exitCode: 0 });
      const { chart = '' } = JSON.parse(published.stdout) as Record<string, string>;
      expect(chart).toBe(`oci://${nodes.host}/pair/shop`);
      const helm = ['template', 'web', chart, '--version=1.0.0', '--plain-http'];
      const { stdout } = await execa(programPath('helm'), helm, { env: { HOME: scene.scratch } });
      expect(stdout).toContain(`image: "${nodes.host}/pair/web:1.0"`);
      expect(stdout).not.toContain(source.host);
      const asked = nodes.requests.map(({ method, path }) => `${method} ${path}`);
      expect(asked).toEqual(
        expect.arrayContaining(['HEAD /v2/store/web/manifests/1.0', 'HEAD /v2/pair/shop/manifests/1.0.0']),
      );
      expect(asked.filter((request) => /^(?:POST|PUT|PATCH)/.test(request))).toEqual([]);
    } finally {
      await nodes.stop();
    }
  });
});

describe('an application', () => {
  it.each([
    [['--registry=partner', '--destination-registry=registry.example.com'], 'got both'],
    [[], 'got none'],
    [['--registry=absent'], 'there is no such Secret'],
    [['--registry=partner', '--chart-version=1.2'], 'expected a semantic version'],
    [['--registry=partner', '--destination-path=shop'], 'ends with the name of the chart'],
  ])('is not published with %j', async (args, message) => {
    const end = await run('app publish', '--app-dir=app/web', administrator(), ...args);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain(message);
  });
});
