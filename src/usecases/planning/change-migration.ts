import { stringAt } from '../../domain/core/json-object.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { MovePlan } from '../../domain/planning/move-plan.ts';
import type { PlannedObject } from '../../domain/planning/run-objects.ts';
import type { StoredMigration } from '../../domain/planning/stored-migration.ts';
import { createObject, mergePatch } from '../cluster/write-object.ts';
import { withLogin, withOwner } from './create-migration.ts';
import { createNamespace } from './create-namespace.ts';
import { loginsOf, type CreatePlannedPorts, type Creation, sidesOf } from './create-planned.ts';
import { replaceLogin } from './renew-login.ts';

export interface ChangeRequest {
  readonly migration: StoredMigration;
  /** Of the ConfigMap that was read: a change in between is refused. */
  readonly resourceVersion: string;
  readonly plan: MovePlan;
  /** Without a run. */
  readonly objects: readonly PlannedObject[];
  readonly namespaceExists: boolean;
  /** Namespace of the runs. */
  readonly namespace: string;
  /** Names of the Secrets of the migration that exist. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * Gives a migration new answers. Its logins are renewed, Secrets that are missing are created, and the ConfigMap is
 * changed at the end.
 * @throws TaskError as createPlanned; `cluster-refused` with status 409 when the ConfigMap was changed meanwhile
 */
export async function changeMigration(request: ChangeRequest, ports: CreatePlannedPorts): Promise<Creation> {
  const { objects, namespace, plan, namespaceExists, migration, secrets } = request;
  const { runs } = ports.clusters;
  const [configMap] = objects;
  const { name, uid } = migration.configMap;
  const ref = { kind: knownKinds.configmaps, namespace, name };
  const { resourceVersion } = request;
  const body = { metadata: { uid, resourceVersion }, data: configMap?.resource['data'] };
  await mergePatch(runs, ref, { body, query: { dryRun: 'All', fieldValidation: 'Strict' } });
  if (!namespaceExists) await createNamespace(ports.clusters.destination, plan.answers.destination.namespace);
  const { logins, expiries } = await loginsOf(plan, sidesOf(objects), ports);
  const created = [];
  for (const { resource, login: side } of objects) {
    const login = side && logins[side];
    const secret = stringAt(resource, 'metadata', 'name') ?? '';
    if (login === undefined) continue;
    if (secrets.has(secret)) await replaceLogin({ namespace, secret }, login, runs);
    else {
      const owned = withOwner(withLogin(resource, login), { kind: 'ConfigMap', ...migration.configMap });
      const answer = await createObject(runs, { kind: knownKinds.secrets, namespace, body: owned });
      created.push({ kind: 'Secret', name: secret, uid: stringAt(answer, 'metadata', 'uid') ?? '' });
    }
  }
  await mergePatch(runs, ref, { body, query: { fieldValidation: 'Strict' } });
  return { created, expiries };
}
