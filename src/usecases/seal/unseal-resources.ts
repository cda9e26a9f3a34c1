import { TaskError } from '../../domain/core/errors.ts';
import type { MakeList, ReadList } from '../../domain/core/ports.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { isSealedSecret, unsealSecret, type Unseal, noteSecretValues } from '../../domain/export/sealed-secret.ts';
import { takeConcurrently } from '../map-concurrently.ts';

export interface UnsealedResources {
  /** In their order, sealed Secrets in the clear, without those that could not be unsealed. */
  readonly resources: ReadList<Resource>;
  /** A failed item for each Secret that could not be unsealed. */
  readonly items: readonly Item<'seal'>[];
}

interface UnsealPorts {
  readonly unseal: Unseal;
  readonly redactor: Redactor;
  /** For the resources, if there are sealed Secrets among them. */
  readonly makeList: MakeList;
}

const secretsAtATime = 8;

type Opened = { readonly resource: Resource } | { readonly item: Item<'seal'> };

/** Unseals Secrets in memory, also when one cannot be unsealed; the values of all are redacted from then on. */
export async function unsealResources(
  resources: ReadList<Resource>,
  { unseal, redactor, makeList }: UnsealPorts,
): Promise<UnsealedResources> {
  let isSealed = false;
  for (const resource of resources) {
    if (isSealedSecret(resource)) isSealed = true;
    else noteSecretValues(resource, redactor);
  }
  if (!isSealed) return { resources, items: [] };
  const unsealed = makeList<Resource>();
  const items: Item<'seal'>[] = [];
  const run = async (resource: Resource): Promise<Opened> => {
    try {
      const opened = await unsealSecret(resource, unseal);
      noteSecretValues(opened, redactor);
      return { resource: opened };
    } catch (error) {
      if (!(error instanceof TaskError) || error.code === 'interrupted') throw error;
      const id = describeResource(resource);
      return { item: { id, outcome: 'failed', reason: 'not-unsealed', message: error.message } };
    }
  };
  const take = (each: Opened): void => {
    if ('item' in each) items.push(each.item);
    else unsealed.push(each.resource);
  };
  await takeConcurrently(resources, { limit: secretsAtATime, run, take });
  return { resources: unsealed, items };
}
