import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { accountName } from '../../../domain/planning/account-objects.ts';
import { defaultTokenHours } from '../../../domain/planning/answers.ts';
import type { MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import { requestToken, type AccountToken } from '../../../usecases/planning/make-account.ts';
import { renewLogin, withExpiry } from '../../../usecases/planning/renew-login.ts';
import { findObject } from '../../../usecases/cluster/find-object.ts';
import { pipelineRuns } from '../../../domain/runs/pipeline-run.ts';
import { collectObjects } from '../../../usecases/cluster/list-objects.ts';
import { withoutSecretValues } from '../../../usecases/planning/without-secret-values.ts';
import { migrationLabel } from '../../../domain/planning/migration-names.ts';
import type { Side } from '../../api/clusters.ts';
import type { ObjectsAnswer, RenewAnswer } from '../../api/after.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { Refusal } from '../problems/refusals.ts';
import { secretOf } from '../views/migration-view.ts';
import { formatObject } from '../views/object-yaml.ts';
import { assertAllowed, migrationIn, storedAnswers } from './find-migration.ts';
import { connectionOf, objectOf, optionalText, wrongBody } from './read-body.ts';

/** @param namespace of the runs */
export function credentialRoutes(namespace: string): readonly Route[] {
  return [
    {
      access: 'session',
      method: 'PUT',
      path: '/migrations/:name/credentials/:side',
      rate: 'writes',
      handle: (request) => renew(request, namespace),
    },
    {
      access: 'session',
      method: 'GET',
      path: '/migrations/:name/objects',
      rate: 'reads',
      handle: async (request) => ({ body: await readObjects(request, namespace) }),
    },
  ];
}

async function renew(request: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const side = sideOf(request.params['side']);
  const found = await migrationIn(request, namespace);
  assertAllowed(found, 'renew');
  const secret = secretOf(found.migration, side);
  const { token, expiresAt } = await newToken(request, found, side);
  await renewLogin({ namespace, secret, token, expiresAt }, request.session.cluster);
  const body: RenewAnswer = { expiresAt };
  return { body, object: `secret ${namespace}/${secret}` };
}

/** @throws Refusal `request-refused` without a token and a connection to the right side */
async function newToken(
  { session, body }: SessionRequest,
  { migration }: MigrationWithRuns,
  side: Side,
): Promise<AccountToken> {
  const given = objectOf(body);
  const token = optionalText(given, 'token')?.trim() ?? '';
  if (token !== '') return withExpiry(session.log.redactor.secret(token));
  const id = optionalText(given, 'connection');
  if (id === undefined) throw wrongBody('neither token nor connection is given');
  const { cluster, answer } = connectionOf(session, id);
  if (answer.side !== side) throw wrongBody(`the connection is not one of the ${side}`);
  const answers = storedAnswers(migration);
  const { kind, hours = defaultTokenHours } = answers.credentials?.[side] ?? { kind: 'account' };
  if (kind !== 'account') {
    throw new Refusal(400, 'request-refused', {
      message: `the runs log in to the ${side} without an account of the migration`,
      remedy: 'Give a token.',
    });
  }
  return requestToken({ name: accountName(migration.name), namespace: answers[side].namespace, hours }, cluster);
}

function sideOf(text: string | undefined): Side {
  if (text === 'source' || text === 'destination') return text;
  throw wrongBody('the side is neither source nor destination');
}

async function readObjects(request: SessionRequest, namespace: string): Promise<ObjectsAnswer> {
  const { migration } = await migrationIn(request, namespace);
  const { cluster } = request.session;
  const labelSelector = `${migrationLabel}=${migration.name}`;
  const list = { namespace, labelSelector };
  const ref = { kind: knownKinds.configmaps, namespace, name: migration.configMap.name };
  const [configMap, secrets, runs] = await Promise.all([
    findObject(cluster, ref),
    collectObjects({ cluster: withoutSecretValues(cluster), kind: knownKinds.secrets, ...list }),
    collectObjects({ cluster, kind: pipelineRuns, ...list }),
  ]);
  const plain = runs.map(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec }));
  return {
    objects: [...(configMap === undefined ? [] : [configMap]), ...secrets, ...plain].map(formatObject).join('---\n'),
  };
}
