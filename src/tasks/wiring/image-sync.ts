import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';

import { createPrivateFolder, type PrivateFolder } from '../../adapters/programs/private-folder.ts';
import { createSkopeoCopier } from '../../adapters/programs/skopeo.ts';
import { connectRegistry } from '../../adapters/registry/connect-registry.ts';
import { joinLogins, type DockerLogins, type Logins } from '../../adapters/registry/logins.ts';
import { readCaBundle, readLogins } from '../../adapters/registry/read-files.ts';
import { createRegistry, type Access } from '../../adapters/registry/registry.ts';
import { TaskError } from '../../domain/errors.ts';
import { threadsPerCopy } from '../../domain/sync/copy-threads.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import type { Registry, SyncPorts } from '../../usecases/sync/ports.ts';
import type { SyncRequest } from '../../usecases/sync/read-request.ts';
import { openClusterLogin, type OpenClusterLogin } from './cluster-login.ts';
import { syncImages, type SyncOptions, type SyncResult } from '../../usecases/sync-images.ts';

export interface ImageSyncSettings extends SyncOptions {
  /** Names of kubeconfig contexts; empty for a side that no cluster's token logs in to. */
  readonly sourceContext: string;
  readonly destinationContext: string;
  readonly verifySource: boolean;
  readonly verifyDestination: boolean;
  readonly stallSeconds: number;
  /** Paths; empty for what is not bound. */
  readonly kubeconfig: string;
  readonly registryAuth: string;
  readonly caBundle: string;
}

/** Builds the adapters of one image sync, runs it, and removes every file with a login. */
export async function runImageSync(
  request: SyncRequest,
  settings: ImageSyncSettings,
  context: TaskContext,
): Promise<Outcome<SyncResult>> {
  const folder = await createPrivateFolder();
  const logins: OpenClusterLogin[] = [];
  try {
    const ports = await buildPorts({ request, settings, context, folder, logins });
    return await syncImages(request, settings, ports);
  } finally {
    await Promise.all([folder.remove(), ...logins.map((login) => login.close())]);
  }
}

interface Parts {
  readonly request: SyncRequest;
  readonly settings: ImageSyncSettings;
  readonly context: TaskContext;
  readonly folder: PrivateFolder;
  /** Opened ones, to be closed. */
  readonly logins: OpenClusterLogin[];
}

async function buildPorts(parts: Parts): Promise<SyncPorts> {
  const { request, settings, context, folder } = parts;
  const { log, signal, environment, noteProgram } = context;
  const caBundle = await readCaBundle(settings.caBundle);
  if (caBundle !== '') await folder.write(bundleName, caBundle);
  const docker = await readLogins(settings.registryAuth);
  const plannedUids = plannedUidsOf(request);
  const [source, destination] = await Promise.all([
    openLogins(
      { context: settings.sourceContext, host: request.sourceRegistry, plannedUid: plannedUids.source },
      docker,
      parts,
    ),
    openLogins(
      { context: settings.destinationContext, host: request.destinationRegistry, plannedUid: plannedUids.destination },
      docker,
      parts,
    ),
  ]);
  const verifySource = (host: string): boolean => verificationOf(request, host) ?? settings.verifySource;
  const verifyDestination = (): boolean => settings.verifyDestination;
  const pause = (milliseconds: number): Promise<void> =>
    setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
  const find = (logins: Logins, verify: (host: string) => boolean, access: Access): ((host: string) => Registry) =>
    once((host) => {
      const options = { host, verifyTls: verify(host), caBundle, logins, environment, log, signal, pause };
      return createRegistry({ host, access, connect: () => connectRegistry(options) });
    });
  const stallMilliseconds = settings.stallSeconds * 1000;
  const wanted = request.kind === 'plan' ? request.plan.images.length : request.requests.length;
  const threads = threadsPerCopy(availableParallelism(), Math.min(settings.parallel, wanted));
  return {
    source: find(source, verifySource, 'pull'),
    destination: find(destination, verifyDestination, 'pull,push'),
    copier: createSkopeoCopier({
      source: { verifyTls: verifySource, ...source },
      destination: { verifyTls: verifyDestination, ...destination },
      ...{ caBundle, folder, environment, stallMilliseconds, threads, signal, log, noteProgram },
    }),
    ...{ log, signal, pause, now: Date.now, random: Math.random },
  };
}

const bundleName = 'ca-bundle.crt';

interface Side {
  readonly context: string;
  /** The registry that the context's token is for. */
  readonly host: string;
  readonly plannedUid: string | undefined;
}

async function openLogins(side: Side, docker: DockerLogins, parts: Parts): Promise<Logins> {
  const { context, host } = side;
  if (context === '') return joinLogins(docker, undefined);
  if (host === '') {
    throw new TaskError(
      'invalid-param',
      `logging in with context ${context}: the source file names several registries`,
      {
        remedy: 'Tell with src-public-registry-url which one belongs to that cluster.',
      },
    );
  }
  const { settings, folder, logins } = parts;
  const caBundle = settings.caBundle === '' ? '' : folder.pathOf(bundleName);
  const login = await openClusterLogin({ ...side, kubeconfig: settings.kubeconfig, caBundle }, parts.context);
  logins.push(login);
  return joinLogins(docker, login);
}

function plannedUidsOf(request: SyncRequest): { source?: string | undefined; destination?: string | undefined } {
  if (request.kind !== 'plan') return {};
  return { source: request.plan.source.clusterUid, destination: request.plan.destination.clusterUid };
}

function verificationOf(request: SyncRequest, host: string): boolean | undefined {
  if (request.kind === 'plan') return undefined;
  return request.requests.find(({ source }) => source.registry === host)?.verifyTls;
}

function once<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
