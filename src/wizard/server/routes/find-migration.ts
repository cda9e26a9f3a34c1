import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { actionReasons, allowedActions, type ActionName } from '../../../domain/planning/allowed-actions.ts';
import { readAnswers, type CompleteAnswers } from '../../../domain/planning/answers.ts';
import { stateOf } from '../../../domain/planning/state.ts';
import { storedRunSettings, type StoredMigration } from '../../../domain/planning/stored-migration.ts';
import { assertTokensLast } from '../../../domain/planning/token-expiry.ts';
import type { MoveAnswers } from '../../../domain/schemas/documents.ts';
import { findMigration, type MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import type { SessionRequest } from '../http/route.ts';
import { notFound, Refusal } from '../problems/refusals.ts';
import { expiriesOf } from '../views/migration-view.ts';
import { nameOf } from './read-body.ts';

/** The migration that a path names. @throws Refusal `not-found` */
export async function migrationIn({ session, params }: SessionRequest, namespace: string): Promise<MigrationWithRuns> {
  const name = nameOf(params['name'], 'migration');
  const found = await findMigration(session.cluster, namespace, name);
  if (found === undefined) throw notFound(`migration ${name}`);
  return found;
}

/** @throws Refusal `state-refused` with the reason */
export function assertAllowed(found: MigrationWithRuns, action: ActionName): void {
  const state = allowedActions(stateOf(found)).find((each) => each.action === action);
  if (state?.allowed === true) return;
  throw new Refusal(409, 'state-refused', {
    message: `migration ${found.migration.name} does not allow ${action} now`,
    remedy: actionReasons[state?.reason ?? 'not-planned'],
  });
}

/** The answers that a ConfigMap keeps. @throws TaskError `invalid-file` */
export function storedAnswers({ answersText, name }: StoredMigration): MoveAnswers {
  const source = `the answers of migration ${name}`;
  return readAnswers(yamlCodec.parse(answersText, source), source);
}

/** The settings of the runs of a migration. @throws TaskError `invalid-file` */
export function settingsOf(migration: StoredMigration): CompleteAnswers['run'] {
  return storedRunSettings(storedAnswers(migration));
}

/** @throws TaskError when a token of the runs ends within so many minutes */
export function assertLoginsLast({ migration, expiries }: MigrationWithRuns, minutes: number): void {
  assertTokensLast(expiriesOf(migration, expiries), { minutes, now: Date.now() });
}
