import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { loadAll } from 'js-yaml';

import { writeBundles, type Bundle } from '../../../scripts/forms/bundles.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { version } from '../../../src/runtime/version.ts';
import { pushImage } from '../../../testbed/clusters/image-store.ts';
import { withLock } from '../../../testbed/clusters/lock.ts';
import { checkoutCacheFolder } from '../../../testbed/clusters/places.ts';
import { publicRegistryHost } from '../../../testbed/clusters/sites.ts';
import {
  destinationNamespace,
  prepareAccounts,
  type AccountsInput,
  type MoveNames,
} from '../../../testbed/demo/accounts.ts';
import { arbitraryUser } from '../../../testbed/demo/demo.ts';
import { installForm, loadTaskImage } from '../../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../../testbed/demo/kubectl.ts';
import { startRun } from '../../../testbed/demo/start-run.ts';
import { watchRun, type FinishedRun } from '../../../testbed/demo/watch-run.ts';
import { loadTransferImage } from '../volumes/transfer-image.ts';
import { notes } from './notes.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');

/** Where the bundles of the tests are. */
export const bundleRepository = `${publicRegistryHost}/crane-tasks/bundles`;

/** A move that came to its end, and the namespaces that it used. */
export interface FormMove {
  readonly names: MoveNames;
  readonly run: FinishedRun;
}

/**
 * Installs the ClusterTasks and their Pipelines with one `kubectl apply -k` into namespace `forms-legacy` of the source.
 * A cluster has one set of ClusterTasks, so that all files install the same, with both images.
 */
export async function installClusterTasks(): Promise<void> {
  const images = { image: await loadTaskImage('source'), transferImage: await loadTransferImage() };
  await withLock('samples', async () => {
    await source.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'forms-legacy' } }]);
    await installForm(source, { parts: ['forms/cluster-tasks'], namespace: 'forms-legacy', ...images });
  });
}

/** Moves with the Pipelines of the ClusterTasks, on the source. */
export async function moveWithClusterTasks(): Promise<FormMove> {
  const names = await prepare('legacy', source);
  return move(source, names, { sample: 'forms/cluster-tasks/samples/pipelinerun.yaml' });
}

/** Moves with Tasks that the cluster resolver finds in a namespace of their own. */
export async function moveWithResolver(image: string): Promise<FormMove> {
  const names = await prepare('resolver', destination);
  await destination.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'forms-tasks' } }]);
  await installForm(destination, { parts: ['tasks'], namespace: 'forms-tasks', image });
  const parts = ['forms/cluster-resolver'];
  await installForm(destination, { parts, namespace: names.runs, image });
  const sample = 'samples/app-migration/pipelinerun.yaml';
  return move(destination, names, { sample, params: { 'tasks-namespace': 'forms-tasks' } });
}

/** Moves the images with Tasks from bundles in a registry with TLS. */
export async function moveWithBundles(image: string): Promise<FormMove & { readonly bundles: readonly Bundle[] }> {
  const names = await prepare('bundles', destination);
  const folder = join(checkoutCacheFolder, 'bundles-of-test');
  const bundles = await writeBundles({ folder, revision: '0'.repeat(40), image });
  for (const { name, layout } of bundles)
    await pushImage({ name, tag: version, layout }, 'public', `crane-tasks/bundles/${name}:${version}`);
  const parts = ['forms/bundles'];
  await installForm(destination, { parts, namespace: names.runs, image });
  const sample = 'samples/app-migration/image-migration-pipelinerun.yaml';
  return {
    ...(await move(destination, names, { sample, params: { 'bundle-repository': bundleRepository } })),
    bundles,
  };
}

/** A run that waited until somebody released it. */
export type ReleasedMove = FormMove & { readonly stateBefore: string };

/** Moves with what a migration wizard creates for a stateless application. */
export async function moveWithWizard(): Promise<ReleasedMove> {
  const names: MoveNames = { runs: 'notes-wizard', application: notes, movedTo: 'notes-wizard' };
  await prepareNames(names, source, { wizardSecrets: true });
  return releaseRun(await createAll('wizard', names), names);
}

/** Releases a run that the migration wizard created on the source, as its button or ours does, and follows the run. */
export async function releaseRun(
  name: string,
  names: MoveNames,
  release?: (run: string) => Promise<void>,
): Promise<ReleasedMove> {
  const place = ['pipelinerun', name, '-n', names.runs];
  const before = await source.get(place);
  const stateBefore = stringAt(before, 'spec', 'status') ?? '';
  if (release === undefined)
    await source.run(['patch', ...place, '--type=json', '-p', '[{"op":"remove","path":"/spec/status"}]']);
  else await release(name);
  return { names, run: await watch(source, names, name), stateBefore };
}

/** Mirrors with a Pipeline of a user of crane-runner, who keeps a kubeconfig in a Secret. */
export async function mirror(): Promise<FormMove> {
  const names: MoveNames = { runs: 'forms-mirror', application: notes };
  await prepareNames(names, source);
  await source.apply([await kubeconfigSecret(names)], names.runs);
  return { names, run: await watch(source, names, await createAll('mirror', names)) };
}

async function prepare(form: string, home: Kubectl): Promise<MoveNames> {
  const names = { runs: `forms-${form}`, application: notes, movedTo: `${notes}-${form}` };
  await prepareNames(names, home);
  return names;
}

/** Makes namespaces and accounts of a move; the default account of its runs gets the rights that OpenShift's has. */
export async function prepareNames(
  names: MoveNames,
  home: Kubectl,
  options: Pick<AccountsInput, 'sample' | 'wizardSecrets'> = {},
): Promise<void> {
  const registryCertificates = await readFile(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  const scene = { source, destination, home, names, registryCertificates, ...options };
  await prepareAccounts({ ...scene, podSecurity: 'restricted' });
  const documents = loadAll(await readFile('tasks/rbac.yaml', 'utf8')).filter(isObject);
  const binding = documents.find((document) => document['kind'] === 'RoleBinding') ?? {};
  const role = documents.filter((document) => document['kind'] === 'Role');
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: names.runs }];
  await home.apply([...role, { ...binding, metadata: { name: 'crane-tasks-default' }, subjects }], names.runs);
}

async function move(
  home: Kubectl,
  names: MoveNames,
  { sample, params = {} }: { sample: string; params?: Readonly<Record<string, string>> },
): Promise<FormMove> {
  const places = { 'source-namespace': notes, 'destination-namespace': destinationNamespace(names) };
  const all = { ...places, ...params };
  const name = await startRun(home, { sample, namespace: names.runs, user: arbitraryUser, params: all });
  return { names, run: await watch(home, names, name) };
}

function watch(home: Kubectl, names: MoveNames, name: string): Promise<FinishedRun> {
  return watchRun(home, { namespace: names.runs, name, deadlineSeconds: 540 });
}

/** Creates the objects of a file as they are on the source, and gives the name of the run among them. */
export async function createAll(file: string, { runs }: MoveNames): Promise<string> {
  const documents = loadAll(await readFile(`test/e2e/drop-in/${file}.yaml`, 'utf8')).filter(isObject);
  let name = '';
  for (const document of documents) {
    const verb = valueAt(document, 'metadata', 'name') === undefined ? ['create'] : ['apply', '--server-side'];
    const text = await source.run([...verb, '-n', runs, '-f', '-', '-o', 'json'], JSON.stringify(document));
    name = stringAt(JSON.parse(text), 'metadata', 'name') ?? '';
  }
  return name;
}

/** A kubeconfig with both clusters under their names, as its user keeps it. */
async function kubeconfigSecret({ runs }: MoveNames): Promise<JsonObject> {
  const contexts = ['source', 'destination'];
  const secrets = await Promise.all(contexts.map((name) => source.get(['secret', `${name}-cluster`, '-n', runs])));
  const read = (secret: unknown, key: string): string =>
    Buffer.from(stringAt(secret, 'data', key) ?? '', 'base64').toString();
  const named = (make: (secret: unknown, name: string) => object): readonly object[] =>
    contexts.map((name, index) => ({ name, ...make(secrets[index], name) }));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'source',
    contexts: named((_, name) => ({ context: { cluster: name, user: name } })),
    clusters: named((secret) => ({
      cluster: {
        server: read(secret, 'url'),
        'certificate-authority-data': stringAt(secret, 'data', 'ca.crt') ?? '',
      },
    })),
    users: named((secret) => ({ user: { token: read(secret, 'token') } })),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'kubeconfig' },
    stringData: { kubeconfig: JSON.stringify(config) },
  };
}

/** Names of the Tasks that a run took, and how each was referred to. */
export async function taskRefsOf(home: Kubectl, { names, run }: FormMove): Promise<readonly unknown[]> {
  const kind = home.context === 'source' ? 'taskruns.v1beta1.tekton.dev' : 'taskruns';
  const runs = await home.list([kind, '-n', names.runs, '-l', `tekton.dev/pipelineRun=${run.name}`]);
  return runs.map((each) => valueAt(each, 'spec', 'taskRef'));
}

/** Params of a reference by name. */
export function refParams(taskRef: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    arrayAt(taskRef, 'params').map((param) => [stringAt(param, 'name') ?? '', valueAt(param, 'value')]),
  );
}
