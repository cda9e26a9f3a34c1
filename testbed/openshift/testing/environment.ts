import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { startApiServer } from '../../clusters/api-server.ts';
import { ensureCertificate, type KeyPair } from '../../clusters/certificates.ts';
import { certificateFolder } from '../../clusters/control-plane.ts';
import { untilEstablished } from '../../clusters/established.ts';
import { freePorts } from '../../clusters/loopback.ts';
import { programPath } from '../../clusters/programs.ts';
import { startRegistry } from '../../clusters/registry.ts';
import { waitFor } from '../../clusters/wait.ts';
import type { Config } from '../config.ts';
import { stringAt } from '../json.ts';
import { createKubeClient, type KubeClient } from '../kube/kube-client.ts';
import { readKubeconfig } from '../kube/kubeconfig.ts';
import { openshiftObjects } from '../objects.ts';
import { startProgram } from '../program.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';

/** The program on loopback, between a real kube-apiserver, a real backend registry and a real outside one. */
export interface Environment {
  readonly config: Config;
  /** The cluster's administrator; image.openshift.io goes through the aggregation layer. */
  readonly kube: KubeClient;
  /** The API server for whoever has the token. */
  readonly kubeAs: (token: string) => Promise<KubeClient>;
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  /** `127.0.0.1:port` of the front. */
  readonly frontHost: string;
  /** `127.0.0.1:port` of the outside registry, which image references call `publicName`. */
  readonly outsideHost: string;
  readonly publicName: string;
  readonly caFile: string;
  readonly frontProxy: KeyPair;
  readonly dir: string;
  /** Client of the front with this password (a token), or with none. */
  readonly front: (token?: string) => RegistryClient;
  readonly outside: RegistryClient;
  readonly createNamespace: (name: string) => Promise<void>;
  /** A token of a new ServiceAccount that has these ClusterRoles in these namespaces. */
  readonly createToken: (namespace: string, grants?: Readonly<Record<string, string>>) => Promise<string>;
  /** Ends the program and starts it anew from its state file. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const internalHost = 'image-registry.openshift-image-registry.svc:5000';
const publicHost = 'default-route-openshift-image-registry.apps.test.test';

/**
 * Starts everything; needs the packages docker-registry, etcd-server and openssl and the built Kubernetes programs.
 * @param importSeconds how long an import of a tag takes; some 15 seconds on a real cluster
 */
export async function startEnvironment({ importSeconds = 0 } = {}): Promise<Environment> {
  const dir = await mkdtemp(path.join(tmpdir(), 'openshift-like-'));
  const api = await startApiServer({ dir: path.join(dir, 'kubernetes') });
  const certificates = certificateFolder(path.join(dir, 'kubernetes'));
  const authority: KeyPair = { certFile: api.caPath, keyFile: path.join(certificates, 'ca.key') };
  const names = ['DNS:localhost', 'IP:127.0.0.1', 'DNS:registry.public.test', 'DNS:openshift-api.openshift-like.svc'];
  const serving = await ensureCertificate(certificates, 'serving', { authority, commonName: 'serving', names });
  const backend = await startRegistry({ dir: path.join(dir, 'backend') });
  const outside = await startRegistry({ dir: path.join(dir, 'outside'), tls: serving });
  const [apiPort = 0, frontPort = 0, routerPort = 0] = await freePorts(3);
  const config: Config = {
    clusterName: 'test',
    domain: 'apps.test.test',
    kubeconfig: api.kubeconfigPath,
    stateFile: path.join(dir, 'state.json'),
    api: { address: '127.0.0.1', port: apiPort, ...serving },
    registry: { address: '127.0.0.1', port: frontPort, ...serving },
    router: { address: '127.0.0.1', port: routerPort },
    requestHeader: { caFile: path.join(certificates, 'front-proxy-ca.crt'), allowedNames: ['front-proxy-client'] },
    backend: `http://${backend.host}`,
    internalHost,
    publicHost,
    caFile: api.caPath,
    hosts: { 'registry.public.test': '127.0.0.1' },
    importSeconds,
  };
  const log = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  let program = await startProgram(config, log);
  const kube = createKubeClient(await readKubeconfig(api.kubeconfigPath));
  const kubectl = async (args: readonly string[], input = ''): Promise<string> =>
    (await execa(programPath('kubectl'), ['--kubeconfig', api.kubeconfigPath, ...args], { input })).stdout;
  const ca = await readFile(api.caPath, 'utf8');
  await applyObjects(kubectl, { apiPort, ca });
  await waitForImageApi(kube);
  const frontHost = `127.0.0.1:${String(frontPort)}`;
  const outsideClient = createRegistryClient(`https://${outside.host}`, { ca });
  return {
    config,
    kube,
    kubeAs: async (token) => {
      const { server, ca: authorityOfApi } = await readKubeconfig(api.kubeconfigPath);
      return createKubeClient({ server, token, ...(authorityOfApi === undefined ? {} : { ca: authorityOfApi }) });
    },
    kubectl,
    frontHost,
    outsideHost: outside.host,
    publicName: `registry.public.test:${outside.host.split(':')[1] ?? ''}`,
    caFile: api.caPath,
    frontProxy: {
      certFile: path.join(certificates, 'front-proxy-client.crt'),
      keyFile: path.join(certificates, 'front-proxy-client.key'),
    },
    dir,
    front: (token) => createRegistryClient(`https://${frontHost}`, { ca, ...(token === undefined ? {} : { token }) }),
    outside: outsideClient,
    createNamespace: async (name) => createNamespace(kube, name),
    createToken: async (namespace, grants = {}) => createToken(kube, namespace, grants),
    restart: async () => {
      await program.stop();
      program = await startProgram(config, log);
    },
    stop: async () => {
      await program.stop();
      await Promise.all([kube.close(), outsideClient.close(), api.stop(), backend.stop(), outside.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/**
 * Applies what a cluster gets. Only the way to the API differs: nothing forwards Service addresses on loopback, and
 * EndpointSlices may not hold loopback addresses, so the Service is an ExternalName here.
 */
async function applyObjects(
  kubectl: Environment['kubectl'],
  { apiPort, ca }: { apiPort: number; ca: string },
): Promise<void> {
  const objects = openshiftObjects({
    clusterName: 'test',
    domain: 'apps.test.test',
    address: '10.89.1.2',
    caBundle: ca,
    internalHost,
    publicHost,
  });
  const isApi = (object: object): boolean =>
    ['openshift-api', 'openshift-api-outside'].includes(stringAt(object, 'metadata', 'name') ?? '');
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'openshift-api', namespace: 'openshift-like' },
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port: apiPort }] },
  };
  const own = objects
    .filter((object) => !isApi(object))
    .map((object) => (stringAt(object, 'kind') === 'APIService' ? withPort(object, apiPort) : object));
  const isCustom = (object: object): boolean => /\.openshift\.io/.test(stringAt(object, 'apiVersion') ?? '');
  await apply(kubectl, [...own.filter((object) => !isCustom(object)), service]);
  await untilEstablished(kubectl);
  await apply(kubectl, own.filter(isCustom));
}

async function apply(kubectl: Environment['kubectl'], items: readonly object[]): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

function withPort(apiService: object, port: number): object {
  const copy = structuredClone(apiService);
  const spec: unknown = Reflect.get(copy, 'spec');
  if (typeof spec === 'object' && spec !== null)
    Object.assign(spec, { service: { namespace: 'openshift-like', name: 'openshift-api', port } });
  return copy;
}

async function waitForImageApi(kube: KubeClient): Promise<void> {
  await waitFor({
    what: 'image.openshift.io through the aggregation layer',
    seconds: 30,
    everyMs: 100,
    check: async () => {
      const { status, body } = await kube.send({ method: 'GET', path: '/apis/image.openshift.io/v1/imagestreams' });
      return status === 200 ? undefined : `status ${String(status)} ${JSON.stringify(body).slice(0, 300)}`;
    },
  });
}

async function createNamespace(kube: KubeClient, name: string): Promise<void> {
  await mustCreate(kube, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** `grants` maps namespaces to ClusterRoles. */
async function createToken(
  kube: KubeClient,
  namespace: string,
  grants: Readonly<Record<string, string>>,
): Promise<string> {
  const name = `account-${crypto.randomUUID().slice(0, 8)}`;
  await mustCreate(kube, `/api/v1/namespaces/${namespace}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name },
  });
  for (const [target, role] of Object.entries(grants)) {
    await mustCreate(kube, `/apis/rbac.authorization.k8s.io/v1/namespaces/${target}/rolebindings`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: `${name}-${namespace}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const body = await mustCreate(kube, `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, request);
  return stringAt(body, 'status', 'token') ?? '';
}

async function mustCreate(kube: KubeClient, requestPath: string, body: object): Promise<unknown> {
  const answer = await kube.send({ method: 'POST', path: requestPath, body });
  if (answer.status !== 201)
    throw new Error(`creating at ${requestPath}: status ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
