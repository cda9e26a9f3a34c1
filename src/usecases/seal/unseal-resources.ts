import { TaskError } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { unsealSecret, type Unseal, noteSecretValues } from '../../domain/export/sealed-secret.ts';
import { mapConcurrently } from '../map-concurrently.ts';

export interface UnsealedResources {
  /** In their order, sealed Secrets in the clear, without those that could not be unsealed. */
  readonly resources: readonly Resource[];
  /** A failed item for each Secret that could not be unsealed. */
  readonly items: readonly Item<'seal'>[];
}

const secretsAtATime = 8;

/** Unseals Secrets in memory, also when one cannot be unsealed; the values of all are redacted from then on. */
export async function unsealResources(
  resources: readonly Resource[],
  unseal: Unseal,
  redactor: Redactor,
): Promise<UnsealedResources> {
  const unsealed = await mapConcurrently(resources, secretsAtATime, async (resource) => {
    try {
      const opened = await unsealSecret(resource, unseal);
      noteSecretValues(opened, redactor);
      return { resource: opened };
    } catch (error) {
      if (!(error instanceof TaskError) || error.code === 'interrupted') throw error;
      return { resource, error };
    }
  });
  return {
    resources: unsealed.flatMap(({ resource, error }) => (error === undefined ? [resource] : [])),
    items: unsealed.flatMap(({ resource, error }): readonly Item<'seal'>[] => {
      if (error === undefined) return [];
      return [{ id: describeResource(resource), outcome: 'failed', reason: 'not-unsealed', message: error.message }];
    }),
  };
}
