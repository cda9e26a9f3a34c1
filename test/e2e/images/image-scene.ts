import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { assertWritten } from '../../builders/documents.ts';
import { programFile } from '../../builders/program.ts';
import { insideSite } from '../../../testbed/clusters/image-store.ts';
import { namesArgument } from '../../../testbed/clusters/names.ts';
import { checkoutCacheFolder } from '../../../testbed/clusters/places.ts';
import { backendPort, clusters, publicRegistryRoute, type ClusterName } from '../../../testbed/clusters/sites.ts';
import { buildImage, buildLayer, type BuiltImage } from '../../fakes/oci-images.ts';
import { localKubectl, type Kubectl } from '../../../testbed/demo/kubectl.ts';

/** Namespaces of the scene: the application's at the source, and where its images go. */
export const namespaces = { source: 'images-acceptance', destination: 'images-moved' } as const;
const account = 'images-acceptance';
/** Authority of all registries and API servers. */
export const caFile = path.join(checkoutCacheFolder, 'ca.crt');

/** Two clusters with a namespace and an account each, and a folder for the runs. */
export interface ImageScene {
  readonly source: Kubectl;
  readonly destination: Kubectl;
  readonly folder: string;
  /** Pushes an image to a cluster's registry as a user does, and gives its digest. */
  push(name: string, label: string): Promise<string>;
  /** Runs a task as a process where the clusters' names resolve; relative paths begin in the folder. */
  run(task: string, flags: Readonly<Record<string, string>>): Promise<TaskEnd>;
  stop(): Promise<void>;
}

interface TaskEnd {
  readonly exitCode: number | undefined;
  readonly stderr: string;
}

/** Makes namespaces, accounts and a kubeconfig with their tokens. What an earlier run left is removed first. */
export async function startImageScene(): Promise<ImageScene> {
  const [source, destination] = [localKubectl('source'), localKubectl('destination')];
  await removeAll(source, destination);
  const folder = await mkdtemp(path.join(tmpdir(), 'image-scene-'));
  const sourceToken = await makeAccount(source, [namespaces.source, 'openshift']);
  const destinationToken = await makeAccount(destination, [namespaces.destination]);
  await writeKubeconfig(folder, { source: sourceToken, destination: destinationToken });
  const authFile = path.join(folder, 'auth.json');
  const host = registryOf('source');
  const auth = Buffer.from(`crane:${sourceToken}`).toString('base64');
  await writeFile(authFile, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
  return {
    source,
    destination,
    folder,
    async push(name, label) {
      const image = buildImage([buildLayer('file', Buffer.from(label))], label);
      const layout = await writeLayout(path.join(folder, `layout-${label}`), image);
      const access = ['--dest-authfile', authFile, '--dest-cert-dir', checkoutCacheFolder];
      await withNames(folder, ['skopeo', 'copy', '--quiet', ...access, `oci:${layout}`, `docker://${host}/${name}`]);
      return image.digest;
    },
    async run(task, flags) {
      const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
      const since = Date.now();
      const { exitCode, stderr } = await inNames(folder, [process.execPath, programFile, task, ...args]);
      await assertWritten({ cwd: folder, args, since });
      return { exitCode, stderr };
    },
    async stop() {
      await removeAll(source, destination);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Puts an image into the public registry and gives its digest. */
export async function publishImage(folder: string, name: string): Promise<string> {
  const image = buildImage([buildLayer('file', Buffer.from(name))], name);
  const layout = await writeLayout(path.join(folder, 'layout-public'), image);
  const target = `docker://127.0.0.1:${String(backendPort)}/${name}`;
  await insideSite('public', 'skopeo', ['copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}`, target]);
  return image.digest;
}

/** Public host of a cluster's registry. */
export function registryOf(name: ClusterName): string {
  const cluster = clusters.find((each) => each.name === name);
  if (cluster === undefined) throw new Error(`there is no cluster ${name}`);
  return publicRegistryRoute(cluster);
}

async function makeAccount(kubectl: Kubectl, places: readonly string[]): Promise<string> {
  const [home = ''] = places;
  await kubectl.run(['create', 'namespace', home]);
  await kubectl.run(['create', 'serviceaccount', account, '-n', home]);
  for (const place of places) {
    for (const role of ['system:image-builder', 'system:image-puller']) {
      const binding = `${account}-${role.slice(role.indexOf(':') + 1)}`;
      const subject = `--serviceaccount=${home}:${account}`;
      await kubectl.run(['create', 'rolebinding', binding, `--clusterrole=${role}`, subject, '-n', place]);
    }
  }
  return (await kubectl.run(['create', 'token', account, '-n', home])).trim();
}

async function writeKubeconfig(folder: string, tokens: Readonly<Record<ClusterName, string>>): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: clusters.map(({ name, address }) => ({
      name,
      cluster: { server: `https://${address}:6443`, 'certificate-authority': caFile },
    })),
    users: clusters.map(({ name }) => ({ name, user: { token: tokens[name] } })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  };
  await writeFile(path.join(folder, 'kubeconfig'), JSON.stringify(config), { mode: 0o600 });
}

async function removeAll(source: Kubectl, destination: Kubectl): Promise<void> {
  const gone = ['--ignore-not-found', '--wait=true'];
  await source.run(['delete', 'namespace', namespaces.source, ...gone]);
  await destination.run(['delete', 'namespace', namespaces.destination, ...gone]);
  const bindings = [`${account}-image-builder`, `${account}-image-puller`];
  await source.run(['delete', 'rolebinding', ...bindings, '-n', 'openshift', ...gone]);
  await source.run(['delete', 'imagestreams.image.openshift.io', account, '-n', 'openshift', ...gone]);
}

async function writeLayout(folder: string, image: BuiltImage): Promise<string> {
  const blobs = path.join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  for (const { digest, bytes } of [image, ...image.blobs]) await writeFile(path.join(blobs, digest.slice(7)), bytes);
  const { mediaType, digest, bytes } = image;
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size: bytes.length }] };
  await writeFile(path.join(folder, 'index.json'), JSON.stringify(index));
  await writeFile(path.join(folder, 'oci-layout'), '{"imageLayoutVersion": "1.0.0"}');
  return folder;
}

function inNames(folder: string, command: readonly string[]) {
  return execa('nsenter', [namesArgument(), `--wdns=${folder}`, '--', ...command], { reject: false });
}

async function withNames(folder: string, command: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await inNames(folder, command);
  if (exitCode !== 0) throw new Error(`${command.slice(0, 2).join(' ')}: ${stderr}`);
}
