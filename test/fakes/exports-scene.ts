import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { connectRegistry } from '../../src/adapters/registry/connect-registry.ts';
import { parseDockerConfig } from '../../src/adapters/registry/docker-config.ts';
import { joinLogins } from '../../src/adapters/registry/logins.ts';
import { createRegistry } from '../../src/adapters/registry/registry.ts';
import type { ExportEntry } from '../../src/domain/exports/export-entry.ts';
import type { Registry } from '../../src/domain/oci/registry.ts';
import { finishExport, startExport } from '../../src/usecases/exports/export-run.ts';
import type { ExportStore } from '../../src/usecases/exports/export-store.ts';
import { runInProcess, type ProcessEnd } from '../builders/run-in-process.ts';
import { silentLog, startTestCluster, type TestCluster } from '../builders/test-cluster.ts';
import { startRegistry, type Registry as RegistryProgram } from '../../testbed/clusters/registry.ts';
import { startFaultProxy, type FaultProxy, type FaultProxyOptions } from './fault-proxy.ts';
import { buildImage, buildLayer, pushImage, type BuiltImage } from './oci-images.ts';

export const exportsNamespace = 'course';

/** A cluster with records of exports, and a registry with their images. */
export interface ExportsScene {
  readonly local: TestCluster;
  readonly registry: RegistryProgram;
  /** A store as another run has it. */
  store(now?: () => number): ExportStore;
  /** A record in progress, of an image that does not exist. */
  begin(name: string, more?: Partial<ExportEntry>): Promise<Awaited<ReturnType<typeof startExport>>>;
  /** A ready export with its image in the registry. @param host another address of the registry */
  publish(
    name: string,
    more?: { readonly host?: string; readonly image?: BuiltImage; readonly run?: ExportEntry['run'] },
  ): Promise<{
    readonly entry: ExportEntry;
    readonly image: BuiltImage;
  }>;
  /** A proxy before the registry that breaks what it is told to. */
  front(decide: FaultProxyOptions['decide']): Promise<FaultProxy>;
  /** Runs a command in this process, with plain HTTP if it talks to registries. */
  run(command: string, ...args: readonly string[]): Promise<ProcessEnd>;
  stateOf(id: string): Promise<string>;
  stop(): Promise<void>;
}

/** An image that no other one equals. */
export function uniqueImage(): BuiltImage {
  return buildImage([buildLayer('notebook', randomBytes(10_000))], randomUUID());
}

export async function startExportsScene(): Promise<ExportsScene> {
  const local = await startTestCluster();
  await local.create('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: exportsNamespace },
  });
  const registry = await startRegistry({ dir: path.join(local.scratch, 'registry') });
  const fronts: FaultProxy[] = [];
  const store = (now: () => number = Date.now): ExportStore => ({
    cluster: local.cluster,
    namespace: exportsNamespace,
    owner: `run-${randomUUID().slice(0, 8)}`,
    now,
  });
  const begin: ExportsScene['begin'] = (name, more = {}) => {
    const id = randomUUID().replaceAll('-', '').slice(0, 12);
    return startExport(store(), { ...anEntry(`${registry.host}/course/exports:${id}_${name}`), id, name, ...more });
  };
  return {
    local,
    registry,
    store,
    begin,
    async publish(name, { host = registry.host, image = uniqueImage(), run } = {}) {
      const id = randomUUID().replaceAll('-', '').slice(0, 12);
      await pushImage(registry.host, `course/exports:${id}_${name}`, image);
      const own = store();
      const base = { ...anEntry(`${host}/course/exports:${id}_${name}`), id, name, ...(run && { run }) };
      const begun = await startExport(own, base);
      const done = { digest: image.digest, size: 10_300, isPublic: true };
      return { entry: (await finishExport(own, begun, done)).entry, image };
    },
    async front(decide) {
      const front = await startFaultProxy({ target: registry.host, ...(decide && { decide }) });
      fronts.push(front);
      return front;
    },
    run(command, ...args) {
      const environment = { PATH: process.env['PATH'], HOME: local.scratch };
      const plain = /list|show|run-command/.test(command) ? [] : ['--registry-tls-verify=false'];
      const hasCluster = command !== 'exports load';
      const isOther = args.some((arg) => arg.startsWith('--kubeconfig='));
      const kubeconfig = hasCluster && !isOther ? [`--kubeconfig=${local.server.kubeconfigPath}`] : [];
      const all = [...kubeconfig, ...(hasCluster ? [`--namespace=${exportsNamespace}`] : []), ...plain, ...args];
      return runInProcess(command, all, { cwd: local.scratch, environment });
    },
    async stateOf(id) {
      const answer = await local.cluster.request({
        path: `/api/v1/namespaces/${exportsNamespace}/configmaps/export-${id}`,
      });
      const { data } = answer as { data: { 'export.json': string } };
      return (JSON.parse(data['export.json']) as { state: string }).state;
    },
    async stop() {
      await Promise.all(fronts.map((front) => front.stop()));
      await registry.stop();
      await local.stop();
    },
  };
}

/** What a run knows when it begins. */
function anEntry(image: string): Omit<ExportEntry, 'namespace' | 'state' | 'message' | 'created' | 'updated'> {
  return {
    id: 'id1',
    name: 'week-3',
    workload: { kind: 'Deployment', name: 'jupyter' },
    image,
    digest: '',
    size: 0,
    workspaceIncluded: true,
    isPublic: undefined,
    run: {
      ports: ['8888/tcp'],
      supply: [{ name: 'DB_PASSWORD', source: 'Secret db, key password' }],
      volumes: [{ path: '/home/jovyan', reason: 'it is the home folder' }],
      notes: ['Log in with the token that the log shows.'],
      user: '1000:100',
      workingFolder: '/files',
    },
  };
}

/** A client of a registry on plain HTTP. @param login `user:password` */
export function registryClient(host: string, login?: string): Registry {
  const signal = new AbortController().signal;
  const config = { auths: login === undefined ? {} : { [host]: { auth: Buffer.from(login).toString('base64') } } };
  const logins = joinLogins(parseDockerConfig(JSON.stringify(config), 'login', silentLog.redactor), undefined);
  const pause = (): Promise<void> => Promise.resolve();
  const options = { host, verifyTls: false, caBundle: '', logins, environment: {}, log: silentLog, signal, pause };
  return createRegistry({ host, access: 'pull', connect: () => connectRegistry(options) });
}

/** Writes a Docker config.json with a login. @returns its path */
export async function writeLogin(folder: string, host: string, login: string): Promise<string> {
  const file = path.join(folder, 'login.json');
  await writeFile(file, JSON.stringify({ auths: { [host]: { auth: Buffer.from(login).toString('base64') } } }));
  return file;
}
