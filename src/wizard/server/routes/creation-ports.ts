import { isObject, stringAt } from '../../../domain/core/json-object.ts';
import type { MovePlan } from '../../../domain/planning/move-plan.ts';
import type { CreatePlannedPorts } from '../../../usecases/planning/create-planned.ts';
import type { PlannedMigration } from '../../../usecases/planning/plan-migration.ts';
import type { SessionRequest } from '../http/route.ts';
import { Refusal } from '../problems/refusals.ts';
import type { SideConnection } from '../sessions/side-connection.ts';
import { objectOf, wrongBody } from './read-body.ts';

/** The plan of answers without an error. @throws Refusal with the first error */
export function planIn({ plan, problems }: PlannedMigration): MovePlan {
  if (plan !== undefined) return plan;
  const [first] = problems.filter(({ severity }) => severity === 'error');
  throw new Refusal(422, 'request-refused', {
    message: `the answers have a problem at ${first?.path ?? ''}: ${first?.message ?? ''}`,
    remedy: first?.remedy ?? '',
  });
}

/** What the logins of the runs are made with. */
export function creationPorts(
  { session, body }: Pick<SessionRequest, 'session' | 'body'>,
  sides: Readonly<Record<'source' | 'destination', SideConnection>>,
): CreatePlannedPorts {
  const tokens = tokensIn(body);
  return {
    clusters: { source: sides.source.cluster, destination: sides.destination.cluster, runs: session.cluster },
    log: session.log,
    accessOf: (side) => Promise.resolve(sides[side].login),
    givenToken: (side) => session.log.redactor.secret(tokenFor(side, tokens)),
    now: Date.now,
  };
}

/** @throws Refusal without a token */
function tokenFor(side: 'source' | 'destination', tokens: ReturnType<typeof tokensIn>): string {
  const given = tokens[side]?.trim() ?? '';
  if (given !== '') return given;
  throw new Refusal(400, 'request-refused', {
    message: `no token for the runs at the ${side} is given`,
    remedy: 'Give it, or choose another kind of login in the answers.',
  });
}

function tokensIn(body: unknown): Partial<Readonly<Record<'source' | 'destination', string>>> {
  const { tokens = {} } = objectOf(body);
  if (!isObject(tokens)) throw wrongBody('tokens must be a JSON object');
  const given = (['source', 'destination'] as const).flatMap((side) => {
    const token = stringAt(tokens, side);
    return token === undefined ? [] : [[side, token] as const];
  });
  return Object.fromEntries(given);
}
