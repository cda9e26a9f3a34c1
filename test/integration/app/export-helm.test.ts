import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openHelm } from '../../../src/adapters/processes/helm.ts';
import { createPrivateFolder } from '../../../src/adapters/processes/private-folder.ts';
import type { ExportPorts, RenderRequest } from '../../../src/usecases/app/export-ports.ts';
import { exportApplication } from '../../../src/usecases/app/export-application.ts';
import { readImageArchive } from '../../../src/usecases/images/archive/read-image-archive.ts';
import { writeImageArchive } from '../../../src/usecases/images/archive/write-image-archive.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { exportPorts } from '../../builders/export-ports.ts';
import { thrownBy } from '../../builders/task-error.ts';
import { silentLog, startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startArchiveScene } from '../../fakes/archive-scene.ts';
import { buildImage, buildLayer } from '../../fakes/oci-images.ts';

let cluster: TestCluster;
const namespace = 'shop';

beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.create('/api/v1/namespaces', { metadata: { name: namespace } });
}, 180_000);
afterAll(() => cluster.stop());

async function helm(...args: readonly string[]): Promise<string> {
  const env = { KUBECONFIG: cluster.server.kubeconfigPath, HOME: cluster.scratch };
  const { stdout } = await execa(programPath('helm'), [...args], { env, cwd: cluster.scratch });
  return stdout;
}

async function writeChart(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(cluster.scratch, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** As app-export does it: helm has no cluster. */
async function render(request: RenderRequest): Promise<string> {
  const folder = await createPrivateFolder(cluster.scratch);
  const environment = { PATH: dirname(programPath('helm')) };
  const { signal } = new AbortController();
  const noteProgram = (): void => undefined;
  const own = await openHelm({ folder, kubeconfig: undefined, environment, signal, log: silentLog, noteProgram });
  return own.template(request);
}

function run(release: string, chartSource?: string, change: Partial<ExportPorts> = {}) {
  return exportApplication(
    { namespace, release, chartSource, systemNamespace: 'epinio', extraImages: [], platform: undefined },
    exportPorts(cluster, join(cluster.scratch, 'app'), { render, ...change }),
  );
}

const numbers = `# the defaults
small: 999999
large: 1000000
date: 20161216
long: 9007199254740993
float: 1.0
mode: "0755"
exponent: "1e3"
switch: "on"
nothing: null
`;
const names = ['small', 'large', 'date', 'long', 'float', 'mode', 'exponent', 'switch'];
const settings = `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }} }
data:
${names.map((name) => `  ${name}: {{ .Values.${name} | quote }}`).join('\n')}
`;
const hook = `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-hook, annotations: { helm.sh/hook: pre-install } }
`;
const random = `apiVersion: v1
kind: Secret
metadata: { name: {{ .Release.Name }}-password }
stringData: { password: {{ include "password" . }} }
`;

describe('a release that helm installed', () => {
  it('is rebuilt so that helm renders the same objects, with all kinds of numbers', async () => {
    await writeChart('numbers', {
      'Chart.yaml': 'apiVersion: v2\nname: numbers\nversion: 1.0.0+build\n',
      'values.yaml': numbers,
      'templates/settings.yaml': settings,
      'templates/hook.yaml': hook,
      'templates/_helpers.tpl': '{{ define "password" }}{{ randAlphaNum 12 | quote }}{{ end }}',
      'templates/password.yaml': random,
      'values.schema.json': '{"type":"object"}',
      'files/a.txt': 'a',
    });
    const values = join(cluster.scratch, 'own.yaml');
    await writeFile(values, 'date: 20161217\nlong: 9007199254740993\nmode: "0644"\n');
    await helm('install', 'numbers', 'numbers', `--namespace=${namespace}`, `--values=${values}`);
    const { items } = await run('numbers');
    expect(items.filter(({ reason }) => reason === 'render-different')).toEqual([]);
    expect(items).toContainEqual(expect.objectContaining({ reason: 'render-equal', evidence: { objects: 3 } }));
    expect(items.find(({ reason }) => reason === 'changes-with-each-render')).toMatchObject({
      id: 'template templates/password.yaml',
      message: 'calls randAlphaNum for v1 Secret numbers-password',
    });
    const exported = await readFile(join(cluster.scratch, 'app/numbers/values.yaml'), 'utf8');
    // Helm reads the values of users as floats: this is what it installed and stored.
    expect(exported).toBe('date: 20161217\nlong: 9007199254740992\nmode: "0644"\n');
    await helm('package', 'numbers');
    const own = await run('numbers', 'numbers-1.0.0+build.tgz');
    expect(own.items.map(({ reason }) => reason)).toContain('source-equal');
  });

  it('is rendered for the version and the APIs of its cluster', async () => {
    const { gitVersion } = (await cluster.cluster.request({ path: '/version' })) as { gitVersion: string };
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-{{ .Chart.Name }}" }\n';
    const guarded = (api: string) => `{{ if .Capabilities.APIVersions.Has "${api}" }}\n${map}{{ end }}\n`;
    await writeChart('capable', {
      // Only this version, which is another one than helm takes without a cluster.
      'Chart.yaml': `apiVersion: v2\nname: capable\nversion: 1.0.0\nkubeVersion: "=${gitVersion.replace(/^v/, '')}"\n`,
      'charts/kinds/Chart.yaml': 'apiVersion: v2\nname: kinds\nversion: 1.0.0\n',
      'charts/kinds/templates/map.yaml': guarded('networking.k8s.io/v1/Ingress'),
    });
    await helm('install', 'capable', 'capable', `--namespace=${namespace}`);
    await helm('package', 'capable');
    const { items } = await run('capable', 'capable-1.0.0.tgz');
    expect(items).toContainEqual(expect.objectContaining({ reason: 'render-equal', evidence: { objects: 1 } }));
  });

  it('is exported without a comparison when it cannot be rendered without its cluster', async () => {
    const found = 'lookup "v1" "Namespace" "" .Release.Namespace';
    await writeChart('looking', {
      'Chart.yaml': 'apiVersion: v2\nname: looking\nversion: 1.0.0\n',
      'templates/check.yaml': `{{ if not (${found}) }}{{ fail "the namespace is missing" }}{{ end }}\n`,
      'templates/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: looking }\n',
    });
    await helm('install', 'looking', 'looking', `--namespace=${namespace}`);
    const { items } = await run('looking');
    expect(items.find(({ reason }) => reason === 'render-needs-cluster')?.message).toContain(
      'the namespace is missing',
    );
    expect(items.map(({ reason }) => reason)).toContain('exported');
  });

  it('has an image that only a hook uses in its archive', async () => {
    const source = await startArchiveScene();
    try {
      const image = buildImage([buildLayer('seed', Buffer.from('seed'))], 'seed');
      await source.put('shop/seed:1', image);
      await writeChart('hooked', {
        'Chart.yaml': 'apiVersion: v2\nname: hooked\nversion: 1.0.0\n',
        'templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: hooked }\n',
        'templates/seed.yaml': `apiVersion: batch/v1
kind: Job
metadata: { name: seed, annotations: { helm.sh/hook: pre-install } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: seed, image: "${source.registry.host}/shop/seed:1" }] } } }
`,
      });
      // Nothing runs the Job here.
      await helm('install', 'hooked', 'hooked', `--namespace=${namespace}`, '--no-hooks');
      const { results } = await run('hooked', undefined, {
        registry: source.ports.source,
        writeImages: (wanted, file) => writeImageArchive(wanted, file, source.ports),
      });
      expect(results['image-count']).toBe('1');
      const archive = join(cluster.scratch, 'app/hooked/app-image.tar');
      const content = await readImageArchive(archive, source.ports);
      await content.close();
      expect(content.images).toMatchObject([{ manifest: { digest: image.digest } }]);
    } finally {
      await source.stop();
    }
  });

  it('with subcharts needs their source, and is rendered with them', async () => {
    const pod = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-{{ .Chart.Name }}" }\n';
    await writeChart('umbrella', {
      'Chart.yaml':
        'apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n' +
        '  - { name: db, alias: main, version: 1.x, repository: "", condition: main.enabled }\n' +
        '  - { name: db, alias: other, version: 1.x, repository: "", condition: other.enabled }\n',
      'values.yaml': 'main: { enabled: true, size: 3 }\nother: { enabled: false }\n',
      'templates/settings.yaml': pod,
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
      'charts/db/values.yaml': 'size: 1\nextra: [a]\n',
      'charts/db/templates/db.yaml': pod,
      'charts/vendored/Chart.yaml': 'apiVersion: v2\nname: vendored\nversion: 1.0.0\n',
      'charts/vendored/templates/x.yaml': pod,
    });
    await helm('install', 'umbrella', 'umbrella', `--namespace=${namespace}`);
    await helm('package', 'umbrella');
    const error = await thrownBy(() => run('umbrella'));
    expect(error.code).toBe('chart-incomplete');
    expect(error.message).toContain('missing subcharts main (1.x), vendored');
    const { items } = await run('umbrella', 'umbrella-1.0.0.tgz');
    expect(items.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['source-equal', 'render-equal']));
    await writeChart('umbrella', { 'charts/vendored/templates/x.yaml': '' });
    await helm('package', 'umbrella');
    expect((await thrownBy(() => run('umbrella', 'umbrella-1.0.0.tgz'))).code).toBe('chart-different');
  });
});
