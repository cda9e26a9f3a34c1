import { describeResource, type Resource, isResource } from '../../domain/kube/resource.ts';
import { stringAt, without } from '../../domain/core/json-object.ts';
import { collectionPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import { kindKey, resolveKinds, type ApiKinds } from '../cluster/resolve-kinds.ts';
import { asWanted, describeUnserved, inServedVersion } from '../apply/serve-version.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { disagree, type Finding, agree } from './finding.ts';
import { makeCollection, readLive, type Collection } from '../cluster/read-live.ts';
import { workloadKey, type PlannedSurvey } from './survey-planned.ts';
import { flatMapList, joinLists, makeNumberedList, mapList } from '../../domain/core/lists.ts';
import { isRefusal, isRefusalOfRequest, type ClusterStatusError } from '../../domain/kube/status-error.ts';
import { canonicalJson } from '../../domain/kube/exact-integers.ts';
import { contentOf } from '../../domain/transform/traces/content.ts';
import { readinessOf, type Readiness } from '../../domain/kube/readiness.ts';
import { compareContent, type Comparison, projectContent } from '../../domain/verify/compare-content.ts';
import { hideValues, storeStringData } from '../../domain/verify/hide-values.ts';
import { unifiedDiff } from './unified-diff.ts';
import { reportedDigest } from '../cluster/content-digest.ts';
import { dryRunQuery, serverSideApply } from '../cluster/write-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log, MakeList, ReadList, YamlCodec, Sha256 } from '../../domain/core/ports.ts';

interface CheckedObjects {
  /** What the cluster does not serve, then the others in the order of the plan. */
  readonly findings: Iterable<Finding>;
  readonly workloads: Iterable<Workload>;
}

const collectionsAtOnce = 8;

/**
 * Whether each planned object is there with what was planned for it. Where something differs, the server is asked by a
 * dry run what applying the plan would change: other notations and defaults of the server do not count as differences.
 * @throws TaskError when the cluster does not answer
 */
export async function checkObjects(
  given: ReadList<Resource>,
  { versions, scaled }: Pick<PlannedSurvey, 'versions' | 'scaled'>,
  ports: CheckObjectsPorts,
): Promise<CheckedObjects> {
  const kinds = await resolveKinds(ports.cluster, versions);
  const planned = mapList(given, (resource) => inServedVersion(asWanted(resource), kinds).resource);
  const { collections, unserved } = group(planned, kinds);
  const judged = makeNumberedList<Checked>(planned.length, ports.makeList);
  let done = 0;
  await mapConcurrently(collections, collectionsAtOnce, async (collection) => {
    await readLive({ cluster: ports.cluster, planned }, collection, async ({ index, resource }, live) => {
      const { kind, namespace } = collection;
      const ref = { kind, namespace, name: resource.metadata.name };
      const key = workloadKey(resource.kind, resource.metadata.namespace, resource.metadata.name);
      const wanted = scaled.has(key) ? withoutReplicas(resource) : resource;
      judged.set(index, await judgeObject(wanted, live, { ...ports, ref }));
    });
    done += collection.size();
    ports.log.progress(done, planned.length, 'objects compared');
  });
  const checked = ports.makeList<Checked>();
  for (const each of judged) checked.push(each);
  return {
    findings: joinLists(
      unserved,
      flatMapList(checked, ({ finding }) => [finding]),
    ),
    workloads: flatMapList(checked, ({ workload }) => (workload === undefined ? [] : [workload])),
  };
}

function group(
  planned: ReadList<Resource>,
  kinds: ApiKinds,
): { collections: readonly Collection[]; unserved: readonly Finding[] } {
  const collections = new Map<string, Collection>();
  const unserved: Finding[] = [];
  let index = -1;
  for (const resource of planned) {
    index += 1;
    const kind = kinds.get(kindKey(resource));
    if (kind === undefined) {
      const message = describeUnserved(resource);
      unserved.push(disagree({ id: describeResource(resource), reason: 'missing-kind', message }));
      continue;
    }
    const namespace = kind.namespaced ? (resource.metadata.namespace ?? '') : '';
    const path = collectionPath(kind, namespace);
    const collection = collections.get(path) ?? makeCollection(kind, namespace);
    collection.add(index, resource.metadata.name);
    collections.set(path, collection);
  }
  return { collections: [...collections.values()], unserved };
}

function withoutReplicas(resource: Resource): Resource {
  const { spec } = resource;
  if (typeof spec !== 'object' || spec === null) return resource;
  return { ...resource, spec: Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'replicas')) };
}

interface CheckObjectsPorts {
  readonly cluster: Cluster;
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  readonly log: Log;
  /** For what was found of each object. */
  readonly makeList: MakeList;
}

/** An object that is there and has a state to wait for. */
export interface Workload {
  /** Its kind and name alone. */
  readonly object: Resource;
  readonly ref: ObjectRef;
  readonly readiness: Readiness;
}

/** An object that was looked at. */
interface Checked {
  readonly finding: Finding;
  readonly workload?: Workload;
}

interface JudgePorts extends CheckObjectsPorts {
  readonly ref: ObjectRef;
}

/** Whether an object that was read says what was planned; what has a state to wait for comes along. */
export async function judgeObject(
  planned: Resource,
  found: Resource | undefined | ClusterStatusError,
  ports: JudgePorts,
): Promise<Checked> {
  const id = describeResource(planned);
  if (found === undefined)
    return { finding: disagree({ id, reason: 'missing', message: 'it is not at the destination' }) };
  if (isRefusal(found)) return { finding: disagree({ id, reason: 'unreadable', message: found.message }) };
  return { finding: await compare(planned, found, ports), ...workloadOf(found, ports.ref) };
}

function workloadOf(found: Resource, ref: ObjectRef): Pick<Checked, 'workload'> {
  const readiness = readinessOf(found);
  if (readiness === undefined) return {};
  const { apiVersion, kind, metadata } = found;
  const { name, namespace } = metadata;
  const object = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
  return { workload: { object, ref, readiness } };
}

async function compare(planned: Resource, found: Resource, ports: JudgePorts): Promise<Finding> {
  const [wanted, live] = [comparable(storeStringData(planned)), comparable(found)];
  const comparison = compareContent(wanted, live);
  const { differences, additions } = comparison;
  const id = describeResource(planned);
  const evidence = {
    resourceVersion: stringAt(found, 'metadata', 'resourceVersion') ?? '',
    contentDigest: reportedDigest(found, ports.sha256),
  };
  if (differences.length === 0 && additions.length === 0) return agree(id, 'equal', evidence);
  const isSaid = differences.length === 0 || (await isOnlySaidOtherwise(planned, comparison, { live, ports }));
  if (!isSaid) {
    const message = `another content: ${nameSome(differences)}`;
    return disagree({ id, reason: 'different', message, evidence }, showDifference(wanted, live, ports));
  }
  if (additions.length === 0) return agree(id, 'equal', evidence);
  const { item } = agree(id, 'extended', evidence);
  return { item: { ...item, message: `as planned, and besides: ${nameSome(additions)}` } };
}

/**
 * Whether applying the plan would change nothing by a dry run. Keys beside the plan, and what may not be tried, differ.
 */
async function isOnlySaidOtherwise(
  planned: Resource,
  { differences }: Comparison,
  { live, ports }: { live: Resource; ports: JudgePorts },
): Promise<boolean> {
  if (planned.kind === 'ImageStreamTag' || differences.some((path) => /^(?:data|binaryData)\./.test(path)))
    return false;
  try {
    const query = { force: 'true', ...dryRunQuery(true) };
    const answer = await serverSideApply(ports.cluster, ports.ref, { query, body: planned });
    return isResource(answer) && canonicalJson(comparable(answer)) === canonicalJson(live);
  } catch (error) {
    if (!isRefusalOfRequest(error)) throw error;
    return false;
  }
}

/** An ImageStreamTag shows the labels of its stream, whatever is written. */
function comparable(resource: Resource): Resource {
  const content = contentOf(resource);
  if (resource.kind !== 'ImageStreamTag') return content;
  return {
    ...content,
    metadata: { ...without(content.metadata, (key) => key === 'labels'), name: content.metadata.name },
  };
}

function showDifference(wanted: Resource, live: Resource, { yaml, log }: CheckObjectsPorts): string {
  const [planned, found] = hideValues(wanted, live);
  return unifiedDiff(yaml.format(planned), yaml.format(projectContent(planned, found)), log.redactor);
}

const mostNamed = 5;

function nameSome(paths: readonly string[]): string {
  return paths.slice(0, mostNamed).join(', ') + (paths.length > mostNamed ? ', …' : '');
}
