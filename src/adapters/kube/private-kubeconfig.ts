import { toBase64 } from '../../domain/core/redaction/secret-forms.ts';
import { mergeImpersonations, noImpersonation } from '../../domain/kubeconfig/impersonation.ts';
import type { PrivateFolder } from '../processes/private-folder.ts';
import { accessOfContext, type Access, type ConnectOptions } from './connect.ts';
import { trustedAuthorities } from './tls.ts';

/** A kubeconfig with one context for a program that connects to the cluster itself. */
export interface PrivateKubeconfig {
  /** Absolute path of the file. */
  readonly path: string;
  /** Writes the token again if it may have changed. client-go reads the file of a token once a minute. */
  readonly refresh: () => Promise<void>;
}

const fileName = 'kubeconfig';
const tokenName = 'token';

/**
 * Writes a kubeconfig for the cluster of a context into a private folder, with the same credentials that `connectCluster`
 * uses. It needs no other file or program, so a kubeconfig whose token comes from a Secret, an exec entry or an auth
 * provider serves programs that support none of them. It must be removed with its folder when the run ends.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`, `kubeconfig-refused`, `disk-full`, `io-broke`
 */
export async function writePrivateKubeconfig(
  options: ConnectOptions,
  folder: PrivateFolder,
): Promise<PrivateKubeconfig> {
  const access = await accessOfContext(options);
  let written: string | undefined;
  async function refresh(): Promise<void> {
    const token = await access.credentials.token();
    if (token === undefined || token.reveal() === written) return;
    await folder.write(tokenName, token.reveal());
    written = token.reveal();
  }
  await refresh();
  const tokenFile = written === undefined ? undefined : folder.pathOf(tokenName);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': fileName,
    contexts: [{ name: fileName, context: { cluster: fileName, user: fileName } }],
    clusters: [{ name: fileName, cluster: await clusterOf(access, options.caBundle) }],
    users: [{ name: fileName, user: { ...(await userOf(access, options)), tokenFile } }],
  };
  await folder.write(fileName, JSON.stringify(config));
  return { path: folder.pathOf(fileName), refresh };
}

/** https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#Cluster */
async function clusterOf({ selection, insecureSkipTlsVerify }: Access, caBundle: string | undefined) {
  const { server, tlsServerName, proxyUrl } = selection.cluster;
  // client-go refuses an authority together with the insecure flag.
  const authorities = insecureSkipTlsVerify ? undefined : await trustedAuthorities(selection, caBundle);
  return {
    server,
    'certificate-authority-data': authorities && toBase64(authorities.join('\n')),
    'insecure-skip-tls-verify': insecureSkipTlsVerify || undefined,
    'tls-server-name': tlsServerName,
    'proxy-url': proxyUrl,
  };
}

/** https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo */
async function userOf(access: Access, { impersonate }: ConnectOptions) {
  const { selection, credentials } = access;
  const certificate = access.certificate ?? (await credentials.certificate?.());
  const { username, password } = selection.user;
  const { user, groups, uid, extras } = mergeImpersonations(impersonate ?? noImpersonation, selection.user.impersonate);
  return {
    'client-certificate-data': certificate && toBase64(certificate.cert),
    'client-key-data': certificate && toBase64(certificate.key),
    username,
    password,
    as: user,
    'as-groups': groups,
    'as-uid': uid,
    'as-user-extra': extras,
  };
}
