import { makeDataKey, openUnsealWith } from '../../../adapters/age/sealing.ts';
import { chooseContext } from '../../../adapters/kube/choose-context.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import {
  keepPlain,
  keepSealed,
  type SealedPlace,
  type Sealing,
  type SecretKeeping,
  type SecretsMode,
} from '../../../usecases/seal/keep-secrets.ts';
import { ensureSealingKey, type SealingContext } from '../../shared/sealing-key.ts';
import { sha256Of } from '../../../adapters/files/digest.ts';
import { makePackedList } from '../../../adapters/memory/packed-list.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { stagingIn } from '../../../adapters/files/stage-folders.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';

export interface SecretsRequest {
  readonly mode: SecretsMode;
  /** `age1…`; undefined: the key of the runs. */
  readonly recipient: string | undefined;
  readonly kubeconfig: string | undefined;
  /** Context of the source, and the digests that it may have. */
  readonly context: string | undefined;
  readonly kubeconfigDigest: string;
}

/**
 * What an export does with Secrets; looks for the key of the runs when they are to be sealed for it. Never falls back to
 * the clear.
 * @throws TaskError with the remedy when there is no key to be had
 */
async function openSecrets(
  request: SecretsRequest,
  place: SealedPlace,
  context: SealingContext,
): Promise<SecretKeeping> {
  switch (request.mode) {
    case 'include':
      context.log.warn(
        `Secrets are written to ${place.folder.path} in CLEAR TEXT, as requested: every reader of the folder can read them`,
      );
      return keepPlain('include');
    case 'skip':
      return keepPlain('skip');
    case 'seal':
      return keepSealed(await openSealing(request, context), place);
  }
}

async function openSealing(request: SecretsRequest, context: SealingContext): Promise<Sealing> {
  const { recipient } = request;
  if (recipient !== undefined) return sealingFor(recipient);
  try {
    const key = await ensureSealingKey(context);
    context.log.info(`Secrets are sealed for ${key.recipient}`);
    return { ...(await sealingFor(key.recipient)), unseal: await openUnsealWith(key) };
  } catch (error) {
    if (!(error instanceof TaskError) || error.code === 'interrupted') throw error;
    const named = await recipientInKubeconfig(request, context);
    if (named === undefined) throw noKey(error);
    context.log.info(`Secrets are sealed for ${named}, whom the kubeconfig names`);
    return sealingFor(named);
  }
}

async function recipientInKubeconfig(
  { kubeconfig, context, kubeconfigDigest }: SecretsRequest,
  { environment }: SealingContext,
): Promise<string | undefined> {
  if (kubeconfig === undefined) return undefined;
  return (await chooseContext({ kubeconfig, context, kubeconfigDigest, environment })).sealingRecipient;
}

async function sealingFor(recipient: string): Promise<Sealing> {
  return { recipient, dataKey: await makeDataKey(recipient), unseal: undefined };
}

function noKey(cause: TaskError): TaskError {
  return new TaskError(cause.code, `looking for the key to seal Secrets for: ${messageOf(cause)}`, {
    remedy:
      'Let the account of the run get and create Secrets in its namespace, name a recipient with secrets-recipient, or choose secrets=skip.',
    cause,
  });
}

export { exportNamespace } from '../../../usecases/export/export-namespace.ts';

export function exportPorts(
  path: string,
  { cluster, secrets }: { readonly cluster: Cluster; readonly secrets: SecretsRequest },
  context: SealingContext,
) {
  const folder = openFolder(path);
  return {
    cluster,
    folder,
    log: context.log,
    yaml: yamlCodec,
    sha256: sha256Of,
    stage: stagingIn(folder.path),
    openSecrets: () => openSecrets(secrets, { folder, yaml: yamlCodec }, context),
    makeList: makePackedList,
  };
}
