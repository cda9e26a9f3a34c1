import { setTimeout } from 'node:timers/promises';

import { connectCluster } from '../../adapters/cluster/connect.ts';
import { createPrivateFolder, type PrivateFolder } from '../../adapters/programs/private-folder.ts';
import { createSkopeoCopier } from '../../adapters/programs/skopeo.ts';
import { connectRegistry } from '../../adapters/registry/connect-registry.ts';
import { joinLogins, type ClusterLogin, type DockerLogins, type Logins } from '../../adapters/registry/logins.ts';
import { readCaBundle, readLogins } from '../../adapters/registry/read-files.ts';
import { createRegistry, type Access } from '../../adapters/registry/registry.ts';
import { TaskError } from '../../domain/errors.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import type { Cluster } from '../../usecases/ports.ts';
import { assertPlannedCluster } from '../../usecases/sync/assert-planned-cluster.ts';
import type { Registry, SyncPorts } from '../../usecases/sync/ports.ts';
import type { SyncRequest } from '../../usecases/sync/read-request.ts';
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
export async function runImageSync(request: SyncRequest, settings: ImageSyncSettings, context: TaskContext): Promise<Outcome<SyncResult>> {
  const folder = await createPrivateFolder();
  const clusters: Cluster[] = [];
  try {
    const ports = await buildPorts({ request, settings, context, folder, clusters });
    return await syncImages(request, settings, ports);
  } finally {
    await Promise.all([folder.remove(), ...clusters.map((cluster) => cluster.close())]);
  }
}

interface Parts {
  readonly request: SyncRequest;
  readonly settings: ImageSyncSettings;
  readonly context: TaskContext;
  readonly folder: PrivateFolder;
  /** Opened ones, to be closed. */
  readonly clusters: Cluster[];
}

async function buildPorts(parts: Parts): Promise<SyncPorts> {
  const { request, settings, context, folder } = parts;
  const { log, signal, environment } = context;
  const caBundle = await readCaBundle(settings.caBundle);
  if (caBundle !== '') await folder.write(bundleName, caBundle);
  const docker = await readLogins(settings.registryAuth);
  const [source, destination] = await Promise.all([
    loginsOf({ context: settings.sourceContext, host: request.sourceRegistry, planned: plannedUid(request) }, docker, parts),
    loginsOf({ context: settings.destinationContext, host: request.destinationRegistry }, docker, parts),
  ]);
  const verifySource = (host: string): boolean => verificationOf(request, host) ?? settings.verifySource;
  const verifyDestination = (): boolean => settings.verifyDestination;
  const pause = (milliseconds: number): Promise<void> => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
  const find = (logins: Logins, verify: (host: string) => boolean, access: Access): ((host: string) => Registry) =>
    once((host) => {
      const options = { host, verifyTls: verify(host), caBundle, logins, environment, log, signal, pause };
      return createRegistry(() => connectRegistry(options), access);
    });
  const stallMilliseconds = settings.stallSeconds * 1000;
  return {
    source: find(source, verifySource, 'pull'),
    destination: find(destination, verifyDestination, 'pull,push'),
    copier: createSkopeoCopier({
      source: { verifyTls: verifySource, authFile: source.authFile },
      destination: { verifyTls: verifyDestination, authFile: destination.authFile },
      ...{ caBundle, folder, environment, stallMilliseconds, signal, log },
    }),
    ...{ log, signal, pause, now: Date.now, random: Math.random },
  };
}

const bundleName = 'ca-bundle.crt';

interface SideOfClusters {
  readonly context: string;
  /** The registry that the token is for. */
  readonly host: string;
  /** Identity that the cluster must have. */
  readonly planned?: string | undefined;
}

async function loginsOf({ context, host, planned }: SideOfClusters, docker: DockerLogins, parts: Parts): Promise<Logins> {
  if (context === '') return joinLogins(docker, undefined);
  if (host === '') {
    throw new TaskError('invalid-param', `logging in with context ${context}: the source file names several registries`, {
      remedy: 'Tell with src-public-registry-url which one belongs to that cluster.',
    });
  }
  const { settings, folder } = parts;
  const { log, environment, signal } = parts.context;
  const bundle = settings.caBundle === '' ? {} : { caBundle: folder.pathOf(bundleName) };
  const cluster = await connectCluster({ kubeconfig: settings.kubeconfig, context, environment, log, signal, ...bundle });
  parts.clusters.push(cluster);
  if (planned !== undefined) await assertPlannedCluster(cluster, planned, log);
  return joinLogins(docker, clusterLogin(cluster, host));
}

function clusterLogin(cluster: Cluster, host: string): ClusterLogin {
  return {
    host,
    token: async () => {
      const token = await cluster.token();
      if (token !== undefined) return token;
      throw new TaskError('unauthorized', `logging in to ${host}: context ${cluster.contextName} has no token, but a client certificate`, {
        remedy: 'Use a context with a token, or bind the workspace registry-auth with a login for this registry.',
      });
    },
  };
}

function plannedUid(request: SyncRequest): string | undefined {
  return request.kind === 'plan' ? request.plan.source.clusterUid : undefined;
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
