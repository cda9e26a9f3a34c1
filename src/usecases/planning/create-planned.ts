import type { Log } from '../../domain/core/ports.ts';
import type { Secret } from '../../domain/core/secret.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { accountObjects } from '../../domain/planning/account-objects.ts';
import { defaultTokenHours } from '../../domain/planning/answers.ts';
import type { MovePlan } from '../../domain/planning/move-plan.ts';
import { createMigration, type ClusterLogin, type CreatedObject } from './create-migration.ts';
import { createNamespace } from './create-namespace.ts';
import { makeAccount, type AccountToken } from './make-account.ts';
import type { PlannedMigration } from './plan-migration.ts';

type Side = 'source' | 'destination';

export interface PlannedCreation extends Pick<PlannedMigration, 'objects' | 'namespaceExists'> {
  readonly plan: MovePlan;
  /** Namespace of the runs. */
  readonly namespace: string;
}

export interface CreatePlannedPorts {
  readonly clusters: Readonly<Record<Side | 'runs', Cluster>>;
  /** How the runs reach a cluster, where the answers have no address. */
  readonly accessOf: (side: Side) => Promise<Omit<ClusterLogin, 'token'>>;
  /** The token that the user gave, where the answers choose that. */
  readonly givenToken: (side: Side) => Secret | Promise<Secret>;
  readonly log: Log;
}

export interface Creation {
  readonly created: readonly CreatedObject[];
  /** When the tokens that were requested expire, RFC 3339. */
  readonly expiries: Partial<Readonly<Record<Side, string>>>;
}

/**
 * Creates what a planned migration needs with the rights of the user: the namespace at the destination if it is wanted and
 * does not exist, the accounts of the runs, and the objects.
 * @throws TaskError as createMigration and makeAccount
 */
export async function createPlanned(request: PlannedCreation, ports: CreatePlannedPorts): Promise<Creation> {
  const { objects, namespace, namespaceExists, plan } = request;
  if (!namespaceExists) await createNamespace(ports.clusters.destination, plan.answers.destination.namespace);
  const logins: Partial<Record<Side, ClusterLogin>> = {};
  const expiries: Partial<Record<Side, string>> = {};
  for (const side of objects.flatMap(({ login }) => login ?? [])) {
    const { token, expiresAt } = await tokenOf(side, plan, ports);
    const { url, ca } = await ports.accessOf(side);
    logins[side] = { url: plan.answers[side].server ?? url, ca, token };
    if (expiresAt !== '') expiries[side] = expiresAt;
  }
  const created = await createMigration(
    { objects, namespace, logins },
    { cluster: ports.clusters.runs, log: ports.log },
  );
  return { created, expiries };
}

async function tokenOf(side: Side, plan: MovePlan, ports: CreatePlannedPorts): Promise<AccountToken> {
  const { kind, hours = defaultTokenHours } = plan.answers.credentials[side];
  if (kind === 'token') return { token: await ports.givenToken(side), expiresAt: '' };
  const { namespace } = plan.answers[side];
  const objects = accountObjects(plan, side);
  const made = await makeAccount({ objects, namespace, hours }, { cluster: ports.clusters[side], log: ports.log });
  ports.log.info(`the token of account ${namespace}/${objects.name} of the ${side} expires at ${made.expiresAt}`);
  return made;
}
