import { apiVersionOf, type ApiKind } from '../../domain/kube/discovery.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { expectedOf, itemOfUnexpected } from '../../domain/kube/expected-object.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { asKindError } from './failures.ts';
import { collectObjects } from '../cluster/list-objects.ts';

/** Lists names without what they stand for, so that what is not wanted never comes here. */
const namesOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Whether a kind is the Secret of the core group. */
export function isSecretKind({ group, kind }: ApiKind): boolean {
  return group === '' && kind === 'Secret';
}

/** Items for the Secrets of a namespace, of which nothing is written. */
export async function skipSecrets(
  kind: ApiKind,
  run: { readonly cluster: Cluster; readonly namespace: string; readonly labelSelector: string | undefined },
): Promise<readonly Item<'export'>[]> {
  const unexpected: Item<'export'>[] = [];
  try {
    const secrets = await collectObjects({ ...run, kind, accept: namesOnly }, (object) =>
      unexpected.push(itemOfUnexpected(expectedOf(kind, run.namespace), object)),
    );
    return [...secrets.map(({ metadata }) => itemOf(metadata.name, run.namespace)), ...unexpected];
  } catch (cause) {
    const { message } = asKindError(cause);
    return [{ id: `${apiVersionOf(kind)} ${kind.kind}`, outcome: 'skipped', reason: 'secrets-left-out', message }];
  }
}

function itemOf(name: string, namespace: string): Item<'export'> {
  const id = describeResource({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
  const message = 'left out, as asked for: make it at the destination by other means';
  return { id, outcome: 'skipped', reason: 'secrets-left-out', message };
}
