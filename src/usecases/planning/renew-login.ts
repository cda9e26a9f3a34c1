import type { Secret } from '../../domain/core/secret.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { textsAt } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { jwtExpiry } from '../../domain/kubeconfig/jwt-expiry.ts';
import { expiryAnnotation, migrationLabel } from '../../domain/planning/migration-names.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { mergePatch } from '../cluster/write-object.ts';
import { loginFields, type ClusterLogin } from './create-migration.ts';
import type { AccountToken } from './make-account.ts';
import { withoutSecretValues } from './without-secret-values.ts';

/** A token that a user gave, with the time of its claim `exp`, if it has one. */
export function withExpiry(token: Secret): AccountToken {
  const expiry = jwtExpiry(token.reveal());
  return { token, expiresAt: expiry === undefined ? '' : new Date(expiry).toISOString() };
}

export interface RenewRequest extends AccountToken {
  /** Namespace of the runs. */
  readonly namespace: string;
  /** Of the login. */
  readonly secret: string;
}

/** Writes a new token into the Secret of a login: programs read it when they need it, so it reaches tasks that run. */
export async function renewLogin(
  { namespace, secret, token, expiresAt }: RenewRequest,
  cluster: Cluster,
): Promise<void> {
  const ref = { kind: knownKinds.secrets, namespace, name: secret };
  const annotations = { [expiryAnnotation]: expiresAt === '' ? null : expiresAt };
  await mergePatch(cluster, ref, { body: { metadata: { annotations }, stringData: { token: token.reveal() } } });
}

/** Writes a login as new answers have it into a Secret that exists. */
export async function replaceLogin(
  { namespace, secret }: Pick<RenewRequest, 'namespace' | 'secret'>,
  login: ClusterLogin,
  cluster: Cluster,
): Promise<void> {
  const { annotations, stringData } = loginFields(login);
  const ref = { kind: knownKinds.secrets, namespace, name: secret };
  await mergePatch(cluster, ref, { body: { metadata: { annotations }, stringData } });
}

/** When the tokens of Secrets expire, by the name of the Secret. No value is read. Without the right to list: none. */
export async function readExpiries(
  cluster: Cluster,
  { namespace, migration }: { readonly namespace: string; readonly migration?: string },
): Promise<ReadonlyMap<string, string>> {
  const labelSelector = migration === undefined ? migrationLabel : `${migrationLabel}=${migration}`;
  const list = { cluster: withoutSecretValues(cluster), kind: knownKinds.secrets, namespace, labelSelector };
  const secrets = await collectObjects(list).catch(onRefusal([403], []));
  return new Map(
    secrets.flatMap((secret) => {
      const expiresAt = stringAt(textsAt(secret, 'annotations'), expiryAnnotation);
      return expiresAt === undefined ? [] : [[secret.metadata.name, expiresAt] as const];
    }),
  );
}
