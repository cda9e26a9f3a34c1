import { decodeBase64, toBase64 } from '../../domain/core/redaction/secret-forms.ts';
import { secretRef } from '../../domain/kubeconfig/cluster-secret.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { findObject } from '../cluster/find-object.ts';
import { createObject } from '../cluster/write-object.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { sealingSecretName, type SealingKey } from '../../domain/export/sealed-secret.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

export interface SealingSecretPorts {
  /** The cluster where the runs happen. */
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly makeKey: () => Promise<SealingKey>;
  /** Throws TaskError `invalid-file` naming the source. */
  readonly parseKey: (text: string, source: string) => Promise<SealingKey>;
}

/** The key in a namespace; undefined when there is none. @throws ClusterStatusError, TaskError `invalid-file` */
export async function readSealingSecret(ports: SealingSecretPorts): Promise<SealingKey | undefined> {
  const { cluster, namespace, parseKey } = ports;
  const place = { namespace, name: sealingSecretName };
  const source = `Secret ${namespace}/${sealingSecretName}`;
  const secret = await findObject(cluster, secretRef(place));
  return secret && parseKey(decodeBase64(stringAt(secret, 'data', 'identity') ?? '') ?? '', source);
}

/** The key in a namespace, made when there is none; the first one wins. @throws ClusterStatusError, TaskError */
export async function ensureSealingSecret(ports: SealingSecretPorts): Promise<SealingKey> {
  const found = await readSealingSecret(ports);
  if (found !== undefined) return found;
  const { cluster, namespace, makeKey } = ports;
  const key = await makeKey();
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: sealingSecretName, labels: { 'app.kubernetes.io/part-of': 'crane-tasks' } },
    type: 'Opaque',
    // Replacing it would make all exports that were sealed with it unreadable.
    immutable: true,
    data: { identity: toBase64(`${key.identity.reveal()}\n`), recipient: toBase64(key.recipient) },
  };
  const creation = createObject(cluster, { kind: knownKinds.secrets, namespace, body: secret });
  await creation.catch(onRefusal([409], undefined));
  const winner = await readSealingSecret(ports);
  if (winner !== undefined) return winner;
  throw new TaskError('cluster-refused', `making Secret ${namespace}/${sealingSecretName}: it is gone again`, {
    remedy: 'Look what removes Secrets in this namespace, then run again.',
  });
}
