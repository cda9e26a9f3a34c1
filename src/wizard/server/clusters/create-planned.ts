import type { Secret } from '../../../domain/core/secret.ts';
import { accountObjects } from '../../../domain/planning/account-objects.ts';
import { defaultTokenHours } from '../../../domain/planning/answers.ts';
import type { MovePlan } from '../../../domain/planning/move-plan.ts';
import type { PlannedObject } from '../../../domain/planning/run-objects.ts';
import { createMigration, type ClusterLogin, type CreatedObject } from '../../../usecases/planning/create-migration.ts';
import { makeAccount } from '../../../usecases/planning/make-account.ts';
import type { Side } from '../../api/clusters.ts';
import { Refusal } from '../problems/refusals.ts';
import type { Session } from '../sessions/session.ts';
import type { SideConnection } from './side-connection.ts';

export interface CreationRequest {
  readonly plan: MovePlan;
  readonly objects: readonly PlannedObject[];
  /** Of the runs. */
  readonly namespace: string;
  readonly sides: Readonly<Record<Side, SideConnection>>;
  /** For sides whose credentials are of the kind `token`. */
  readonly tokens: Partial<Readonly<Record<Side, string>>>;
}

export interface Creation {
  readonly created: readonly CreatedObject[];
  readonly expiries: Partial<Readonly<Record<Side, string>>>;
}

interface SideLogin extends ClusterLogin {
  readonly expiresAt: string;
}

/** Creates the accounts and objects of a planned migration with the rights of the user. */
export async function createPlanned(request: CreationRequest, session: Session): Promise<Creation> {
  const { objects, namespace } = request;
  const logins: Partial<Record<Side, SideLogin>> = {};
  for (const { login } of objects) if (login !== undefined) logins[login] = await loginOf(login, request, session);
  const created = await createMigration({ objects, namespace, logins }, session);
  const expiries = Object.entries(logins).flatMap(([side, { expiresAt }]) =>
    expiresAt === '' ? [] : [[side, expiresAt] as const],
  );
  return { created, expiries: Object.fromEntries(expiries) };
}

async function loginOf(side: Side, request: CreationRequest, session: Session): Promise<SideLogin> {
  const { answers } = request.plan;
  const { login } = request.sides[side];
  const { token, expiresAt } = await tokenOf(side, request, session);
  return { url: answers[side].server ?? login.url, ca: login.ca, token, expiresAt };
}

async function tokenOf(
  side: Side,
  { plan, tokens, sides }: CreationRequest,
  { log }: Session,
): Promise<{ readonly token: Secret; readonly expiresAt: string }> {
  const { kind, hours = defaultTokenHours } = plan.answers.credentials[side];
  if (kind !== 'token') {
    const { namespace } = plan.answers[side];
    return makeAccount(
      { objects: accountObjects(plan, side), namespace, hours },
      { cluster: sides[side].cluster, log },
    );
  }
  const given = tokens[side]?.trim() ?? '';
  if (given !== '') return { token: log.redactor.secret(given), expiresAt: '' };
  throw new Refusal(400, 'request-refused', {
    message: `no token for the runs at the ${side} is given`,
    remedy: 'Give it, or choose another kind of login in the answers.',
  });
}
