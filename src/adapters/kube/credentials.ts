import { readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';

import {
  impersonationHeaders,
  mergeImpersonations,
  noImpersonation,
  type Impersonation,
} from '../../domain/kubeconfig/impersonation.ts';
import type { AuthProviderEntry, ExecEntry, Selection, UserEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import { openInput, readInput, readOpened } from '../files/read-text.ts';
import { runExecCredential } from './exec-credential.ts';
import type { Environment } from './kubeconfig-files.ts';
import type { ClientCertificate } from '../http/agents.ts';
import { assertAuthority, decodeField, faultOfPair, unusable } from './pem.ts';
import { rotatingLogin, type Credentials, type Headers, type Login } from './rotating-login.ts';

export type TokenSource = () => Promise<Secret>;

/** Projected service-account tokens rotate when they have lived four fifths of an hour or so; client-go re-reads each minute. */
const tokenAge = 60_000;

export interface CredentialContext {
  readonly log: Log;
  readonly environment: Environment;
  /** Takes the place of the exec entry: the token comes from a cluster Secret. */
  readonly secretToken?: TokenSource | undefined;
  /** Reads a token that stands in the kubeconfig itself again; undefined when there is no file to read. */
  readonly reload?: TokenSource | undefined;
  /** Comes before what the kubeconfig says. */
  readonly impersonate?: Impersonation | undefined;
  /** Whether a token file must be in the folder of the kubeconfig. */
  readonly ownFilesOnly?: boolean;
  /** Ends a program that is run for a credential. */
  readonly signal?: AbortSignal | undefined;
}

/** The credentials of a kubeconfig user. Throws TaskError `kubeconfig-unreadable` for a user that cannot be used. */
export function credentialsOf(selection: Selection, context: CredentialContext): Credentials {
  const { user } = selection;
  const { log, secretToken, reload } = context;
  const { redactor } = log;
  const fixed = impersonationHeaders(mergeImpersonations(context.impersonate ?? noImpersonation, user.impersonate));
  const token = user.token === undefined ? undefined : redactor.secret(user.token.trim());
  const { tokenFile, folder, exec, authProvider } = user;
  if (tokenFile !== undefined) {
    const place = { folder, ownFilesOnly: context.ownFilesOnly ?? false };
    return rotatingToken(tokenOfFile(tokenFile, place, { redactor, otherwise: token }), fixed);
  }
  if (token !== undefined) {
    if (reload !== undefined) return rotatingToken(reload, fixed, token);
    return fixedCredentials({ ...fixed, authorization: `Bearer ${token.reveal()}` }, token);
  }
  if (secretToken !== undefined) return rotatingToken(secretToken, fixed);
  if (exec !== undefined) return rotatingLogin({ read: pluginSource(exec, selection, context), age: Infinity }, fixed);
  if (authProvider?.name === 'oidc') return rotatingToken(oidcSource(authProvider, folder, context), fixed);
  if (authProvider !== undefined) {
    const doing = `reading kubeconfig user ${JSON.stringify(user.name)}`;
    const message = `${doing}: auth provider ${JSON.stringify(authProvider.name)} is not supported`;
    const remedy = 'Use oidc, a token, a client certificate or an exec entry: kubectl supports no other auth provider.';
    throw new TaskError('kubeconfig-unreadable', message, { remedy });
  }
  if (user.username === undefined) return fixedCredentials(fixed);
  const { username, password = '' } = user;
  redactor.secret(password);
  const encoded = redactor.secret(Buffer.from(`${username}:${password}`).toString('base64'));
  return fixedCredentials({ ...fixed, authorization: `Basic ${encoded.reveal()}` });
}

/**
 * The client certificate of a user, or undefined.
 * @param ownFilesOnly whether its files must be in the folder of the kubeconfig
 * @throws TaskError `kubeconfig-unreadable` when its files cannot be read
 */
export async function clientCertificateOf(
  user: UserEntry,
  ownFilesOnly = false,
): Promise<ClientCertificate | undefined> {
  const of = `of kubeconfig user ${JSON.stringify(user.name)}`;
  const place = { folder: user.folder, ownFilesOnly };
  const cert = await readPem(user.certData, user.certFile, { ...place, what: `client-certificate-data ${of}` });
  const key = await readPem(user.keyData, user.keyFile, { ...place, what: `client-key-data ${of}` });
  if (cert === undefined) return undefined;
  const fault = key === undefined ? 'it has no key: client-key-data or client-key' : faultOfPair({ cert, key });
  if (key === undefined || fault !== undefined) throw unusable(`the client certificate ${of}`, fault ?? '');
  return { cert, key };
}

/**
 * The certificate authority that a context's cluster names, or undefined for the system's.
 * @throws TaskError `kubeconfig-unreadable` when it has no certificate
 */
export async function authorityOf({ cluster }: Selection): Promise<string | undefined> {
  const what = `the certificate authority of kubeconfig cluster ${JSON.stringify(cluster.name)}`;
  const place = { folder: cluster.folder, ownFilesOnly: false, what };
  const pem = await readPem(cluster.caData, cluster.caFile, place);
  if (pem !== undefined) assertAuthority(pem, what);
  return pem;
}

interface FilePlace {
  /** Where relative paths start. */
  readonly folder: string;
  /** Whether a file elsewhere is refused: in a pod it can be a secret of another purpose. */
  readonly ownFilesOnly: boolean;
}

async function readPem(
  data: string | undefined,
  file: string | undefined,
  place: FilePlace & { readonly what: string },
): Promise<string | undefined> {
  if (data !== undefined) return decodeField(data, place.what);
  return file === undefined ? undefined : readReferenced(file, place);
}

async function readReferenced(file: string, { folder, ownFilesOnly }: FilePlace): Promise<string> {
  const path = isAbsolute(file) ? file : join(folder, file);
  try {
    return await (ownFilesOnly ? readWithin(folder, path) : readInput(path).then((bytes) => bytes.toString('utf8')));
  } catch (error) {
    if (error instanceof TaskError) throw error;
    throw new TaskError('kubeconfig-unreadable', `reading ${path}, which the kubeconfig names: ${messageOf(error)}`, {
      remedy: 'Put the file there, or embed its content in the kubeconfig.',
      cause: error,
    });
  }
}

async function readWithin(folder: string, path: string): Promise<string> {
  await using handle = await openInput(path);
  // Where the open file is, links resolved: what is checked is what is read.
  const actual = await readlink(`/proc/self/fd/${String(handle.fd)}`);
  if (actual.startsWith((await realpath(folder)) + sep)) return (await readOpened(handle, path)).toString('utf8');
  throw new TaskError('kubeconfig-refused', `reading ${path}, which the kubeconfig names: not in its folder`, {
    remedy:
      'Put the file into the folder of the kubeconfig, or leave the workspace kubeconfig unbound to use the ' +
      'service account of the pod.',
  });
}

function fixedCredentials(headers: Headers, token?: Secret): Credentials {
  return { headers: () => Promise.resolve(headers), token: () => Promise.resolve(token), forget: () => false };
}

/** A token of a kubeconfig itself is used until it is refused, one of another place for a minute. */
function rotatingToken(source: TokenSource, fixed: Headers, first?: Secret): Credentials {
  const read = async () => ({ token: await source() });
  if (first === undefined) return rotatingLogin({ read, age: tokenAge }, fixed);
  return rotatingLogin({ read, age: Infinity, first: { token: first } }, fixed);
}

/** A file comes before a token beside it, which is used while there is no file to read. */
function tokenOfFile(
  file: string,
  place: FilePlace,
  { redactor, otherwise }: { readonly redactor: Redactor; readonly otherwise: Secret | undefined },
): TokenSource {
  return async () => {
    try {
      return redactor.secret((await readReferenced(file, place)).trim());
    } catch (error) {
      if (otherwise === undefined || (error instanceof TaskError && error.code === 'kubeconfig-refused')) throw error;
      return otherwise;
    }
  };
}

function pluginSource(exec: ExecEntry, selection: Selection, context: CredentialContext): () => Promise<Login> {
  const { environment, signal } = context;
  const { redactor } = context.log;
  const { cluster, user } = selection;
  return async () => {
    const authority = exec.provideClusterInfo === true ? await authorityOf(selection) : undefined;
    const caData = authority === undefined ? undefined : Buffer.from(authority).toString('base64');
    const run = { environment, redactor, cluster, caData, folder: user.folder, signal };
    const { token, ...login } = await runExecCredential(exec, run);
    return { ...login, token: token === undefined ? undefined : redactor.secret(token) };
  };
}

/** The library for it is loaded only for those who log in like this. */
function oidcSource(provider: AuthProviderEntry, folder: string, { log, environment }: CredentialContext): TokenSource {
  const { 'idp-certificate-authority-data': data, 'idp-certificate-authority': file } = provider.config;
  let current = provider;
  return async () => {
    const { oidcLogin } = await import('./oidc-login.ts');
    const what = 'idp-certificate-authority-data of an auth provider';
    const authority = await readPem(data, file, { folder, ownFilesOnly: false, what });
    const login = await oidcLogin(current, { log, environment, authority });
    current = login.provider;
    return login.token;
  };
}

/**
 * Refuses what a kubeconfig on a shared volume must not do in a pod: run a program with the rights of the pod.
 * Only called for users whose token does not come from a cluster Secret.
 * @throws TaskError `kubeconfig-refused`
 */
export function assertUsableInPod({ name, token, tokenFile, exec, authProvider }: UserEntry): void {
  if (token !== undefined || tokenFile !== undefined) return;
  if (exec === undefined && authProvider === undefined) return;
  const provider = `auth provider ${JSON.stringify(authProvider?.name)}`;
  const what = exec === undefined ? provider : `exec entry ${JSON.stringify(exec.command)}`;
  const message = `reading kubeconfig user ${JSON.stringify(name)}: ${what} is not run in a pod`;
  throw new TaskError('kubeconfig-refused', message, {
    remedy:
      'Create a Secret with the keys `url` and `token` and generate the kubeconfig from it, or use a kubeconfig that holds ' +
      'a token or a client certificate.',
  });
}
