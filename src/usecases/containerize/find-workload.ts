import { ownerOf, parseWorkload, workloadKinds, type Owner } from '../../domain/containerize/workload-kinds.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { selectorOf } from '../../domain/kube/pod-complaints.ts';
import { isForbidden } from '../../domain/kube/status-error.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { findObject } from '../cluster/find-object.ts';
import { listPods } from '../cluster/list-objects.ts';

/** A workload with the objects that control it. */
export interface FoundWorkload {
  /** The object that the user named. */
  readonly named: Resource;
  /** The outermost controller of it, which is often itself. */
  readonly workload: Resource;
  /** All of them, from the named one to the outermost. */
  readonly chain: readonly Resource[];
}

/** Chains are short: Pod, ReplicaSet, Deployment. */
const longestChain = 4;

/**
 * Finds a workload by `kind/name` or by its bare name.
 * @throws TaskError `workload-not-found`; `invalid-param` for an invalid or ambiguous name; ClusterStatusError
 */
export async function findWorkload(
  { namespace, workload }: { readonly namespace: string; readonly workload: string },
  cluster: Cluster,
): Promise<FoundWorkload> {
  const { kinds, name } = parseWorkload(workload);
  const asked = await Promise.all(kinds.map(({ kind }) => findOne({ kind, namespace, name }, cluster)));
  const found = asked.filter((each) => each !== undefined && each !== 'forbidden');
  const [named, ...more] = found;
  if (named === undefined) throw notFound({ namespace, name, isHidden: asked.includes('forbidden'), cluster });
  if (more.length === 0) {
    const chain = await followOwners(named, cluster);
    return { named, workload: chain.at(-1) ?? named, chain };
  }
  const choices = found.map((each) => `${each.kind.toLowerCase()}/${name}`).join(', ');
  throw new TaskError(
    'invalid-param',
    `looking for workload ${namespace}/${name}: several have this name: ${choices}`,
    {
      remedy: 'Give the kind too.',
    },
  );
}

type Ref = { readonly kind: ApiKind; readonly namespace: string; readonly name: string };

/** An account that may not read a kind can still export a workload of another one. */
function findOne(ref: Ref, cluster: Cluster): Promise<Resource | 'forbidden' | undefined> {
  return findObject(cluster, ref).catch((error: unknown) => {
    if (isForbidden(error)) return 'forbidden';
    throw error;
  });
}

/** All of them are read, because each can refuse an export. */
async function followOwners(named: Resource, cluster: Cluster): Promise<readonly Resource[]> {
  const chain = [named];
  let owner: Owner | undefined = ownerOf(named);
  while (owner !== undefined && chain.length < longestChain) {
    const namespace = named.metadata.namespace ?? '';
    const found = await findObject(cluster, { kind: owner.kind.kind, namespace, name: owner.name });
    if (found === undefined) break;
    chain.push(found);
    owner = ownerOf(found);
  }
  return chain;
}

/** The pods of a workload; of a Pod, itself. @throws ClusterStatusError */
export async function podsOfWorkload({ named }: FoundWorkload, cluster: Cluster): Promise<readonly Resource[]> {
  if (named.kind === 'Pod') return [named];
  const selector = selectorOf(named);
  return selector === undefined ? [] : listPods(cluster, named.metadata.namespace ?? '', selector);
}

interface Missing {
  readonly namespace: string;
  readonly name: string;
  readonly isHidden: boolean;
  readonly cluster: Cluster;
}

function notFound({ namespace, name, isHidden, cluster }: Missing): TaskError {
  const kinds = workloadKinds.map(({ kind }) => kind.kind).join(', ');
  const hidden = isHidden ? '; the account may not read all of these kinds' : '';
  return new TaskError(
    'workload-not-found',
    `looking for workload ${namespace}/${name} in ${cluster.contextName}: no ${kinds} has this name${hidden}`,
    { remedy: 'Check the name and the namespace, and the rights of the account.' },
  );
}
