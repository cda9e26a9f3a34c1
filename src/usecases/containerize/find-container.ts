import {
  chooseContainer,
  choosePod,
  stateOf,
  type ContainerState,
} from '../../domain/containerize/choose-container.ts';
import { environmentObjectsOf, type EnvironmentObjects } from '../../domain/containerize/declared-variables.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../domain/core/json-object.ts';
import { runningImageOf, type RunningImage } from '../../domain/images/plan/running-images.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { findObject } from '../cluster/find-object.ts';
import { findWorkload, podsOfWorkload } from './find-workload.ts';
import { readProfiles, type ProfilePorts, type ReadProfiles } from './read-profiles.ts';

export interface ContainerRequest {
  readonly namespace: string;
  /** `kind/name`, or a bare name. */
  readonly workload: string;
  /** Undefined: the only container that is not an add-on. */
  readonly container: string | undefined;
  /** ConfigMap with the profile; undefined: that of the annotations. */
  readonly profileConfigMap: string | undefined;
}

/** A running container, with all that a plan needs to know from the cluster. */
export interface FoundContainer {
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly pod: Resource;
  readonly container: string;
  readonly state: ContainerState;
  readonly image: RunningImage;
  /** As in GOARCH; undefined when the account may not read the node. */
  readonly architecture: string | undefined;
  readonly profile: ReadProfiles;
  readonly objects: EnvironmentObjects;
  readonly warnings: readonly string[];
}

/**
 * Finds the running container of a workload, with its profile. An application that is not eligible is refused before its
 * pods are looked at.
 * @throws TaskError `workload-not-found`, `not-eligible`, `pod-not-ready`, `invalid-file` for an invalid profile,
 *   `invalid-param` when the workload or the container is ambiguous; ClusterStatusError
 */
export async function findContainer(request: ContainerRequest, ports: ProfilePorts): Promise<FoundContainer> {
  const { namespace } = request;
  const { cluster } = ports;
  const found = await findWorkload(request, cluster);
  const { kind, metadata } = found.workload;
  const id = `${kind} ${namespace}/${metadata.name}`;
  const place = { namespace, configMap: request.profileConfigMap };
  const outermostFirst = [...found.chain].reverse();
  assertEligible(await readProfiles(outermostFirst, place, ports), id);
  const { pod, warnings } = choosePod(await podsOfWorkload(found, cluster), id);
  // Annotations of a pod template are in its pods.
  const profile = assertEligible(await readProfiles([...outermostFirst, pod], place, ports), id);
  const container = chooseContainer(pod, { wanted: request.container, addOns: profile.profile.addOns ?? [] });
  const state = stateOf(pod, container);
  const spec = arrayAt(pod, 'spec', 'containers').find((each) => stringAt(each, 'name') === container);
  const [architecture, objects] = await Promise.all([
    readArchitecture(pod, cluster),
    readEnvironmentObjects(spec, namespace, cluster),
  ]);
  return {
    workload: { kind, namespace, name: metadata.name },
    pod,
    container,
    state,
    image: imageOf(pod, container),
    architecture,
    profile,
    objects,
    warnings,
  };
}

function assertEligible(profile: ReadProfiles, id: string): ReadProfiles {
  const { eligibility } = profile;
  if (eligibility.eligible) return profile;
  throw new TaskError('not-eligible', `containerizing ${id}: it is not eligible: ${eligibility.reason}`, {
    remedy: 'Ask the owner of the application, who set this.',
  });
}

function imageOf(pod: Resource, container: string): RunningImage {
  const image = runningImageOf(pod, container);
  if (image !== undefined) return image;
  const where = `container ${container} of Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  throw new TaskError('pod-not-ready', `reading the image of ${where}: the pod does not report it`, {
    remedy: 'Wait until the container is ready, then run again.',
  });
}

/** Most accounts may not read nodes. */
async function readArchitecture(pod: Resource, cluster: Cluster): Promise<string | undefined> {
  const name = stringAt(pod, 'spec', 'nodeName');
  if (name === undefined) return undefined;
  const ref = { kind: knownKinds.nodes, namespace: '', name };
  const node = await findObject(cluster, ref).catch(onRefusal([403], undefined));
  return (
    stringAt(node, 'metadata', 'labels', 'kubernetes.io/arch') ?? stringAt(node, 'status', 'nodeInfo', 'architecture')
  );
}

/** The ConfigMaps and the keys of the Secrets that the environment comes from, as far as the account may read them. */
async function readEnvironmentObjects(
  container: unknown,
  namespace: string,
  cluster: Cluster,
): Promise<EnvironmentObjects> {
  const names = environmentObjectsOf(container);
  const read = async (kind: 'configmaps' | 'secrets', name: string): Promise<readonly [string, unknown]> => {
    const ref = { kind: knownKinds[kind], namespace, name };
    const object = await findObject(cluster, ref).catch(onRefusal([403], undefined));
    return [name, valueAt(object, 'data') ?? (object === undefined ? undefined : {})];
  };
  const [configMaps, secrets] = await Promise.all([
    Promise.all(names.configMaps.map((name) => read('configmaps', name))),
    Promise.all(names.secrets.map((name) => read('secrets', name))),
  ]);
  return {
    configMaps: new Map(configMaps.flatMap(([name, data]) => (isObject(data) ? [[name, textsOf(data)]] : []))),
    secretKeys: new Map(secrets.flatMap(([name, data]) => (isObject(data) ? [[name, Object.keys(data)]] : []))),
  };
}

function textsOf(data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
