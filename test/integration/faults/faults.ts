import { constants } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { assertWritten } from '../../builders/documents.ts';
import { programFile } from '../../builders/program.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';
import { buildImage, buildLayer, pushImage } from '../../fakes/oci-images.ts';
import { planText } from '../../fakes/sync-scene.ts';

/** Where a run happens: `work` is its working folder, `tmp` its TMPDIR, `results` gets its results. */
export interface Box {
  readonly root: string;
  readonly work: string;
  readonly tmp: string;
  readonly results: string;
}

/** Makes an empty box below a folder. */
export async function makeBox(parent: string): Promise<Box> {
  const box = await mkdtemp(path.join(parent, 'box-'));
  const made = {
    root: box,
    work: path.join(box, 'work'),
    tmp: path.join(box, 'tmp'),
    results: path.join(box, 'results'),
  };
  for (const folder of [made.work, made.tmp]) await mkdir(folder);
  return made;
}

export interface BoxRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Last line of standard error. */
  readonly ending: string;
  /** Result files by name. */
  readonly results: Readonly<Record<string, string>>;
}

export interface BoxOptions {
  /** `argument` for each flag; undefined leaves a flag out. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Number of the user who runs it; absent: the own. */
  readonly user?: number;
}

/** Runs a task in a box as a program, with nothing of the own environment but the path. */
export async function runInBox(box: Box, task: string, options: BoxOptions): Promise<BoxRun> {
  const args = argumentsOf(box, options);
  const user = options.user === undefined ? {} : { uid: options.user, gid: options.user };
  const kubectl = options.user === undefined ? programPath('kubectl') : await copyForAll(box, programPath('kubectl'));
  const since = Date.now();
  const { exitCode, stdout, stderr } = await execa(process.execPath, [programFile, task, ...args], {
    cwd: box.work,
    env: environmentOf(box, kubectl, options),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    ...user,
  });
  await assertWritten({ cwd: box.work, args, since });
  return toBoxRun(box, { exitCode, stdout, stderr });
}

/** The same in this process, one run at a time: for tables of many runs whose subject is not the process. */
export async function runInBoxHere(box: Box, task: string, options: Omit<BoxOptions, 'user'>): Promise<BoxRun> {
  const environment = environmentOf(box, programPath('kubectl'), options);
  return toBoxRun(box, await runInProcess(task, argumentsOf(box, options), { cwd: box.work, environment }));
}

function argumentsOf(box: Box, options: BoxOptions): readonly string[] {
  const flags: BoxOptions['flags'] = { 'results-dir': box.results, ...options.flags };
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}

function environmentOf(box: Box, kubectl: string, options: BoxOptions): Readonly<Record<string, string>> {
  return { PATH: pathWith(kubectl), HOME: box.root, TMPDIR: box.tmp, ...options.environment };
}

async function toBoxRun(box: Box, end: Pick<BoxRun, 'exitCode' | 'stdout' | 'stderr'>): Promise<BoxRun> {
  const lines = end.stderr.trimEnd().split('\n');
  return { ...end, ending: lines.at(-1) ?? '', results: await readResults(box.results) };
}

/** PATH with skopeo and kubectl. */
export function programPaths(): string {
  return pathWith(programPath('kubectl'));
}

function pathWith(program: string): string {
  return [path.dirname(program), process.env['PATH'] ?? ''].join(path.delimiter);
}

/** What is built lies in the home folder of this user, which others may not enter. */
async function copyForAll({ root }: Box, program: string): Promise<string> {
  const folder = path.join(root, 'bin');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const copy = path.join(folder, path.basename(program));
  await copyFile(program, copy, constants.COPYFILE_FICLONE);
  return copy;
}

async function readResults(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')] as const),
  );
  return Object.fromEntries(texts);
}

/** Paths of all files below a folder, sorted. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** What a run says that no run may say, or does not say that each must: empty when all is well. */
export function complaintsAbout({ stderr, ending }: BoxRun): readonly string[] {
  const wrong: string[] = [];
  if (/\n {4}at /.test(stderr)) wrong.push('a stack trace');
  if (/unexpected error|report it/.test(stderr)) wrong.push('a defect');
  if (/[\u0000-\u0008\u000b-\u001f\u202e]/u.test(stderr)) wrong.push('raw control characters');
  if (!/\. [A-Z].*\.$/u.test(ending)) wrong.push(`no remedy at the end of: ${ending.slice(0, 300)}`);
  return wrong;
}

/** A cluster, two registries, and a workspace in which each task succeeds. */
export interface FaultScene {
  readonly cluster: TestCluster;
  /** Kubeconfig of an account of namespace `shop`; its context is `source`. */
  readonly kubeconfig: string;
  readonly token: string;
  readonly folder: string;
  /** Flags with which a task succeeds, workspaces excepted: those have their default places. */
  readonly goodFlags: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Environment with which it does. */
  readonly environment: Readonly<Record<string, string>>;
  /** A box that holds what the tasks before would have written. */
  fullBox(): Promise<Box>;
  stop(): Promise<void>;
}

/** Starts everything and runs the tasks once, in the order of a move, as proof that they succeed. */
export async function startFaultScene(): Promise<FaultScene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'faults-'));
  const [cluster, source, destination] = await Promise.all([
    startTestCluster(),
    startRegistry({ dir: path.join(folder, 'source') }),
    startRegistry({ dir: path.join(folder, 'destination') }),
  ]);
  const token = await fillCluster(cluster);
  const kubeconfig = await cluster.writeKubeconfig('account', { token });
  const image = buildImage([buildLayer('file', Buffer.from('content'))], 'faults');
  await pushImage(source.host, 'shop/web:1', image);
  const good = await makeBox(folder);
  await mkdir(path.join(good.work, 'skopeo'));
  const entry = { source: 'shop/web', destination: 'moved/web', image, tags: ['1'] };
  await writeFile(path.join(good.work, 'skopeo/plan.json'), planText(source.host, destination.host, [entry]));
  return {
    cluster,
    kubeconfig,
    token,
    folder,
    goodFlags: flagsFor(kubeconfig, source, destination),
    environment: { KUBECONFIG: kubeconfig, KUBERNETES_EXEC_INFO: execInfo(cluster) },
    async fullBox() {
      const box = await makeBox(folder);
      await cp(good.work, box.work, { recursive: true });
      return box;
    },
    async stop() {
      await Promise.all([cluster.stop(), source.stop(), destination.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An account that may do everything in `shop`, the current namespace of its pod, and the Secret of a cluster. */
async function fillCluster(cluster: TestCluster): Promise<string> {
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  const token = await cluster.makeAccount('shop', 'mover', rules);
  await cluster.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'settings' }, data: { a: 'b' } });
  await cluster.makeAccount('default', 'reader', [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }]);
  await cluster.create('/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', {
    metadata: { name: 'mover-reads' },
    subjects: [{ kind: 'ServiceAccount', name: 'mover', namespace: 'shop' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
  });
  await mayAskForRegistries(cluster);
  const stringData = { url: cluster.server.url, token, 'ca.crt': cluster.ca };
  await cluster.create('/api/v1/namespaces/default/secrets', { metadata: { name: 'source-cluster' }, stringData });
  return token;
}

async function mayAskForRegistries(cluster: TestCluster): Promise<void> {
  const apiGroups = ['config.openshift.io', 'image.openshift.io', 'route.openshift.io'];
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await cluster.create(`${rbac}/clusterroles`, {
    metadata: { name: 'registries' },
    rules: [{ apiGroups, resources: ['*'], verbs: ['get', 'list'] }],
  });
  await cluster.create(`${rbac}/clusterrolebindings`, {
    metadata: { name: 'mover-registries' },
    subjects: [{ kind: 'ServiceAccount', name: 'mover', namespace: 'shop' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'registries' },
  });
}

/** What kubectl says to the program that it asks for the token of Secret `source-cluster`. */
function execInfo({ server, ca }: TestCluster): string {
  const cluster = { server: server.url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return JSON.stringify({ kind: 'ExecCredential', spec: { cluster } });
}

function flagsFor(kubeconfig: string, source: Registry, destination: Registry): FaultScene['goodFlags'] {
  const login = { kubeconfig };
  return {
    'crane-export': { ...login, context: 'source', namespace: 'shop' },
    'oc-registry-info': { ...login, context: 'source' },
    'crane-skopeo-sync-gen': {
      'registry-url': source.host,
      'destination-registry-public': destination.host,
      'destination-namespace': 'moved',
      'skopeo-dir': 'planned',
    },
    'crane-skopeo-sync': {
      ...login,
      'source-registry-tls-verify': 'false',
      'destination-registry-tls-verify': 'false',
    },
    'crane-image-sync': {
      ...login,
      'src-context': '',
      'src-internal-registry-url': 'image-registry.openshift-image-registry.svc:5000',
      'src-public-registry-url': source.host,
      'dest-context': '',
      'dest-public-registry-url': destination.host,
      'dest-namespace': 'moved',
      'skopeo-dir': 'image-sync',
    },
    'crane-transform': {},
    'crane-apply': {},
    'crane-kustomize-init': {},
    'kubectl-apply-kustomize': { ...login, context: 'source' },
    'kubectl-apply-files': { ...login, context: 'source' },
    'crane-summary': {},
    'crane-kubeconfig-generator': { 'cluster-secret': 'source-cluster', 'context-name': 'other' },
    'cluster-credential': { 'cluster-secret': 'source-cluster', namespace: 'default' },
  };
}

/** Runs all tasks with good flags in a box, one after the other, and gives their endings. */
export async function runAll(scene: FaultScene, box: Box): Promise<Readonly<Record<string, BoxRun>>> {
  const runs: Record<string, BoxRun> = {};
  for (const [task, flags] of Object.entries(scene.goodFlags)) {
    const results = path.join(box.root, `results-${task}`);
    runs[task] = await runInBox({ ...box, results }, task, { flags, environment: scene.environment });
  }
  return runs;
}
