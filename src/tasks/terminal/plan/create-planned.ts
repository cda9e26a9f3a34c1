import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { accessOfContext, type ConnectOptions } from '../../../adapters/kube/connect.ts';
import { authorityOf } from '../../../adapters/kube/credentials.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { Secret } from '../../../domain/core/secret.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { accountObjects } from '../../../domain/planning/account-objects.ts';
import { defaultTokenHours } from '../../../domain/planning/answers.ts';
import type { MovePlan } from '../../../domain/planning/move-plan.ts';
import { createNamespace } from '../../../usecases/planning/create-namespace.ts';
import { createMigration, type ClusterLogin, type CreatedObject } from '../../../usecases/planning/create-migration.ts';
import { makeAccount } from '../../../usecases/planning/make-account.ts';
import type { PlannedMigration } from '../../../usecases/planning/plan-migration.ts';

type Side = 'source' | 'destination';

export interface CreateRequest extends Pick<PlannedMigration, 'objects'> {
  readonly plan: MovePlan;
  /** Whether the namespace at the destination does not exist and is wanted. */
  readonly createNamespace: boolean;
  /** Namespace of the runs. */
  readonly namespace: string;
  /** Paths of files with tokens; undefined: none is given. */
  readonly tokenFiles: Readonly<Record<Side, string | undefined>>;
}

export interface CreatePorts {
  readonly clusters: Readonly<Record<Side | 'runs', Cluster>>;
  readonly side: (side: Side) => ConnectOptions;
  readonly log: Log;
}

/** Creates the accounts and objects of a planned migration. */
export async function createPlanned(request: CreateRequest, ports: CreatePorts): Promise<readonly CreatedObject[]> {
  const { objects, namespace, plan } = request;
  if (request.createNamespace) await createNamespace(ports.clusters.destination, plan.answers.destination.namespace);
  const logins: Partial<Record<Side, ClusterLogin>> = {};
  for (const { login } of objects) if (login !== undefined) logins[login] = await loginOf(login, request, ports);
  return createMigration({ objects, namespace, logins }, { cluster: ports.clusters.runs, log: ports.log });
}

async function loginOf(side: Side, request: CreateRequest, ports: CreatePorts): Promise<ClusterLogin> {
  const { answers } = request.plan;
  const { selection } = await accessOfContext(ports.side(side));
  return {
    url: answers[side].server ?? selection.cluster.server,
    ca: (await authorityOf(selection)) ?? '',
    token: await tokenOf(side, request, ports),
  };
}

async function tokenOf(side: Side, { plan, tokenFiles }: CreateRequest, ports: CreatePorts): Promise<Secret> {
  const { kind, hours = defaultTokenHours } = plan.answers.credentials[side];
  if (kind === 'token') return readToken(side, tokenFiles[side], ports.log);
  const { log, clusters } = ports;
  const { namespace } = plan.answers[side];
  const request = { objects: accountObjects(plan, side), namespace, hours };
  const { token, expiresAt } = await makeAccount(request, { cluster: clusters[side], log });
  log.info(`the token of account ${namespace}/${request.objects.name} of the ${side} expires at ${expiresAt}`);
  return token;
}

async function readToken(side: Side, file: string | undefined, { redactor }: Log): Promise<Secret> {
  const path = resolve(file ?? '');
  const remedy = `Give ${side}-token-file, or choose another kind of login in the answers.`;
  if (file === undefined) {
    throw new TaskError('invalid-param', `logging in to the ${side}: no file with a token is given`, { remedy });
  }
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TaskError('invalid-file', `reading the token in ${path}: the file cannot be read`, { remedy, cause });
  });
  return redactor.secret(text.trim());
}
