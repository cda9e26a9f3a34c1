import { availableParallelism } from 'node:os';

import { sha256Of } from '../../adapters/files/digest.ts';
import { openFolder } from '../../adapters/files/local-folder.ts';
import { sleepUntil } from '../../adapters/clock/sleep.ts';
import { createPrivateFolder, type PrivateFolder } from '../../adapters/processes/private-folder.ts';
import { createSkopeoCopier, type CopierSide } from '../../adapters/processes/skopeo.ts';
import type { RegistryCertificates } from '../../adapters/registry/certificate-folder.ts';
import type { ClientCertificate } from '../../adapters/http/agents.ts';
import type { DockerLogins } from '../../adapters/registry/docker-config.ts';
import { joinLogins, overrideLogins, readLogins, type Logins } from '../../adapters/registry/logins.ts';
import { readCaBundle } from '../../adapters/files/read-mounted.ts';
import type { Access, ConnectedRegistry } from '../../adapters/registry/registry.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { remember } from '../../domain/core/remember.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import { threadsPerCopy } from '../../domain/images/copy/copy-threads.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import { keepYoungSmall } from '../../runtime/keep-heap-small.ts';
import type { Copier } from '../../domain/images/copy/copier.ts';
import type { SyncPorts } from '../../usecases/images/copy/ports.ts';
import type { SyncRequest } from '../../usecases/images/copy/read-request.ts';
import { openClusterLogin, type OpenClusterLogin } from './cluster-login.ts';
import { openRegistry } from './open-registry.ts';
import { readSourceRegistries } from './source-registries.ts';
import { syncImages, type SyncOptions, type SyncResult } from '../../usecases/images/copy/sync-images.ts';
import { createMissingProjects } from './create-projects.ts';
import { loginReading } from './login-reading.ts';

export interface ImageSyncSettings extends SyncOptions {
  /** Names of kubeconfig contexts; undefined for a side that no cluster's token logs in to. */
  readonly sourceContext: string | undefined;
  readonly destinationContext: string | undefined;
  readonly verifySource: boolean;
  readonly verifyDestination: boolean;
  /** Whether namespaces for images are created at the destination. */
  readonly createProjects: boolean;
  readonly stallSeconds: number;
  /** Paths; undefined for what is not bound. */
  readonly kubeconfig: string | undefined;
  /** Digests that contexts may have, separated by commas; empty for any. */
  readonly kubeconfigDigest: string;
  readonly registryAuth: string | undefined;
  readonly caBundle: string | undefined;
  /** Gets the plan that a source file becomes. */
  readonly skopeoFolder: string;
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
    if (settings.createProjects)
      await createMissingProjects(request, settings, { ...context, open: ports.destination });
    return await keepYoungSmall(() => syncImages(request, settings, ports));
  } finally {
    await Promise.all([folder.remove(), ...logins.map((login) => login.close())]);
  }
}

interface Parts {
  readonly request: SyncRequest;
  readonly settings: ImageSyncSettings;
  readonly context: TaskContext;
  readonly folder: PrivateFolder;
  readonly logins: OpenClusterLogin[];
}

async function buildPorts(parts: Parts): Promise<SyncPorts> {
  const { request, settings, context } = parts;
  const { log, signal } = context;
  const [caBundle, docker, registries] = await Promise.all([
    readCaBundle(settings.caBundle),
    readLogins(settings.registryAuth, loginReading(context)),
    readSourceRegistries(request, {
      places: [settings.skopeoFolder, settings.caBundle],
      verifySource: settings.verifySource,
      log,
    }),
  ]);
  if (caBundle !== '') await parts.folder.write(bundleName, caBundle);
  const uids = plannedUidsOf(request);
  const sides = [
    { context: settings.sourceContext, host: request.sourceRegistry, plannedUid: uids.source },
    { context: settings.destinationContext, host: request.destinationRegistry, plannedUid: uids.destination },
  ] as const;
  const [source, destination] = await Promise.all([
    openLogins(sides[0], overrideLogins(docker, registries.logins), parts),
    openLogins(sides[1], docker, parts),
  ]);
  const from = {
    ...source,
    access: 'pull',
    verifyTls: (host: string) => registries.verifyTls(host),
    trust: (host: string) => joinTrust(caBundle, registries.certificates(host)),
  } as const;
  const to = {
    ...destination,
    access: 'pull,push',
    verifyTls: () => settings.verifyDestination,
    trust: () => joinTrust(caBundle, undefined),
  } as const;
  const opened = { source: openRegistries(from, context), destination: openRegistries(to, context) };
  return {
    ...opened,
    copier: copierBetween(copierSide(from, opened.source), copierSide(to, opened.destination), parts),
    tagFilters: async () => (await import('../../adapters/tags/tag-filters.ts')).tagFilters,
    keepPlan: (name, text) => openFolder(settings.skopeoFolder).write(name, text),
    log,
    signal,
    pause: sleepUntil(signal, 'copying images'),
    now: Date.now,
    random: Math.random,
    digestOf: sha256Of,
  };
}

function copierBetween(source: CopierSide, destination: CopierSide, parts: Parts): Copier {
  const { request, settings, context, folder } = parts;
  const wanted = request.kind === 'plan' ? request.plan.images.length : request.file.repositories.length;
  return createSkopeoCopier({
    source,
    destination,
    folder,
    environment: context.environment,
    stallMilliseconds: settings.stallSeconds * 1000,
    threads: threadsPerCopy(availableParallelism(), Math.min(settings.parallel, wanted)),
    signal: context.signal,
    log: context.log,
    noteProgram: context.noteProgram,
  });
}

/**
 * skopeo sends its login to any token server that a registry names. It gets one only for a registry that has asked this
 * program for it, with a token server that may have it. Without a login the image is copied byte by byte if need be.
 */
function copierSide(side: RegistrySide, open: (host: string) => ConnectedRegistry): CopierSide {
  async function asks(host: string, path: string): Promise<boolean> {
    try {
      return await open(host).asksForLogin(path);
    } catch (error) {
      if (error instanceof SyncFailure) return false;
      throw error;
    }
  }
  return {
    verifyTls: side.verifyTls,
    certificates: (host) => filesOf(side.trust(host)),
    authFile: async (host, path) => ((await asks(host, path)) ? side.authFile(host, path) : '{"auths":{}}'),
    renew: () => side.renew(),
  };
}

interface RegistrySide extends Logins {
  readonly access: Access;
  readonly verifyTls: (host: string) => boolean;
  readonly trust: (host: string) => Trust;
}

interface Trust {
  /** PEM text; empty for none but the system's. */
  readonly caBundle: string;
  readonly clientCertificate?: ClientCertificate;
}

function joinTrust(caBundle: string, own: RegistryCertificates | undefined): Trust {
  const authorities = caBundle + (own?.authorities ?? '');
  return { caBundle: authorities, ...(own?.client && { clientCertificate: own.client }) };
}

function filesOf({ caBundle, clientCertificate }: Trust): Readonly<Record<string, string>> {
  return {
    ...(caBundle === '' ? {} : { 'bundle.crt': caBundle }),
    ...(clientCertificate && { 'client.cert': clientCertificate.cert, 'client.key': clientCertificate.key }),
  };
}

function openRegistries(side: RegistrySide, context: TaskContext): (host: string) => ConnectedRegistry {
  const { access } = side;
  const open = (host: string): ConnectedRegistry =>
    openRegistry({ host, access, verifyTls: side.verifyTls(host), logins: side, ...side.trust(host) }, context);
  return remember(open, String).get;
}

const bundleName = 'ca-bundle.crt';

interface Side {
  readonly context: string | undefined;
  /** The registry that the context's token is for. */
  readonly host: string | undefined;
  readonly plannedUid: string | undefined;
}

async function openLogins(side: Side, docker: DockerLogins, parts: Parts): Promise<Logins> {
  const { context, host } = side;
  if (!context) return joinLogins(docker, undefined);
  if (host === undefined) {
    const message = `logging in with context ${context}: the source file names several registries`;
    const remedy = 'Set source-registry-public to the one that belongs to that cluster.';
    throw new TaskError('invalid-param', message, { remedy });
  }
  const { settings, folder, logins } = parts;
  const caBundle = settings.caBundle === undefined ? undefined : folder.pathOf(bundleName);
  const { kubeconfig, kubeconfigDigest } = settings;
  const login = await openClusterLogin({ ...side, host, kubeconfig, kubeconfigDigest, caBundle }, parts.context);
  logins.push(login);
  return joinLogins(docker, login);
}

function plannedUidsOf(request: SyncRequest): { source?: string | undefined; destination?: string | undefined } {
  if (request.kind !== 'plan') return {};
  return { source: request.plan.source.clusterUid, destination: request.plan.destination.clusterUid };
}
