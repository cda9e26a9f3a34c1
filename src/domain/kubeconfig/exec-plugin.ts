import { isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import type { ClusterEntry, ExecEntry } from './kubeconfig.ts';

/** What a plugin gave; with none of them it gave nothing that proves who we are. */
export interface PluginLogin {
  readonly token: string | undefined;
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  /** Milliseconds since 1970; undefined: until a server refuses it. */
  readonly expiresAt: number | undefined;
}

const group = 'client.authentication.k8s.io';
/** Those that client-go takes. v1alpha1 was removed in Kubernetes 1.24. */
const versions: readonly string[] = [`${group}/v1`, `${group}/v1beta1`];
const modes: readonly string[] = ['Never', 'IfAvailable', 'Always'];

/**
 * What client-go refuses in an exec entry before it runs the program, or undefined.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#ExecConfig
 */
export function faultOfExecEntry({ apiVersion, interactiveMode }: ExecEntry): string | undefined {
  if (!versions.includes(apiVersion)) {
    return `apiVersion is ${JSON.stringify(apiVersion)}, expected one of ${versions.join(', ')}`;
  }
  if (interactiveMode === undefined && apiVersion === versions[0]) {
    return `interactiveMode is missing, expected one of ${modes.join(', ')}`;
  }
  if (interactiveMode === undefined || modes.includes(interactiveMode)) return undefined;
  return `interactiveMode is ${JSON.stringify(interactiveMode)}, expected one of ${modes.join(', ')}`;
}

/** Whether the program may ask a person; `no-terminal` when it must and there is none. */
export function interactionOf({ interactiveMode }: ExecEntry, hasTerminal: boolean): boolean | 'no-terminal' {
  if (interactiveMode === 'Never') return false;
  return interactiveMode === 'Always' && !hasTerminal ? 'no-terminal' : hasTerminal;
}

/** The ExecCredential in KUBERNETES_EXEC_INFO. `caData`: base64 of PEM, from the entry or its file. */
export function execInfo(
  { apiVersion, provideClusterInfo }: ExecEntry,
  interactive: boolean,
  { cluster, caData }: { readonly cluster: ClusterEntry; readonly caData: string | undefined },
): JsonObject {
  const info = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
    'certificate-authority-data': caData,
    'proxy-url': cluster.proxyUrl,
    'disable-compression': cluster.disableCompression,
    // client-go writes null where the kubeconfig has no extension for the plugin.
    config: cluster.execConfig ?? null,
  };
  const spec = { interactive, ...(provideClusterInfo === true ? { cluster: info } : {}) };
  return { kind: 'ExecCredential', apiVersion, spec };
}

/**
 * Reads what a plugin printed, by the rules of client-go.
 * https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 * @returns a cause that quotes nothing of the answer when it cannot be used
 */
export function readExecCredential(answer: unknown, { apiVersion }: ExecEntry): PluginLogin | string {
  if (!isObject(answer) || answer['kind'] !== 'ExecCredential') return 'it printed no ExecCredential';
  if (answer['apiVersion'] !== apiVersion) return `it answered in another version than ${apiVersion}`;
  const status = valueAt(answer, 'status');
  if (!isObject(status)) return 'its answer has no status';
  const [token, cert, key] = ['token', 'clientCertificateData', 'clientKeyData'].map(
    (field) => stringAt(status, field) || undefined,
  );
  if ((cert === undefined) !== (key === undefined)) return 'it gave a certificate or a key, and not both';
  if (token === undefined && cert === undefined) return 'it gave neither a token nor a certificate';
  const expiry = status['expirationTimestamp'] ?? undefined;
  const expiresAt = typeof expiry === 'string' ? Date.parse(expiry) : undefined;
  if (expiry !== undefined && (expiresAt === undefined || Number.isNaN(expiresAt))) {
    return 'its expirationTimestamp is not a time';
  }
  return { token, certificate: cert === undefined || key === undefined ? undefined : { cert, key }, expiresAt };
}
