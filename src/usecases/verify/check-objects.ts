import { describeResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { collectionPath } from '../../domain/kube/api-paths.ts';
import { kindKey, resolveKinds, type ApiKinds } from '../cluster/resolve-kinds.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { disagree, type Finding } from './finding.ts';
import { judgeObject, type CheckObjectsPorts, type Workload } from './judge-object.ts';
import { readLive, type Collection } from '../cluster/read-live.ts';

export interface CheckedObjects {
  readonly findings: readonly Finding[];
  readonly workloads: readonly Workload[];
}

const collectionsAtOnce = 8;

/**
 * Whether each planned object is there with what was planned for it. Where something differs, the server is asked by a
 * dry run what applying the plan would change: other notations and defaults of the server do not count as differences.
 * @throws TaskError when the cluster does not answer
 */
export async function checkObjects(planned: readonly Resource[], ports: CheckObjectsPorts): Promise<CheckedObjects> {
  const kinds = await resolveKinds(
    ports.cluster,
    planned.map(({ apiVersion }) => apiVersion),
  );
  const scaled = scaledWorkloads(planned);
  const { collections, unserved } = group(planned, kinds);
  let done = 0;
  const judged = await mapConcurrently(collections, collectionsAtOnce, async (collection) => {
    const found = await readLive(ports.cluster, collection, (resource, live) =>
      judgeObject(scaled.has(idOf(resource)) ? withoutReplicas(resource) : resource, live, {
        ...ports,
        ref: { ...collection, name: resource.metadata.name },
      }),
    );
    done += collection.planned.length;
    ports.log.progress(done, planned.length, 'objects compared');
    return found;
  });
  const results = new Map(judged.flatMap((found) => [...found]));
  const checked = planned.flatMap((resource) => results.get(resource) ?? []);
  return {
    findings: [...unserved, ...checked.map(({ finding }) => finding)],
    workloads: checked.flatMap(({ workload }) => workload ?? []),
  };
}

function group(
  planned: readonly Resource[],
  kinds: ApiKinds,
): { collections: readonly Collection[]; unserved: readonly Finding[] } {
  const collections = new Map<string, Collection & { planned: Resource[] }>();
  const unserved: Finding[] = [];
  for (const resource of planned) {
    const kind = kinds.get(kindKey(resource));
    if (kind === undefined) {
      const message = `the cluster serves no ${resource.kind} of ${resource.apiVersion}`;
      unserved.push(disagree({ id: describeResource(resource), reason: 'missing-kind', message }));
      continue;
    }
    const namespace = kind.namespaced ? (resource.metadata.namespace ?? '') : '';
    const path = collectionPath(kind, namespace);
    const collection = collections.get(path) ?? { kind, namespace, planned: [] };
    collection.planned.push(resource);
    collections.set(path, collection);
  }
  return { collections: [...collections.values()], unserved };
}

/** Workloads whose number of pods an autoscaler sets. */
function scaledWorkloads(planned: readonly Resource[]): ReadonlySet<string> {
  const scalers = planned.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  return new Set(
    scalers.map(({ spec, metadata }) =>
      [stringAt(spec, 'scaleTargetRef', 'kind'), metadata.namespace, stringAt(spec, 'scaleTargetRef', 'name')].join(
        '/',
      ),
    ),
  );
}

function idOf(resource: Resource): string {
  const { kind, name } = keyOf(resource);
  return [kind, resource.metadata.namespace, name].join('/');
}

function withoutReplicas(resource: Resource): Resource {
  const { spec } = resource;
  if (typeof spec !== 'object' || spec === null) return resource;
  return { ...resource, spec: Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'replicas')) };
}
