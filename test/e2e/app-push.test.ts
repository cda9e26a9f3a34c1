import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isObject } from '../../src/domain/core/json-object.ts';
import { toBase64 } from '../../src/domain/core/redaction/secret-forms.ts';
import { buildBuildpackImages } from '../../testbed/buildpacks/build-images.ts';
import { insideSite, type BuiltImage } from '../../testbed/clusters/image-store.ts';
import { namesArgument } from '../../testbed/clusters/names.ts';
import { checkoutCacheFolder, repositoryRoot } from '../../testbed/clusters/places.ts';
import { programPath } from '../../testbed/clusters/programs.ts';
import { startS3Server, type S3Server } from '../../testbed/clusters/s3-server.ts';
import { backendPort, publicRegistryHost, publicRegistryRoute } from '../../testbed/clusters/sites.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';
import { installTasks, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../testbed/demo/kubectl.ts';
import { clusterNamed } from '../../testbed/shop/probe.ts';
import { prepareAccount, registry, runningImage } from './forms/notes.ts';

/** The cluster where the application is built. */
const home = localKubectl('destination');
const other = localKubectl('source');
/** Namespaces: of the runs, of the application, and of its two copies on the other cluster. */
const names = { runs: 'site-builds', app: 'site', fromFolder: 'site-folder', fromRegistry: 'site-published' };
/** The registry can have the chart of an earlier run of this file. */
const chartVersion = `1.0.${String(Date.now())}`;
const label = 'app.kubernetes.io/name=site';
const homeRegistry = publicRegistryRoute(clusterNamed(home.context));
const otherRegistry = publicRegistryRoute(clusterNamed(other.context));
let scratch: string;
let storage: S3Server;
/** They run beside the tests, because they take as long as they may. */
let hung: ReturnType<typeof pushAside>;
let unpulled: ReturnType<typeof pushAside>;
/** Images of the platform. */
let platform: { readonly builder: string; readonly run: string };

/** Runs a command of a user where the names of the clusters resolve. */
function runApp(args: readonly string[], kubectl: Kubectl, options: { readonly reject?: boolean } = {}) {
  const program = join(repositoryRoot, 'dist/crane-tasks.mjs');
  const place = [`--kubeconfig=${kubectl.kubeconfig}`, `--context=${kubectl.context}`, '--output=json'];
  const command = [process.execPath, program, 'app', ...args, ...place];
  const env = { PATH: `${dirname(programPath('helm'))}:${process.env['PATH'] ?? ''}`, HOME: scratch };
  return execa('nsenter', [namesArgument(), `--wdns=${scratch}`, '--', ...command], { env, ...options });
}

/** Gives the results of a command. */
async function app(args: readonly string[], kubectl: Kubectl): Promise<Readonly<Record<string, string>>> {
  return JSON.parse((await runApp(args, kubectl)).stdout) as Readonly<Record<string, string>>;
}

/** Arguments of a push of a folder. */
function pushOf(folder: string, route: string): readonly string[] {
  const given = {
    namespace: names.app,
    'run-namespace': names.runs,
    'builder-image': platform.builder,
    'run-image': platform.run,
    'destination-registry': registry,
    'destination-path': names.app,
    'registry-secret': 'registry-login',
    'ca-config-map': 'cluster-ca',
    // The local clusters give each account a Secret, as OpenShift does.
    'allow-account-secrets': 'true',
    routes: route,
  };
  return ['push', folder, ...Object.entries(given).map(([name, value]) => `--${name}=${value}`)];
}

/** Pushes the folder with this page. */
async function push(text: string): Promise<Readonly<Record<string, string>>> {
  await writeFile(join(scratch, 'site/index.html'), text);
  return app(pushOf('site', 'site.example.test'), home);
}

/** Pushes a copy of the folder, with one more file. It has time until its build has begun. */
async function pushAside(name: string, file: string, ...more: readonly string[]) {
  await cp(join(scratch, 'site'), join(scratch, name), { recursive: true });
  await writeFile(join(scratch, name, file), '');
  const args = pushOf(name, `${name}.example.test`).filter((each) => more.every((other) => !isSameParam(each, other)));
  return runApp([...args, `--app=${name}`, '--run-timeout=210', ...more], home, { reject: false });
}

function isSameParam(one: string, other: string): boolean {
  return one.split('=')[0] === other.split('=')[0];
}

/** An earlier pod still answers while it ends. */
function waitForOnePod(kubectl: Kubectl, namespace: string): Promise<void> {
  return waitFor({
    what: `one pod in namespace ${namespace}`,
    seconds: 120,
    check: async () => {
      const pods = await kubectl.list(['pods', '-n', namespace, '-l', label]);
      return pods.length === 1 ? undefined : `${String(pods.length)} pods`;
    },
  });
}

async function answer(kubectl: Kubectl, namespace: string): Promise<string> {
  await waitForOnePod(kubectl, namespace);
  const ask = 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:8080/").read().decode(), end="")';
  return kubectl.run(['exec', '-n', namespace, 'deployment/site', '--', 'python3', '-c', ask]);
}

async function imageOf(kubectl: Kubectl, namespace: string): Promise<{ name: string; digest: string }> {
  await waitForOnePod(kubectl, namespace);
  return runningImage(kubectl, namespace, label);
}

/** Nodes keep images: each content has a tag of its own. */
function nameOf({ name, tag }: BuiltImage): string {
  return `cnb/${name}:${tag}`;
}

/** The images of a platform are public. */
async function publish({ layout }: BuiltImage, name: string): Promise<void> {
  const to = `docker://127.0.0.1:${String(backendPort)}/${name}`;
  // The lifecycle adds layers of the kind that the run image has.
  const options = ['--quiet', '--dest-tls-verify=false', '--format=v2s2'];
  await insideSite('public', 'skopeo', ['copy', ...options, `oci:${layout}`, to]);
}

async function tokenLogin(kubectl: Kubectl, namespace: string): Promise<string> {
  const token = await kubectl.run(['create', 'token', 'builder', '-n', namespace, '--duration=2h']);
  return toBase64(`builder:${token.trim()}`);
}

/** Logins of both registries by their public addresses, and the authority of the clusters, as arguments. */
async function writeLogins(namespace: string): Promise<readonly string[]> {
  const auths = {
    [homeRegistry]: { auth: await tokenLogin(home, names.app) },
    [otherRegistry]: { auth: await tokenLogin(other, namespace) },
  };
  await writeFile(join(scratch, 'config.json'), JSON.stringify({ auths }), { mode: 0o600 });
  return [`--registry-auth=${join(scratch, 'config.json')}`, `--ca-bundle=${join(checkoutCacheFolder, 'ca.crt')}`];
}

async function helm(args: readonly string[]): Promise<void> {
  const access = [`--kubeconfig=${other.kubeconfig}`, `--kube-context=${other.context}`];
  const trust = [
    `--ca-file=${join(checkoutCacheFolder, 'ca.crt')}`,
    `--registry-config=${join(scratch, 'config.json')}`,
  ];
  const command = [programPath('helm'), ...args, ...access, ...trust, '--wait', '--timeout=200s'];
  await execa('nsenter', [namesArgument(), '--', ...command], { env: { HOME: scratch } });
}

/** The copy runs the image of the original, and answers the same. */
async function expectSame(namespace: string): Promise<void> {
  expect(await answer(other, namespace)).toBe(await answer(home, names.app));
  const { digest } = await imageOf(home, names.app);
  const copy = await imageOf(other, namespace);
  expect(copy.name).toContain(`${registry}/${namespace}/`);
  expect(copy.digest).toBe(digest);
}

async function prepareNamespace(kubectl: Kubectl, name: string): Promise<void> {
  await kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]);
  await Promise.all(['default', 'builder'].map((account) => prepareAccount(kubectl, name, account)));
}

/** The rights of the sample, with the namespaces of this file. */
async function sampleAccount(): Promise<readonly object[]> {
  const text = await readFile('samples/app-push/account.yaml', 'utf8');
  const own = text.replaceAll(/\bbuilds$/gm, names.runs).replaceAll(/\bworkspace$/gm, names.app);
  return loadAll(own).filter(isObject);
}

async function prepareRuns(): Promise<void> {
  const secret = { apiVersion: 'v1', kind: 'Secret' };
  const login = JSON.stringify({ auths: { [registry]: { auth: await tokenLogin(home, names.app) } } });
  const credentials = `[default]\naws_access_key_id=${storage.accessKey}\naws_secret_access_key=${storage.secretKey}\n`;
  const authorities = await readFile(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  await home.apply(
    [
      {
        ...secret,
        metadata: { name: 'registry-login' },
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': login },
      },
      {
        ...secret,
        metadata: { name: 'epinio-s3-connection-details' },
        stringData: { credentials, endpoint: storage.host, bucket: 'epinio', useSSL: 'false' },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cluster-ca' }, data: { 'ca.crt': authorities } },
    ],
    names.runs,
  );
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'app-push-'));
  await cp('samples/app-push/site', join(scratch, 'site'), { recursive: true });
  storage = await startS3Server(join(scratch, 'storage'), clusterNamed(home.context).hostAddress);
  const images = await buildBuildpackImages();
  const [builder, run] = [nameOf(images.builder), nameOf(images.run)];
  platform = { builder: `${publicRegistryHost}/${builder}`, run: `${publicRegistryHost}/${run}` };
  await Promise.all([
    publish(images.builder, builder),
    publish(images.run, run),
    prepareNamespace(home, names.app),
    prepareNamespace(home, names.runs),
    prepareNamespace(other, names.fromFolder),
    prepareNamespace(other, names.fromRegistry),
  ]);
  await installTasks(home, names.runs, await loadTaskImage());
  await home.run(['apply', '--server-side', '-f', 'tasks/app-deploy/rbac.yaml']);
  await home.apply(await sampleAccount());
  await prepareRuns();
  hung = pushAside('hung', 'hang-in-build');
  const absent = `--builder-image=${publicRegistryHost}/cnb/buildpacks-builder@sha256:${'0'.repeat(64)}`;
  unpulled = pushAside('unpulled', 'empty', absent);
}, 600_000);

afterAll(async () => {
  await storage.stop();
  await rm(scratch, { recursive: true, force: true });
  const gone = ['--wait=false', '--ignore-not-found'];
  await home.run(['delete', 'namespace', names.app, names.runs, ...gone]);
  await other.run(['delete', 'namespace', names.fromFolder, names.fromRegistry, ...gone]);
});

describe('crane-tasks app', () => {
  it('builds a folder in the cluster and deploys it', async () => {
    const { urls } = await push('first');
    expect(urls).toBe('http://site.example.test');
    expect(await answer(home, names.app)).toBe('first');
  });

  it('exports it into a folder and imports it on the other cluster', async () => {
    const login = await writeLogins(names.fromFolder);
    const read = [`--registry-addresses=${registry}=${homeRegistry}`, ...login];
    await app(['export', 'site', `--namespace=${names.app}`, ...read], home);
    const target = [`--destination-registry=${otherRegistry}`, `--destination-path=${names.fromFolder}`, ...login];
    const place = [`--namespace=${names.fromFolder}`, `--pull-registry=${registry}`];
    await app(['import', 'site', ...place, ...target, '--domains=site.example.test=folder.example.test'], other);
    await expectSame(names.fromFolder);
  });

  it('publishes the export in a registry, from which helm installs it without values', async () => {
    const target = [`--destination-registry=${otherRegistry}`, `--destination-path=${names.fromRegistry}`];
    const more = [
      `--pull-registry=${registry}`,
      `--chart-version=${chartVersion}`,
      ...(await writeLogins(names.fromRegistry)),
    ];
    const { chart = '' } = await app(['publish', '--app-dir=app/site', ...target, ...more], other);
    // The host is outside of the cluster, whose registry has another address there.
    const address = chart.replace(registry, otherRegistry);
    await helm([
      'upgrade',
      '--install',
      'site',
      address,
      `--version=${chartVersion}`,
      `--namespace=${names.fromRegistry}`,
    ]);
    await expectSame(names.fromRegistry);
  });

  it('pushes a change, which can be rolled back', async () => {
    const before = await imageOf(home, names.app);
    await push('second');
    expect(await answer(home, names.app)).toBe('second');
    await app(['rollback', 'site', `--namespace=${names.app}`], home);
    expect(await answer(home, names.app)).toBe('first');
    expect(await imageOf(home, names.app)).toEqual(before);
  });

  it('says why an image of a push is not pulled', async () => {
    const { exitCode, stdout, stderr } = await unpulled;
    expect(exitCode, stderr).toBe(4);
    expect(stdout + stderr).toMatch(/build: .*buildpacks-builder@sha256:0{64}/);
  });

  it('ends a push whose build hangs at the limit of its run', async () => {
    const { exitCode, stdout, stderr } = await hung;
    expect(exitCode, stderr).toBe(4);
    expect(stdout + stderr).toMatch(/build \| .*the build hangs/);
    expect(stderr).toMatch(/PipelineRunTimeout: .*raise run-timeout/s);
  });
});
