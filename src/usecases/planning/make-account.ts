import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { ownValue, stringAt, type JsonObject } from '../../domain/core/json-object.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { Secret } from '../../domain/core/secret.ts';
import { objectPath } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { accountKinds } from '../../domain/kube/known-kinds.ts';
import { isForbidden } from '../../domain/kube/status-error.ts';
import type { AccountObjects } from '../../domain/planning/account-objects.ts';
import { serverSideApply } from '../cluster/write-object.ts';

export interface AccountRequest {
  readonly objects: AccountObjects;
  /** Of the application in this cluster. */
  readonly namespace: string;
  readonly hours: number;
}

export interface AccountToken {
  readonly token: Secret;
  /** When the cluster lets it expire, RFC 3339: it may be earlier than requested. */
  readonly expiresAt: string;
}

const secondsPerHour = 3600;

/**
 * Makes the ServiceAccount of a migration with its rights, or updates it, and requests a token that expires.
 * @throws TaskError `forbidden` with what the user may not do; another kind of login can then be chosen
 */
export async function makeAccount(
  { objects, namespace, hours }: AccountRequest,
  { cluster, log }: { readonly cluster: Cluster; readonly log: Log },
): Promise<AccountToken> {
  for (const object of objects.own) await applyObject(cluster, object, namespace);
  try {
    for (const object of objects.shared) await applyObject(cluster, object, '');
  } catch (error) {
    if (!isForbidden(error)) throw error;
    log.warn(`account ${namespace}/${objects.name} gets no rights outside of the namespace: ${messageOf(error)}`);
  }
  return requestToken({ name: objects.name, namespace, hours }, cluster);
}

/** Requests a token of a ServiceAccount that expires. @throws TaskError `unexpected-object` for an answer without one */
export async function requestToken(
  { name, namespace, hours }: { readonly name: string; readonly namespace: string; readonly hours: number },
  cluster: Cluster,
): Promise<AccountToken> {
  const ref = { kind: accountKinds.ServiceAccount, namespace, name };
  const answer = await cluster.request({
    method: 'POST',
    path: `${objectPath(ref)}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: hours * secondsPerHour },
    },
  });
  const token = stringAt(answer, 'status', 'token') ?? '';
  if (token === '') {
    throw new TaskError('unexpected-object', `requesting a token of ${namespace}/${name}: the answer has none`, {
      remedy: 'Check the API server, or choose another kind of login.',
    });
  }
  return {
    token: cluster.redactor.secret(token),
    expiresAt: stringAt(answer, 'status', 'expirationTimestamp') ?? '',
  };
}

async function applyObject(cluster: Cluster, body: JsonObject, namespace: string): Promise<void> {
  const kinds: Readonly<Record<string, ApiKind>> = accountKinds;
  const kind = ownValue(kinds, stringAt(body, 'kind') ?? '');
  if (kind === undefined) throw new Error('not an object of an account');
  await serverSideApply(cluster, { kind, namespace, name: stringAt(body, 'metadata', 'name') ?? '' }, { body });
}
