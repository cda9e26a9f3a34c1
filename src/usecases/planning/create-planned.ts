import type { Log } from '../../domain/core/ports.ts';
import type { Secret } from '../../domain/core/secret.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { accountObjects } from '../../domain/planning/account-objects.ts';
import { defaultTokenHours } from '../../domain/planning/answers.ts';
import type { MovePlan } from '../../domain/planning/move-plan.ts';
import type { PlannedObject } from '../../domain/planning/run-objects.ts';
import { assertTokensLast } from '../../domain/planning/token-expiry.ts';
import { createMigration, type ClusterLogin, type CreatedObject } from './create-migration.ts';
import { createNamespace } from './create-namespace.ts';
import { makeAccount, type AccountToken } from './make-account.ts';
import type { PlannedMigration } from './plan-migration.ts';
import { withExpiry } from './renew-login.ts';

type Side = 'source' | 'destination';

export interface PlannedCreation extends Pick<PlannedMigration, 'objects' | 'namespaceExists'> {
  readonly plan: MovePlan;
  /** Namespace of the runs. */
  readonly namespace: string;
}

export interface CreatePlannedPorts {
  readonly clusters: Readonly<Record<Side | 'runs', Cluster>>;
  /** How the runs reach a cluster, where the answers have no address. */
  readonly accessOf: (side: Side) => Promise<Pick<ClusterLogin, 'url' | 'ca'>>;
  /** The token that the user gave, where the answers choose that. */
  readonly givenToken: (side: Side) => Secret | Promise<Secret>;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
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
  const { logins, expiries } = await loginsOf(plan, sidesOf(objects), ports);
  if (objects.some(({ resource }) => resource['kind'] === 'PipelineRun')) {
    assertTokensLast(expiries, { minutes: plan.answers.run.timeoutMinutes, now: ports.now() });
  }
  const created = await createMigration(
    { objects, namespace, logins },
    { cluster: ports.clusters.runs, log: ports.log },
  );
  return { created, expiries };
}

/** The sides of which the objects have a Secret. */
export function sidesOf(objects: readonly PlannedObject[]): readonly Side[] {
  return objects.flatMap(({ login }) => login ?? []);
}

export interface Logins {
  readonly logins: Partial<Readonly<Record<Side, ClusterLogin>>>;
  /** When their tokens expire, RFC 3339, where that is known. */
  readonly expiries: Partial<Readonly<Record<Side, string>>>;
}

/** Gets the logins of the runs as the answers choose: accounts are made, or updated, with a new token. */
export async function loginsOf(plan: MovePlan, sides: readonly Side[], ports: CreatePlannedPorts): Promise<Logins> {
  const logins: Partial<Record<Side, ClusterLogin>> = {};
  const expiries: Partial<Record<Side, string>> = {};
  for (const side of sides) {
    const { token, expiresAt } = await tokenOf(side, plan, ports);
    const { url, ca } = await ports.accessOf(side);
    logins[side] = { url: plan.answers[side].server ?? url, ca, token, expiresAt };
    if (expiresAt !== '') expiries[side] = expiresAt;
  }
  return { logins, expiries };
}

async function tokenOf(side: Side, plan: MovePlan, ports: CreatePlannedPorts): Promise<AccountToken> {
  const { kind, hours = defaultTokenHours } = plan.answers.credentials[side];
  if (kind === 'token') return withExpiry(await ports.givenToken(side));
  const { namespace } = plan.answers[side];
  const objects = accountObjects(plan, side);
  const made = await makeAccount({ objects, namespace, hours }, { cluster: ports.clusters[side], log: ports.log });
  ports.log.info(`the token of account ${namespace}/${objects.name} of the ${side} expires at ${made.expiresAt}`);
  return made;
}
