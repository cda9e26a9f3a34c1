import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server as HttpsServer } from 'node:https';
import type { Server } from 'node:net';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { createApiHandler } from './api/api-server.ts';
import { frontProxyUser } from './api/front-proxy.ts';
import { imageStreamImports } from './api/image-stream-imports.ts';
import { imageStreamTags } from './api/image-stream-tags.ts';
import { imageStreams } from './api/image-streams.ts';
import { imageStreamImages, images, imageTags } from './api/tag-and-image-views.ts';
import { ensurePullSecret } from './cluster/pull-secrets.ts';
import { ensureProjectDefaults } from './cluster/project-defaults.ts';
import { admitIngress, ingressesPath } from './cluster/ingresses.ts';
import { findRegistryHosts } from './cluster/registry-hosts.ts';
import { admitRoute, routesPath } from './cluster/routes.ts';
import type { Config, ListenAddress, TlsFiles } from './config.ts';
import { createExternalRegistry } from './images/external-registry.ts';
import { delayFinder } from './images/import-effects.ts';
import { createImageFinder, createImporter } from './images/importer.ts';
import { createStateWriter, loadState, type StateWriter } from './images/state-file.ts';
import { createImageStore } from './images/store.ts';
import { createStreamWriter } from './images/stream-writer.ts';
import { createAccess } from './kube/access.ts';
import { createKubeClient, type KubeClient } from './kube/kube-client.ts';
import { readKubeconfig } from './kube/kubeconfig.ts';
import { createNamespaceLookup } from './kube/namespaces.ts';
import { keepReconciled } from './kube/reconcile.ts';
import { createBackend } from './registry/backend.ts';
import { createContentPlaces } from './registry/content-places.ts';
import { createFrontHandler } from './registry/front.ts';
import { createPushRecorder } from './registry/record-push.ts';
import { findPassthroughTarget } from './router/passthrough-target.ts';
import { createRouter } from './router/router.ts';

/** The running program. */
export interface Program {
  /** Stops listening and resolves when the state is on disk. */
  stop(): Promise<void>;
}

/** Starts the API server, the registry front, the router and the controllers of one cluster; resolves when all listen. */
export async function startProgram(config: Config, log: (line: string) => void): Promise<Program> {
  const client = createKubeClient(await readKubeconfig(config.kubeconfig));
  const { api, front, state, close } = await assemble(config, client, log);
  const ca = readFileSync(config.requestHeader.caFile);
  const apiServer = makeServer(api, { ...pem(config.api), ca, requestCert: true, rejectUnauthorized: false });
  const registry = makeServer(front, pem(config.registry));
  const find = (host: string): Promise<ListenAddress | undefined> => findPassthroughTarget(client, host);
  const router = createRouter({ find, front: registry, log });
  await Promise.all([
    listen(apiServer, config.api),
    listen(registry, config.registry),
    listen(router.server, config.router),
  ]);
  const stopping = new AbortController();
  const controllers = runControllers(client, config, { log, signal: stopping.signal });
  return {
    stop: async () => {
      stopping.abort();
      for (const server of [apiServer, registry, router.server]) server.close();
      for (const server of [apiServer, registry, router]) server.closeAllConnections();
      await Promise.all([state.flush(), controllers]);
      await Promise.all([client.close(), close()]);
    },
  };
}

interface Assembly {
  readonly api: RequestListener;
  readonly front: RequestListener;
  readonly state: StateWriter;
  readonly close: () => Promise<void>;
}

async function assemble(config: Config, client: KubeClient, log: (line: string) => void): Promise<Assembly> {
  const hosts = { internalHost: config.internalHost, publicHost: config.publicHost };
  const store = createImageStore(await loadState(config.stateFile), () => state.schedule());
  const state = createStateWriter(config.stateFile, store.state);
  const access = createAccess(client);
  const external = createExternalRegistry(config.hosts, readFileSync(config.caFile, 'utf8'));
  const find = createImageFinder(store, external, hosts);
  const importer = createImporter(store, delayFinder(find, config.importSeconds ?? 0));
  const writer = createStreamWriter({
    store,
    access,
    namespaces: createNamespaceLookup(client),
    hosts,
    onWritten: importer.consider,
  });
  const recorder = createPushRecorder({ store, writer, access, internalHost: config.internalHost });
  const backend = createBackend(config.backend);
  const tags = imageStreamTags(store, writer);
  const resources = [
    imageStreams(store, writer),
    tags,
    imageTags(store, tags),
    imageStreamImages(store),
    imageStreamImports({ store, writer, find }),
    images(store),
  ];
  // Imports that a restart interrupted.
  for (const stream of store.streams()) importer.consider(stream);
  return {
    api: createApiHandler({
      resources,
      identify: (request) => frontProxyUser(request, config.requestHeader.allowedNames),
      log,
    }),
    front: createFrontHandler({
      store,
      backend,
      external,
      access,
      recorder,
      places: createContentPlaces(store, hosts),
      log,
    }),
    state,
    close: async () => {
      await Promise.all([external.close(), backend.close()]);
    },
  };
}

async function runControllers(
  client: KubeClient,
  config: Config,
  { log, signal }: { log: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const pullSecret = async (account: Parameters<typeof ensurePullSecret>[1]): Promise<void> =>
    ensurePullSecret(client, account, await findRegistryHosts(client, config.internalHost));
  await Promise.all([
    keepReconciled(
      client,
      { path: routesPath, log, reconcile: async (route) => admitRoute(client, route, config.domain) },
      signal,
    ),
    keepReconciled(
      client,
      { path: ingressesPath, log, reconcile: async (ingress) => admitIngress(client, ingress, config.domain) },
      signal,
    ),
    keepReconciled(
      client,
      { path: '/api/v1/namespaces', log, reconcile: async (namespace) => ensureProjectDefaults(client, namespace) },
      signal,
    ),
    keepReconciled(client, { path: '/api/v1/serviceaccounts', log, reconcile: pullSecret }, signal),
  ]);
}

function makeServer(handler: RequestListener, tls: TlsOptions): HttpsServer {
  return createServer({ ...tls, requestTimeout: 0, keepAliveTimeout: 60_000 }, handler);
}

function listen(server: Server, { address, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function pem({ certFile, keyFile }: TlsFiles): SecureContextOptions {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}
