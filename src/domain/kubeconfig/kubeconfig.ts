import { TaskError } from '../core/errors.ts';
import { isObject, ownValue } from '../core/json-object.ts';
import { withoutTrailing } from '../core/without-trailing.ts';
import type { Impersonation } from './impersonation.ts';
import { fieldsAt, fieldsOf, flagAt, listAt, membersAt, textAt, textsAt, type Fields } from './typed-fields.ts';

/** What a connection needs. Format: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly currentContext: string;
  readonly contexts: readonly ContextEntry[];
  readonly clusters: readonly ClusterEntry[];
  readonly users: readonly UserEntry[];
}

export interface ContextEntry {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  /** Empty when the context names none. */
  readonly namespace: string;
}

export interface ClusterEntry {
  readonly name: string;
  readonly server: string;
  /** Base64 of PEM; wins over the file. */
  readonly caData: string | undefined;
  /** Relative to `folder`. */
  readonly caFile: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
  /** For exec plugins: these programs ask for compressed answers all the same. */
  readonly disableCompression?: boolean;
  /** What an exec plugin gets about the cluster besides; absent when the entry has no such extension. */
  readonly execConfig?: unknown;
  /** Folder of the file that holds the entry: where its relative paths start. */
  readonly folder: string;
}

export interface UserEntry {
  readonly name: string;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly certData: string | undefined;
  readonly certFile: string | undefined;
  readonly keyData: string | undefined;
  readonly keyFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly impersonate: Impersonation;
  readonly exec: ExecEntry | undefined;
  readonly authProvider: AuthProviderEntry | undefined;
  readonly folder: string;
}

/** A way to log in that is part of the client. client-go has only `oidc` left. */
export interface AuthProviderEntry {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  /** Name of the user that it belongs to, and the file that holds it. */
  readonly user: string;
  readonly file: string;
}

/** A program that prints an ExecCredential. */
export interface ExecEntry {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** `Never`, `IfAvailable` or `Always`; any other text is refused when the program is to be run. */
  readonly interactiveMode?: string;
  /** Whether the program learns which cluster the credential is for. */
  readonly provideClusterInfo?: boolean;
  /** How to install the program, for a person. */
  readonly installHint?: string;
}

/** `file`: its path, for messages. */
export type KubeconfigSource = Readonly<Record<'file' | 'folder', string>>;

export interface Selection {
  readonly context: ContextEntry;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
}

/** Reads a parsed kubeconfig. @throws TaskError `kubeconfig-unreadable`, naming the file and the entry */
export function parseKubeconfig(value: unknown, source: KubeconfigSource): Kubeconfig {
  if (!isObject(value)) throw unreadable(source.file, 'it holds no kubeconfig: expected a mapping');
  const config = fieldsOf(value, `kubeconfig of ${source.file}`);
  const [kind = 'Config', version = 'v1'] = [textAt(config, 'kind'), textAt(config, 'apiVersion')];
  if (kind !== 'Config' || version !== 'v1') throw unreadable(source.file, 'it has another kind than Config of v1');
  const entries = (list: string): readonly Named[] => readNamed(config, list, source.file);
  return {
    currentContext: textAt(config, 'current-context') ?? '',
    contexts: entries('contexts').map(readContext),
    clusters: entries('clusters').map((entry) => readCluster(entry, source)),
    users: entries('users').map((entry) => readUser(entry, source)),
  };
}

/** Several files as one, as kubectl merges the files of $KUBECONFIG: the first entry of a name wins. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  return {
    currentContext: configs.find((config) => config.currentContext !== '')?.currentContext ?? '',
    contexts: firstOfEachName(configs.flatMap((config) => config.contexts)),
    clusters: firstOfEachName(configs.flatMap((config) => config.clusters)),
    users: firstOfEachName(configs.flatMap((config) => config.users)),
  };
}

/** The parts of a context, by default the current one. @throws TaskError `unknown-context`, `kubeconfig-unreadable` */
export function selectContext(config: Kubeconfig, name: string | undefined, file: string): Selection {
  const wanted = name || config.currentContext;
  const context = config.contexts.find((entry) => entry.name === wanted);
  if (context === undefined) throw unknownContext(config, wanted, file);
  const cluster = config.clusters.find((entry) => entry.name === context.cluster);
  const user = config.users.find((entry) => entry.name === context.user) ?? anonymous(context);
  const doing = `context ${JSON.stringify(context.name)} names`;
  if (cluster === undefined) throw unreadable(file, `${doing} cluster ${JSON.stringify(context.cluster)}, not in it`);
  if (user === undefined) throw unreadable(file, `${doing} user ${JSON.stringify(context.user)}, not in it`);
  if (cluster.server === '') throw unreadable(file, `cluster ${JSON.stringify(cluster.name)} has no \`server\``);
  refuseTwoWishes(cluster, file);
  return { context, cluster: { ...cluster, server: withScheme(cluster.server) }, user };
}

/** A context need not name a user: a server such as that of `kubectl proxy` has its own login. */
function anonymous({ user }: ContextEntry): UserEntry | undefined {
  return user === '' ? readUser({ name: '', fields: fieldsOf({}, '') }, { file: '', folder: '' }) : undefined;
}

/** As client-go does: one of them would be ignored, and which one decides about the trust in a server. */
function refuseTwoWishes({ name, insecureSkipTlsVerify, caFile, caData }: ClusterEntry, file: string): void {
  if (!insecureSkipTlsVerify || ((caFile ?? '') === '' && (caData ?? '') === '')) return;
  const fields = 'both `insecure-skip-tls-verify` and a certificate authority';
  throw unreadable(file, `cluster ${JSON.stringify(name)} has ${fields}; remove one of them`);
}

/** kubectl takes an address without a scheme for http. */
function withScheme(server: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `http://${server}`;
}

interface Named {
  readonly name: string;
  readonly fields: Fields;
}

function readNamed(config: Fields, list: string, file: string): readonly Named[] {
  const inner = list.slice(0, -1);
  const entries = listAt(config, list).map((entry, index) => {
    const name = textAt(entry, 'name');
    if (name === undefined) throw unreadable(file, `${list}[${String(index)}] needs \`name\` and \`${inner}\``);
    return { name, fields: fieldsAt(entry, inner) };
  });
  const twice = entries.find(({ name }, index) => entries.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw unreadable(file, `${list} has ${JSON.stringify(twice.name)} twice`);
  return entries;
}

function readContext({ name, fields }: Named): ContextEntry {
  const text = (key: string): string => textAt(fields, key) ?? '';
  return { name, cluster: text('cluster'), user: text('user'), namespace: text('namespace') };
}

/** The extension of a cluster whose content exec plugins get. */
const execExtension = 'client.authentication.k8s.io/exec';

function readCluster({ name, fields }: Named, { folder }: KubeconfigSource): ClusterEntry {
  const extension = listAt(fields, 'extensions').find((each) => textAt(each, 'name') === execExtension);
  return {
    name,
    server: withoutTrailing(textAt(fields, 'server') ?? '', '/'),
    caData: textAt(fields, 'certificate-authority-data'),
    caFile: textAt(fields, 'certificate-authority'),
    insecureSkipTlsVerify: flagAt(fields, 'insecure-skip-tls-verify'),
    tlsServerName: textAt(fields, 'tls-server-name'),
    proxyUrl: textAt(fields, 'proxy-url'),
    ...(flagAt(fields, 'disable-compression') ? { disableCompression: true } : {}),
    ...(extension === undefined ? {} : { execConfig: ownValue(extension.value, 'extension') }),
    folder,
  };
}

function readUser({ name, fields }: Named, { file, folder }: KubeconfigSource): UserEntry {
  return {
    name,
    token: textAt(fields, 'token'),
    tokenFile: textAt(fields, 'tokenFile'),
    certData: textAt(fields, 'client-certificate-data'),
    certFile: textAt(fields, 'client-certificate'),
    keyData: textAt(fields, 'client-key-data'),
    keyFile: textAt(fields, 'client-key'),
    username: textAt(fields, 'username'),
    password: textAt(fields, 'password'),
    impersonate: {
      user: textAt(fields, 'as'),
      groups: textsAt(fields, 'as-groups'),
      uid: textAt(fields, 'as-uid'),
      extras: Object.fromEntries(membersAt(fields, 'as-user-extra', textsAt)),
    },
    exec: readExec(fieldsAt(fields, 'exec')),
    authProvider: readAuthProvider(fieldsAt(fields, 'auth-provider'), name, file),
    folder,
  };
}

function readAuthProvider(fields: Fields, user: string, file: string): AuthProviderEntry | undefined {
  const name = textAt(fields, 'name');
  if (name === undefined) return undefined;
  const config = membersAt(fields, 'config', textAt).flatMap(([key, text]) =>
    text === undefined ? [] : [[key, text]],
  );
  return { name, config: Object.fromEntries(config) as Readonly<Record<string, string>>, user, file };
}

function readExec(fields: Fields): ExecEntry | undefined {
  const command = textAt(fields, 'command');
  if (command === undefined) return undefined;
  const interactiveMode = textAt(fields, 'interactiveMode');
  const installHint = textAt(fields, 'installHint');
  return {
    apiVersion: textAt(fields, 'apiVersion') ?? '',
    command,
    args: textsAt(fields, 'args'),
    env: listAt(fields, 'env').map((each) => ({
      name: textAt(each, 'name') ?? '',
      value: textAt(each, 'value') ?? '',
    })),
    ...(interactiveMode === undefined ? {} : { interactiveMode }),
    ...(flagAt(fields, 'provideClusterInfo') ? { provideClusterInfo: true } : {}),
    ...(installHint === undefined ? {} : { installHint }),
  };
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): readonly T[] {
  return [...new Map([...entries].reverse().map((entry) => [entry.name, entry])).values()].reverse();
}

function unknownContext(config: Kubeconfig, wanted: string, file: string): TaskError {
  const known = config.contexts.map((entry) => JSON.stringify(entry.name)).sort();
  const list = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  const missing = wanted === '' ? 'no current context is set' : `no context ${JSON.stringify(wanted)}`;
  return new TaskError('unknown-context', `choosing a context of ${file}: ${missing}; ${list}`, {
    remedy: 'Give the name of one of these contexts, or add the missing one to the kubeconfig.',
  });
}

function unreadable(file: string, cause: string): TaskError {
  return new TaskError('kubeconfig-unreadable', `reading kubeconfig ${file}: ${cause}`, {
    remedy: 'Fix the kubeconfig, or give the path of another one.',
  });
}

/**
 * All that a kubeconfig says about a context, as one text: its names, server, credentials and TLS settings, and the
 * recipient of sealed Secrets. The same for each file that says the same, whatever other contexts it has.
 */
export function contextFingerprint({ context, cluster, user }: Selection, sealingRecipient = ''): string {
  // Where the file is does not matter: the paths in it do.
  const { authProvider, ...login } = user;
  const provider = authProvider && { name: authProvider.name, config: authProvider.config };
  const { user: as = '', groups, uid = '', extras } = user.impersonate;
  const folder = undefined;
  const who = { ...login, impersonate: { user: as, groups, uid, extras }, authProvider: provider, folder };
  return JSON.stringify([context, { ...cluster, folder }, who, sealingRecipient]);
}
