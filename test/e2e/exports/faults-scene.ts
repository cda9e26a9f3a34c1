import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { expect } from 'vitest';

import { stringAt } from '../../../src/domain/core/json-object.ts';
import { toBase64 } from '../../../src/domain/core/redaction/secret-forms.ts';
import { namesArgument } from '../../../testbed/clusters/names.ts';
import { checkoutCacheFolder, repositoryRoot } from '../../../testbed/clusters/places.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';
import { publicRegistryHost, publicRegistryRoute } from '../../../testbed/clusters/sites.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { localKubectl } from '../../../testbed/demo/kubectl.ts';
import { publishSceneImage } from '../../../testbed/notebook/build-images.ts';
import { leaveNamespace, makeNamespace } from '../../../testbed/notebook/scene.ts';
import { clusterNamed } from '../../../testbed/shop/probe.ts';
import { startFaultProxy, type Fault, type FaultProxy } from '../../fakes/fault-proxy.ts';
import { startSmallPod, type SmallPod } from '../../fakes/small-pods.ts';
import { prepareAccount } from '../forms/notes.ts';

export const source = localKubectl('source');
const destination = localKubectl('destination');
const routes = [source, destination].map(({ context }) => publicRegistryRoute(clusterNamed(context)));
export const [ownRoute = '', otherRoute = ''] = routes;
export const namespace = 'containerize-faults';
export let scratch: string;
export let images: { readonly busybox: string; readonly tools: string };
let registry: Registry;
let proxy: FaultProxy;
/** What the proxy does with requests, by the repository; `notebook` for images that it has of the public registry. */
export const faults = new Map<string, (method: string, path: string) => Fault | undefined>();

export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly message: string;
  readonly image: string;
  readonly digest: string;
}

/** Starts a command of a user where the names of the clusters resolve. */
export function start(args: readonly string[]) {
  const program = [process.execPath, join(repositoryRoot, 'dist/crane-tasks.mjs'), ...args];
  return execa('nsenter', [namesArgument(), `--wdns=${scratch}`, '--', ...program], {
    env: { HOME: scratch },
    reject: false,
  });
}

export const place = [`--kubeconfig=${source.kubeconfig}`, `--context=${source.context}`, `--namespace=${namespace}`];
export const trust = (): readonly string[] => [
  `--registry-auth=${join(scratch, 'config.json')}`,
  `--ca-bundle=${join(checkoutCacheFolder, 'ca.crt')}`,
];

/** The repository and the folder of a workload are its own, so tests can run at once. */
export function containerize(name: string, more: readonly string[] = [], target = toProxy(name)) {
  const output = [`--output-dir=${join(scratch, name)}`, '--output=json'];
  return start([
    'app',
    'containerize',
    `pod/${name}`,
    ...place,
    ...trust(),
    '--confirm-public=true',
    ...output,
    ...target,
    ...more,
  ]);
}

/** Copies an image of the public registry to that of the tests. Gives the options by which a run reads it there. */
export async function throughProxy(image: string): Promise<readonly string[]> {
  const certificates = await mkdtemp(join(scratch, 'certificates-'));
  await cp(join(checkoutCacheFolder, 'ca.crt'), join(certificates, 'ca.crt'));
  const name = image.slice(image.indexOf('/') + 1, image.indexOf('@'));
  const options = ['--quiet', '--preserve-digests', `--src-cert-dir=${certificates}`, '--dest-tls-verify=false'];
  const command = ['skopeo', 'copy', ...options, `docker://${image}`, `docker://${registry.host}/${name}:copy`];
  await execa('nsenter', [namesArgument(), '--', ...command]);
  return [`--registry-addresses=${publicRegistryHost}=${proxy.host}`, '--registry-tls-verify=false'];
}

function toProxy(name: string): readonly string[] {
  const repository = [`--destination-registry=${proxy.host}`, `--destination-path=faults/${name}`];
  return [...repository, '--destination-registry-tls-verify=false'];
}

/** The message that a command ends with. */
export function lastLine(stderr: string): string {
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

export async function listExports(name: string): Promise<readonly Listed[]> {
  const { stdout, stderr } = await start(['exports', 'list', ...place, '--output=json']);
  expect(stderr).not.toContain('refused');
  return (JSON.parse(stdout) as readonly Listed[]).filter((each) => each.name === name);
}

export async function itemsOf(
  name: string,
): Promise<readonly (readonly [id: string, outcome: string, reason: string])[]> {
  const text = await readFile(join(scratch, name, 'reports/app-containerize.json'), 'utf8');
  const { items } = JSON.parse(text) as { items: { id: string; outcome: string; reason: string }[] };
  return items.map(({ id, outcome, reason }) => [id, outcome, reason]);
}

export async function tagsOf(name: string): Promise<readonly string[]> {
  const answer = await fetch(`http://${registry.host}/v2/faults/${name}/tags/list`);
  if (answer.status === 404) return [];
  return ((await answer.json()) as { tags: readonly string[] | null }).tags ?? [];
}

/** Status of the answer to a request for a manifest. */
export async function statusOf(name: string, digest: string): Promise<number> {
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  return (await fetch(`http://${registry.host}/v2/faults/${name}/manifests/${digest}`, { headers: { accept } })).status;
}

export function startPod(
  pod: Omit<SmallPod, 'kubectl' | 'namespace' | 'image'> & { readonly image?: string },
): Promise<string> {
  return startSmallPod({ kubectl: source, namespace, image: images.busybox, ...pod });
}

export function inPod(name: string, script: string): Promise<string> {
  return source.run(['exec', name, '-n', namespace, '-c', 'tools', '--', 'sh', '-ec', script]);
}

/** Paths of the layers of the image that a command made, with what tar prints of them. */
export async function layerLines(name: string, digest: string): Promise<string> {
  const base = `http://${registry.host}/v2/faults/${name}`;
  const accept = { accept: 'application/vnd.oci.image.manifest.v1+json' };
  const manifest = (await (await fetch(`${base}/manifests/${digest}`, { headers: accept })).json()) as {
    layers: { digest: string; annotations?: object }[];
  };
  const own = manifest.layers.slice(1);
  const lists = own.map(async (layer) => {
    const bytes = Buffer.from(await (await fetch(`${base}/blobs/${layer.digest}`)).arrayBuffer());
    return (await execa('tar', ['-tvzf', '-'], { input: bytes })).stdout;
  });
  return (await Promise.all(lists)).join('\n');
}

/** The namespace of the exports in the registries of both clusters, and an account of each that may push. */
async function prepareRegistries(): Promise<void> {
  const auths: Record<string, object> = {};
  const prepare = [source, destination].map(async (kubectl, index) => {
    await makeNamespace(kubectl, namespace, {});
    await Promise.all(['default', 'builder'].map((account) => prepareAccount(kubectl, namespace, account)));
    const token = await kubectl.run(['create', 'token', 'builder', '-n', namespace, '--duration=2h']);
    auths[routes[index] ?? ''] = { auth: toBase64(`builder:${token.trim()}`) };
  });
  await Promise.all(prepare);
  await writeFile(join(scratch, 'config.json'), JSON.stringify({ auths }), { mode: 0o600 });
}

/** Waits until a run has bytes of a layer in its folder; its files there have no name. */
export function writesLayers({ pid }: { readonly pid?: number | undefined }, name: string): Promise<void> {
  const folder = `/proc/${String(pid)}/fd`;
  const isLayer = async (descriptor: string): Promise<boolean> => {
    const path = join(folder, descriptor);
    const target = await readlink(path).catch(() => '');
    if (!target.startsWith(`${join(scratch, name)}/.`)) return false;
    return (await stat(path)).size > 100_000;
  };
  return waitFor({
    what: `a layer of ${name}`,
    seconds: 60,
    everyMs: 10,
    check: async () => {
      const found = await Promise.all((await readdir(folder)).map(isLayer));
      return found.includes(true) ? undefined : 'none';
    },
  });
}

export function isRecorded(name: string): Promise<void> {
  return waitFor({
    what: `a run of ${name}`,
    seconds: 60,
    everyMs: 20,
    check: async () => ((await beganIn(name)) === undefined ? 'no record in progress' : undefined),
  });
}

async function beganIn(name: string) {
  const maps = await source.list(['configmaps', '-n', namespace, '-l', 'crane-tasks.dev/export']);
  const records = maps.map((map) => ({
    map,
    record: JSON.parse(stringAt(map, 'data', 'export.json') ?? '{}') as Listed,
  }));
  return records.find(({ record }) => record.name === name && record.state === 'in-progress');
}

/** Makes the record of a killed run as old as that of a run without a sign of life for minutes. */
export async function age(name: string): Promise<void> {
  const found = await beganIn(name);
  const record = { ...found?.record, updated: '2026-01-01T00:00:00Z' };
  const patch = JSON.stringify({ data: { 'export.json': JSON.stringify(record) } });
  await source.run([
    'patch',
    'configmap',
    `export-${String(found?.record.id)}`,
    '-n',
    namespace,
    '--type=merge',
    '-p',
    patch,
  ]);
}

export const bigFile = 'head -c 8000000 /dev/urandom > /files/big';

/** Starts the registries of the tests and prepares the namespaces. */
export async function openScene(): Promise<void> {
  scratch = await mkdtemp(join(tmpdir(), 'containerize-faults-'));
  await mkdir(join(scratch, 'registry'));
  images = { busybox: await publishSceneImage('busybox'), tools: await publishSceneImage('tools') };
  [registry] = await Promise.all([startRegistry({ dir: join(scratch, 'registry') }), prepareRegistries()]);
  proxy = await startFaultProxy({
    target: registry.host,
    decide: ({ method, path }) => faults.get(/^\/v2\/(?:faults\/)?([^/]+)/.exec(path)?.[1] ?? '')?.(method, path),
  });
}

export async function closeScene(): Promise<void> {
  await Promise.all([source, destination].map((kubectl) => leaveNamespace(kubectl, namespace)));
  await proxy.stop();
  await registry.stop();
  await rm(scratch, { recursive: true, force: true });
}
