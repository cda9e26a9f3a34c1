import { TaskError } from '../core/errors.ts';
import { arrayAt, isObject, stringAt, type JsonObject } from '../core/json-object.ts';
import type { ExecEntry } from './kubeconfig.ts';

/** One context to be put into a kubeconfig, with a cluster and a user of the same name. */
export interface NewContext {
  readonly name: string;
  readonly server: string;
  /** Base64 of PEM; undefined for the system's authorities. */
  readonly caData: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly proxyUrl: string | undefined;
  readonly tlsServerName: string | undefined;
  /** A token in clear text, or the program that gives one. */
  readonly credential: { readonly token: string } | { readonly exec: ExecEntry };
}

/**
 * A kubeconfig with one context added or replaced; all else in it is kept. The current context is set only when there
 * is none, since other steps may count on it.
 * @param existing the parsed file, undefined when there is none or it is empty
 * @throws TaskError `kubeconfig-unreadable` when the file holds something else
 */
export function putContext(existing: unknown, context: NewContext, file: string): JsonObject {
  const config = existing ?? {};
  if (!isObject(config) || (config['kind'] ?? 'Config') !== 'Config') {
    const problem = 'it holds something else than a kubeconfig';
    throw new TaskError('kubeconfig-unreadable', `adding a context to ${file}: ${problem}`, {
      remedy: 'Remove this file or bind another folder.',
    });
  }
  const { name } = context;
  const current = stringAt(config, 'current-context') ?? '';
  return {
    ...config,
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current === '' ? name : current,
    clusters: putNamed(config, 'clusters', { name, cluster: clusterOf(context) }),
    contexts: putNamed(config, 'contexts', { name, context: { cluster: name, user: name } }),
    users: putNamed(config, 'users', { name, user: userOf(context) }),
  };
}

/** Name of the extension with the recipient of sealed Secrets; kubectl keeps extensions that it does not know. */
const sealing = 'crane-tasks.dev/sealing';

/** A kubeconfig with the recipient for which exports seal Secrets. */
export function putSealingRecipient(config: JsonObject, recipient: string): JsonObject {
  return { ...config, extensions: putNamed(config, 'extensions', { name: sealing, extension: { recipient } }) };
}

/** The recipient in a parsed kubeconfig for which Secrets are sealed; undefined when it has none. */
export function sealingRecipientIn(config: unknown): string | undefined {
  const found = arrayAt(config, 'extensions').find((entry) => stringAt(entry, 'name') === sealing);
  return stringAt(found, 'extension', 'recipient') || undefined;
}

function putNamed(config: JsonObject, list: string, entry: { readonly name: string } & JsonObject): readonly unknown[] {
  const others = arrayAt(config, list).filter((other) => stringAt(other, 'name') !== entry.name);
  return [...others, entry];
}

function clusterOf({ server, caData, insecureSkipTlsVerify, proxyUrl, tlsServerName }: NewContext): JsonObject {
  const entries = {
    server,
    'insecure-skip-tls-verify': insecureSkipTlsVerify || undefined,
    // kubectl refuses an authority beside the switch that ignores it.
    'certificate-authority-data': insecureSkipTlsVerify ? undefined : caData,
    'proxy-url': proxyUrl,
    'tls-server-name': tlsServerName,
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

function userOf({ credential }: NewContext): JsonObject {
  if ('token' in credential) return { token: credential.token };
  const { apiVersion, command, args } = credential.exec;
  // With the cluster information the program can refuse the token for another server.
  return { exec: { apiVersion, command, args, interactiveMode: 'Never', provideClusterInfo: true } };
}
