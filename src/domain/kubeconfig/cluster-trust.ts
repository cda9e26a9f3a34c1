import { TaskError } from '../core/errors.ts';
import { stringAt, valueAt } from '../core/json-object.ts';
import { withoutTrailing } from '../core/without-trailing.ts';
import type { ClusterSecret, SecretPlace } from './cluster-secret.ts';
import type { ClusterEntry } from './kubeconfig.ts';

/** Whether two addresses have the same scheme, host, port and path, as URLs normalise them. No user, query or fragment. */
export function sameServer(one: string, other: string): boolean {
  const normalized = normalize(one);
  return normalized !== undefined && normalized === normalize(other);
}

function normalize(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null) return undefined;
  const { protocol, host, pathname, username, password, search, hash } = url;
  if (username + password + search + hash !== '') return undefined;
  return `${protocol}//${host}${withoutTrailing(pathname, '/')}`;
}

const ownNames = new Set(['kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']);

/** Whether it is the API server of the pod's cluster. `serviceHost`: KUBERNETES_SERVICE_HOST, an address or a name. */
export function isOwnApiServer(address: string, serviceHost: string): boolean {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:') return false;
  const host = serviceHost.includes(':') ? `[${serviceHost}]` : serviceHost;
  return ownNames.has(url.hostname) || url.hostname === URL.parse(`https://${host}`)?.hostname;
}

/** Refuses to send a token to a server that its Secret does not name. @throws TaskError `kubeconfig-refused` */
export function assertSecretNames(server: string, { url }: ClusterSecret, place: SecretPlace): void {
  if (sameServer(server, url)) return;
  const secret = `Secret ${place.namespace}/${place.name}`;
  throw refused(
    `sending the token of ${secret} to ${JSON.stringify(server)}: the Secret is for ${JSON.stringify(url)}`,
    'Generate the kubeconfig again, and find out who changed it if the generated one has another server.',
  );
}

/**
 * Names of the fields of a kubeconfig cluster that do not count, because the Secret with its token does not have them: a
 * user who can write to the shared volume could otherwise redirect the token.
 */
export function fieldsWithoutEffect(cluster: ClusterEntry, secret: ClusterSecret): readonly string[] {
  const differs = {
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify && !secret.insecureSkipTlsVerify,
    'proxy-url': isOther(cluster.proxyUrl, secret.proxyUrl),
    'tls-server-name': isOther(cluster.tlsServerName, secret.tlsServerName),
    'certificate-authority': (cluster.caData ?? cluster.caFile) !== undefined && secret.ca === undefined,
  };
  return namesOfTrue(differs);
}

function namesOfTrue(answers: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(answers).flatMap(([name, is]) => (is ? [name] : []));
}

/**
 * Refuses to hand the token of a Secret to a program that talks to another server, or trusts more than the Secret says.
 * @param info the ExecCredential in KUBERNETES_EXEC_INFO:
 * https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 * @param decode base64 to text
 * @throws TaskError `kubeconfig-refused`
 */
export function assertMayReceiveToken(
  info: unknown,
  { secret, place }: { readonly secret: ClusterSecret; readonly place: SecretPlace },
  decode: (base64: string) => string,
): void {
  const text = (key: string): string | undefined => stringAt(info, 'spec', 'cluster', key) || undefined;
  const doing = `handing out the token of Secret ${place.namespace}/${place.name}`;
  const server = text('server');
  if (server === undefined) {
    const remedy = 'Generate the kubeconfig again: the exec entry needs provideClusterInfo.';
    throw refused(`${doing}: the caller does not say which server it is for`, remedy);
  }
  assertSecretNames(server, secret, place);
  const authority = text('certificate-authority-data');
  const ca = authority === undefined ? undefined : decode(authority).trim();
  const insecure = valueAt(info, 'spec', 'cluster', 'insecure-skip-tls-verify') === true;
  const wrong = {
    'insecure-skip-tls-verify': insecure && !secret.insecureSkipTlsVerify,
    'proxy-url': isOther(text('proxy-url'), secret.proxyUrl),
    'tls-server-name': isOther(text('tls-server-name'), secret.tlsServerName),
    'certificate-authority': !secret.insecureSkipTlsVerify && ca !== secret.ca?.trim(),
  };
  const names = namesOfTrue(wrong);
  if (names.length === 0) return;
  throw refused(
    `${doing}: the Secret does not have the same ${names.join(', ')}`,
    'Set these keys in the Secret, then generate the kubeconfig again.',
  );
}

function isOther(used: string | undefined, own: string | undefined): boolean {
  return used !== undefined && used !== own;
}

function refused(message: string, remedy: string): TaskError {
  return new TaskError('kubeconfig-refused', message, { remedy });
}
