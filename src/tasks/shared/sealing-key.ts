import {
  ensureIdentityFile,
  ownIdentityFile,
  readIdentityFile,
  makeSealingKey,
  openUnsealWith,
  parseSealingKey,
} from '../../adapters/age/sealing.ts';
import { connectOwnCluster } from '../../adapters/kube/connect.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { sealingSecretName, type SealingKey, type Unseal } from '../../domain/export/sealed-secret.ts';
import type { TaskContext, Workspace } from '../../runtime/define-task.ts';
import { ensureSealingSecret, readSealingSecret, type SealingSecretPorts } from '../../usecases/seal/sealing-secret.ts';

export const sealingKeyWorkspace = {
  flag: 'sealing-key',
  optional: true,
  readOnly: true,
  description:
    'Folder with the file `identity`, or that file: the age identity that Secrets were sealed for. Without it: in a pod ' +
    `the Secret ${sealingSecretName} in the namespace of the run, elsewhere the file crane-tasks/identity below ` +
    '$XDG_CONFIG_HOME or ~/.config.',
} as const satisfies Workspace;

export type SealingContext = Pick<TaskContext, 'environment' | 'log' | 'signal'>;

/**
 * Unseals with the key at a path, or without a path with the key of the runs. The key is looked for when the
 * first value is to be unsealed: who has no sealed Secret needs none.
 */
export function openUnseal(path: string | undefined, context: SealingContext): Unseal {
  let opening: Promise<Unseal> | undefined;
  const open = (): Promise<Unseal> => (opening ??= findIdentity(path, context).then(openUnsealWith));
  return {
    openDataKey: async (sealedKey) => (await open()).openDataKey(sealedKey),
    openValue: async (sealed) => (await open()).openValue(sealed),
  };
}

/**
 * The key of the runs, made when there is none: in the Secret of their namespace, or outside a pod in a file of the user.
 * @throws ClusterStatusError when the account may not read or make the Secret, TaskError `invalid-file`
 */
export async function ensureSealingKey(context: SealingContext): Promise<SealingKey> {
  if (!isInPod(context)) return ensureIdentityFile(ownIdentityFile(context.environment), context.log.redactor);
  return inLocalCluster(context, ensureSealingSecret);
}

async function findIdentity(path: string | undefined, context: SealingContext): Promise<SealingKey> {
  if (path !== undefined) return readIdentityFile(path, context.log.redactor);
  if (!isInPod(context)) return readIdentityFile(ownIdentityFile(context.environment), context.log.redactor);
  const key = await inLocalCluster(context, readSealingSecret);
  if (key !== undefined) return key;
  const message = `unsealing Secrets: the namespace of the run has no Secret ${sealingSecretName}`;
  const remedy =
    'Run in the namespace of the export, or bind the workspace sealing-key with the key that it was sealed for.';
  throw new TaskError('invalid-param', message, { remedy });
}

/** The kubelet sets it in every container, also in those without an account: what they write to their home is lost. */
function isInPod({ environment }: SealingContext): boolean {
  return (environment['KUBERNETES_SERVICE_HOST'] ?? '') !== '';
}

async function inLocalCluster<T>(context: SealingContext, use: (ports: SealingSecretPorts) => Promise<T>): Promise<T> {
  const { environment, log, signal } = context;
  const { cluster, namespace } = await connectOwnCluster({ environment, log, signal });
  try {
    return await use({
      cluster,
      namespace: namespace === '' ? 'default' : namespace,
      makeKey: () => makeSealingKey(log.redactor),
      parseKey: (text, source) => parseSealingKey(text, source, log.redactor),
    });
  } finally {
    await cluster.close();
  }
}
