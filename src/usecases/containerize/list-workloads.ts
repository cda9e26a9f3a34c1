import type { Eligibility } from '../../domain/containerize/profile.ts';
import { ownerOf, workloadKinds } from '../../domain/containerize/workload-kinds.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { readProfiles, type ProfilePorts } from './read-profiles.ts';

/** A workload of a namespace, and whether it may become an image. */
export interface ListedWorkload {
  readonly kind: string;
  readonly name: string;
  /** Where its profile comes from; `none` for one that declares nothing. */
  readonly profile: string;
  readonly eligibility: Eligibility;
}

/**
 * Lists the workloads of a namespace that no other one controls. Kinds that the cluster does not serve, or that the account
 * may not list, are left out.
 * @throws TaskError, ClusterStatusError
 */
export async function listWorkloads(namespace: string, ports: ProfilePorts): Promise<readonly ListedWorkload[]> {
  const { cluster } = ports;
  const found = await Promise.all(
    workloadKinds.map(async ({ kind }) => {
      const objects = await collectObjects({ cluster, kind, namespace }).catch(onRefusal([403, 404], []));
      return objects.filter((object) => ownerOf(object) === undefined).map((object) => ({ kind: kind.kind, object }));
    }),
  );
  const listed: ListedWorkload[] = [];
  for (const { kind, object } of found.flat()) listed.push(await describe(kind, object, { namespace, ports }));
  return listed;
}

async function describe(
  kind: string,
  object: Resource,
  { namespace, ports }: { readonly namespace: string; readonly ports: ProfilePorts },
): Promise<ListedWorkload> {
  const { name } = object.metadata;
  try {
    const { source, eligibility } = await readProfiles([object], { namespace, configMap: undefined }, ports);
    return { kind, name, profile: source, eligibility };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { kind, name, profile: 'invalid', eligibility: { eligible: false, reason: error.message } };
  }
}
