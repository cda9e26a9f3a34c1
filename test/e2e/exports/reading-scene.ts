import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { stringAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { helperLabel } from '../../../src/domain/exports/export-helpers.ts';
import { namesArgument } from '../../../testbed/clusters/names.ts';
import { checkoutCacheFolder, repositoryRoot } from '../../../testbed/clusters/places.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { loadTaskImage } from '../../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../../testbed/demo/kubectl.ts';
import { leaveNamespace, makeNamespace } from '../../../testbed/notebook/scene.ts';
import { startSmallPod, type SmallPod } from '../../fakes/small-pods.ts';

export interface ReadingScene {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  /** Starts a command of a user where the names of the clusters resolve. */
  start(args: readonly string[]): ReturnType<typeof run>;
  /** `app containerize` of a pod, into a repository and a folder of its own. */
  containerize(name: string, more?: readonly string[]): ReturnType<typeof run>;
  startPod(pod: Omit<SmallPod, 'kubectl' | 'namespace'>): Promise<string>;
  inPod(name: string, script: string): Promise<string>;
  itemsOf(name: string): Promise<readonly { readonly id: string; readonly outcome: string; readonly reason: string }[]>;
  warningsOf(name: string): Promise<readonly string[]>;
  /** Content of a file of the layers of an image; empty when none has it. */
  fileIn(name: string, digest: string, path: string): Promise<string>;
  /** What runs made beside the applications. */
  helpers(): Promise<readonly string[]>;
  /** Waits until such an object is there. */
  helperIs(name: string): Promise<void>;
  /** Makes the records of dead runs as old as those of runs without a sign of life for minutes. */
  age(): Promise<void>;
  close(): Promise<void>;
}

/** A registry and a namespace of the source cluster for applications that are exported, empty at first. */
export async function openReadingScene(
  namespace: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<ReadingScene> {
  const kubectl = localKubectl('source');
  const scratch = await mkdtemp(join(tmpdir(), `${namespace}-`));
  await mkdir(join(scratch, 'registry'));
  const [registry, image] = await Promise.all([
    startRegistry({ dir: join(scratch, 'registry') }),
    loadTaskImage('source'),
    makeNamespace(kubectl, namespace, labels),
  ]);
  const place = [`--kubeconfig=${kubectl.kubeconfig}`, `--context=${kubectl.context}`, `--namespace=${namespace}`];
  const start = (args: readonly string[]): ReturnType<typeof run> => run([...args, ...place], scratch);
  const reportOf = async (name: string, file: string): Promise<JsonObject> =>
    JSON.parse(await readFile(join(scratch, name, 'reports', file), 'utf8')) as JsonObject;
  const helpers = async (): Promise<readonly string[]> => {
    const kinds = ['pods', 'persistentvolumeclaims', ...((await servesSnapshots(kubectl)) ? ['volumesnapshots'] : [])];
    const found = await kubectl.list([kinds.join(','), '-n', namespace, '-l', helperLabel]);
    return found.map((each) => `${stringAt(each, 'kind') ?? ''} ${stringAt(each, 'metadata', 'name') ?? ''}`);
  };
  return {
    kubectl,
    namespace,
    start,
    helpers,
    containerize: (name, more = []) =>
      start([
        ...['app', 'containerize', `pod/${name}`, '--confirm-public=true', '--output=json'],
        ...[`--output-dir=${join(scratch, name)}`, `--ca-bundle=${join(checkoutCacheFolder, 'ca.crt')}`],
        ...[`--destination-registry=${registry.host}`, `--destination-path=reading/${name}`],
        ...['--destination-registry-tls-verify=false', `--reader-image=${image}`, '--start-timeout=120', ...more],
      ]),
    startPod: (pod) => startSmallPod({ kubectl, namespace, ...pod }),
    inPod: (name, script) => kubectl.run(['exec', name, '-n', namespace, '-c', 'tools', '--', 'sh', '-ec', script]),
    itemsOf: async (name) => {
      const { items } = await reportOf(name, 'app-containerize.json');
      return items as Awaited<ReturnType<ReadingScene['itemsOf']>>;
    },
    warningsOf: async (name) => (await reportOf(name, 'image.json'))['warnings'] as readonly string[],
    fileIn: (name, digest, path) => fileIn(registry, { name, digest, path }),
    helperIs: (name) =>
      waitFor({
        what: name,
        seconds: 60,
        everyMs: 100,
        check: async () => ((await helpers()).some((each) => each.startsWith(name)) ? undefined : 'not there'),
      }),
    age: async () => {
      for (const map of await kubectl.list(['configmaps', '-n', namespace, '-l', 'crane-tasks.dev/export'])) {
        const record = JSON.parse(stringAt(map, 'data', 'export.json') ?? '{}') as object;
        const text = JSON.stringify({ ...record, updated: '2026-01-01T00:00:00Z' });
        const patch = JSON.stringify({ data: { 'export.json': text } });
        const name = `configmap/${stringAt(map, 'metadata', 'name') ?? ''}`;
        await kubectl.run(['patch', name, '-n', namespace, '--type=merge', '-p', patch]);
      }
    },
    close: async () => {
      await leaveNamespace(kubectl, namespace);
      await registry.stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

function run(args: readonly string[], folder: string) {
  const program = [process.execPath, join(repositoryRoot, 'dist/crane-tasks.mjs'), ...args];
  return execa('nsenter', [namesArgument(), `--wdns=${folder}`, '--', ...program], {
    env: { HOME: folder },
    reject: false,
  });
}

async function servesSnapshots(kubectl: Kubectl): Promise<boolean> {
  const groups = await kubectl.run(['api-versions']);
  return groups.includes('snapshot.storage.k8s.io/v1');
}

async function fileIn(
  registry: Registry,
  { name, digest, path }: { readonly name: string; readonly digest: string; readonly path: string },
): Promise<string> {
  const base = `http://${registry.host}/v2/reading/${name}`;
  const accept = { accept: 'application/vnd.oci.image.manifest.v1+json' };
  const answer = await fetch(`${base}/manifests/${digest}`, { headers: accept });
  const { layers } = (await answer.json()) as { readonly layers: readonly { readonly digest: string }[] };
  for (const layer of layers.toReversed()) {
    const input = Buffer.from(await (await fetch(`${base}/blobs/${layer.digest}`)).arrayBuffer());
    const { exitCode, stdout } = await execa('tar', ['-xzOf', '-', path], { input, reject: false });
    if (exitCode === 0) return stdout;
  }
  return '';
}
