import { toBase64 } from '../../domain/core/redaction/secret-forms.ts';
import { execEntryFor, type ClusterSecret, type SecretPlace } from '../../domain/kubeconfig/cluster-secret.ts';
import { putContext, putSealingRecipient } from '../../domain/kubeconfig/kubeconfig-entry.ts';
import { describeAnswer, notKubernetes } from '../../domain/kube/api-answer.ts';
import { isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { readClusterUid } from '../cluster/cluster-uid.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log, Folder, YamlCodec } from '../../domain/core/ports.ts';

export interface KubeconfigRequest {
  readonly secret: SecretPlace;
  readonly contextName: string;
  readonly embedToken: boolean;
  readonly insecureSkipTlsVerify: boolean;
}

export type KubeconfigResult = 'cluster-uid' | 'kubeconfig-digest';

export interface KubeconfigPorts {
  readonly readSecret: () => Promise<ClusterSecret>;
  readonly connect: (secret: ClusterSecret) => Promise<Cluster>;
  /** Folder and name of the kubeconfig file. */
  readonly folder: Folder;
  readonly file: string;
  /** Runs an action while no other program changes that file. */
  readonly whileLocked: (action: () => Promise<void>) => Promise<void>;
  /** Recipient of the key of the runs, which is made when there is none. */
  readonly ensureRecipient: () => Promise<string>;
  /** `sha256:<hex>` of what a parsed kubeconfig says about a context. */
  readonly digestOf: (config: unknown, contextName: string) => string;
  readonly yaml: YamlCodec;
  readonly log: Log;
}

/**
 * Puts a context for another cluster into a kubeconfig, after proving that its credentials work.
 * @throws TaskError `invalid-param`, `unauthorized`, `unreachable`, `tls-untrusted`, `kubeconfig-unreadable`
 */
export async function generateKubeconfig(
  request: KubeconfigRequest,
  ports: KubeconfigPorts,
): Promise<Outcome<KubeconfigResult, 'kubeconfig'>> {
  const { contextName, embedToken } = request;
  const { folder, file, log } = ports;
  if (contextName === '')
    throw new TaskError('invalid-param', 'reading --context-name: it is empty', {
      remedy: 'Give the new context a name.',
    });
  const secret = await ports.readSecret();
  const insecureSkipTlsVerify = request.insecureSkipTlsVerify || secret.insecureSkipTlsVerify;
  if (insecureSkipTlsVerify) log.warn(`the certificate of ${secret.url} is not checked, as asked for`);
  const { account, uid = '' } = await proveLogin(secret, ports);
  if (embedToken) log.warn(`the token is written to ${folder.path}/${file} in clear text, as asked for`);
  const digest = await writeContext({ ...request, insecureSkipTlsVerify }, secret, ports);
  const evidence = { server: secret.url, account, 'cluster-uid': uid };
  return {
    items: [{ id: `context ${contextName}`, outcome: 'done', reason: 'written', evidence }],
    results: { 'cluster-uid': uid, 'kubeconfig-digest': digest },
    summary: `context ${contextName} in ${folder.path}/${file} reaches ${secret.url} as ${account}`,
  };
}

/** Adds the context to the file. Returns the digest of what the file then says about it. */
async function writeContext(
  request: KubeconfigRequest,
  secret: ClusterSecret,
  ports: KubeconfigPorts,
): Promise<string> {
  const { contextName, insecureSkipTlsVerify, embedToken } = request;
  const { folder, file, yaml } = ports;
  const context = {
    name: contextName,
    server: secret.url,
    caData: secret.ca === undefined ? undefined : toBase64(secret.ca),
    insecureSkipTlsVerify,
    // Programs that read the Secret take it from there: the file is not for passwords.
    proxyUrl: embedToken || !hasPassword(secret.proxyUrl) ? secret.proxyUrl : undefined,
    tlsServerName: secret.tlsServerName,
    credential: embedToken ? { token: secret.token.reveal() } : { exec: execEntryFor(request.secret) },
  };
  const recipient = await recipientFor(ports);
  let written = '';
  await ports.whileLocked(async () => {
    const text = await folder.read(file);
    const existing = text === undefined ? undefined : yaml.parse(text, file)[0];
    const config = putContext(existing, context, `${folder.path}/${file}`);
    written = yaml.format(recipient === undefined ? config : putSealingRecipient(config, recipient));
    await folder.write(file, written);
  });
  return ports.digestOf(yaml.parse(written, file)[0], contextName);
}

function hasPassword(proxyUrl: string | undefined): boolean {
  return proxyUrl !== undefined && URL.parse(proxyUrl)?.password !== '';
}

/** Undefined when there is no key to be had: an export without Secrets needs none, and any other says so itself. */
async function recipientFor({ ensureRecipient, log }: KubeconfigPorts): Promise<string | undefined> {
  try {
    return await ensureRecipient();
  } catch (error) {
    if (!(error instanceof TaskError) || error.code === 'interrupted') throw error;
    log.warn(`no key to seal Secrets for: ${messageOf(error)}`);
    return undefined;
  }
}

/** The name that the cluster knows the token by, and its UID; undefined when the account may not read it. */
async function proveLogin(
  secret: ClusterSecret,
  ports: KubeconfigPorts,
): Promise<{ readonly account: string; readonly uid: string | undefined }> {
  const cluster = await ports.connect(secret);
  try {
    // Any server answers 401 here to a token that it does not know, also where it answers those without one.
    const path = '/version';
    const version = await cluster.request({ path });
    if (stringAt(version, 'gitVersion') === undefined) {
      throw notKubernetes({ path, server: cluster.server }, `expected a gitVersion, got ${describeAnswer(version)}`);
    }
    const [account, uid] = await Promise.all([whoAmI(cluster), readClusterUid(cluster)]);
    return { account, uid };
  } finally {
    await cluster.close();
  }
}

async function whoAmI(cluster: Cluster): Promise<string> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const answer = await cluster.request({ method: 'POST', path, body }).catch((error: unknown) => {
    // Older than Kubernetes 1.28, or not allowed to ask: the token itself was accepted.
    if (!isRefusalOfRequest(error)) throw error;
  });
  return stringAt(answer, 'status', 'userInfo', 'username') ?? 'an account that the cluster does not name';
}
