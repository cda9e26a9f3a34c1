import { at, listAt, stringAt, type JsonObject } from '../json.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { isPlatformNamespace } from './project-defaults.ts';

/** A year: local clusters do not grow older. */
const tokenSeconds = 365 * 24 * 3600;

const secretReference = 'openshift.io/internal-registry-pull-secret-ref';

/**
 * Gives a ServiceAccount its dockercfg pull secret for the internal registry, `<account>-dockercfg-xxxxx`, and lists it in
 * `secrets` and `imagePullSecrets`, as OpenShift's image pull secret controller does. Idempotent.
 */
export async function ensurePullSecret(
  client: KubeClient,
  account: JsonObject,
  registryHosts: readonly string[],
): Promise<void> {
  const namespace = stringAt(account, 'metadata', 'namespace') ?? '';
  if (isPlatformNamespace(namespace) || at(account, 'metadata', 'deletionTimestamp') !== undefined) return;
  const secretsPath = `/api/v1/namespaces/${namespace}/secrets`;
  const known = stringAt(account, 'metadata', 'annotations', secretReference);
  const isThere =
    known !== undefined && (await client.send({ method: 'GET', path: `${secretsPath}/${known}` })).status === 200;
  if (isThere && isListed(account, known)) return;
  const secret = isThere ? known : await createSecret(client, account, registryHosts);
  if (secret !== undefined) await listSecret(client, account, secret);
}

function isListed(account: JsonObject, secret: string): boolean {
  return ['secrets', 'imagePullSecrets'].every((list) =>
    listAt(account, list).some((entry) => stringAt(entry, 'name') === secret),
  );
}

/** The new secret's name, undefined when account or namespace are going away. */
async function createSecret(
  client: KubeClient,
  account: JsonObject,
  registryHosts: readonly string[],
): Promise<string | undefined> {
  const namespace = stringAt(account, 'metadata', 'namespace') ?? '';
  const name = stringAt(account, 'metadata', 'name') ?? '';
  const uid = stringAt(account, 'metadata', 'uid') ?? '';
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: tokenSeconds },
  };
  const answer = await client.send({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: request,
  });
  const token = stringAt(answer.body, 'status', 'token');
  if (isGone(answer.status)) return undefined;
  if (token === undefined)
    throw new Error(`requesting a token for ${namespace}/${name}: the API server answered ${String(answer.status)}`);
  const body = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockercfg',
    metadata: {
      generateName: `${name}-dockercfg-`,
      annotations: {
        'openshift.io/internal-registry-auth-token.binding': 'bound',
        'openshift.io/internal-registry-auth-token.service-account': name,
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'ServiceAccount', name, uid }],
    },
    data: { '.dockercfg': Buffer.from(JSON.stringify(dockerConfig(registryHosts, token))).toString('base64') },
  };
  const created = await client.send({ method: 'POST', path: `/api/v1/namespaces/${namespace}/secrets`, body });
  if (isGone(created.status)) return undefined;
  const secret = stringAt(created.body, 'metadata', 'name');
  if (created.status !== 201 || secret === undefined)
    throw new Error(
      `creating the pull secret of ${namespace}/${name}: the API server answered ${String(created.status)}`,
    );
  return secret;
}

/** `secrets` and `imagePullSecrets` of an account do not merge by name in a patch, so both are written whole. */
async function listSecret(client: KubeClient, account: JsonObject, secret: string): Promise<void> {
  const path = `/api/v1/namespaces/${stringAt(account, 'metadata', 'namespace') ?? ''}/serviceaccounts/${stringAt(account, 'metadata', 'name') ?? ''}`;
  const body = {
    metadata: {
      annotations: { [secretReference]: secret },
      // The lists are those of this version: a change in between must lead to another round, not be lost.
      resourceVersion: stringAt(account, 'metadata', 'resourceVersion'),
    },
    secrets: withEntry(account, 'secrets', secret),
    imagePullSecrets: withEntry(account, 'imagePullSecrets', secret),
  };
  const { status } = await client.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
  if (status !== 200 && !isGone(status))
    throw new Error(`listing the pull secret in ${path}: the API server answered ${String(status)}`);
}

function withEntry(account: JsonObject, list: string, name: string): readonly unknown[] {
  const replaced = stringAt(account, 'metadata', 'annotations', secretReference);
  const present = listAt(account, list).filter((entry) => name === replaced || stringAt(entry, 'name') !== replaced);
  return present.some((entry) => stringAt(entry, 'name') === name) ? present : [...present, { name }];
}

function dockerConfig(hosts: readonly string[], token: string): object {
  const auth = Buffer.from(`serviceaccount:${token}`).toString('base64');
  return Object.fromEntries(
    hosts.map((host) => [
      host,
      { username: 'serviceaccount', password: token, email: 'serviceaccount@example.org', auth },
    ]),
  );
}

function isGone(status: number): boolean {
  return status === 403 || status === 404 || status === 409;
}
