import {
  eligibilityOf,
  emptyProfile,
  profileAnnotation,
  profileConfigMapAnnotation,
  profileKey,
  readProfile,
  type Eligibility,
} from '../../domain/containerize/profile.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { YamlCodec } from '../../domain/core/ports.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { textsAt, type Resource } from '../../domain/kube/resource.ts';
import type { ApplicationProfile } from '../../domain/schemas/documents.ts';
import { findObject } from '../cluster/find-object.ts';

export interface ProfilePorts {
  readonly cluster: Cluster;
  /** Reads YAML without aliases. */
  readonly yaml: YamlCodec;
}

interface SourcedProfile {
  readonly profile: ApplicationProfile;
  readonly source: string;
}

/** The profile of an application, and whether it may become an image. */
export interface ReadProfiles {
  /** The one that counts: of the param, else of the outermost object that has one. */
  readonly profile: ApplicationProfile;
  /** Where it comes from, such as `ConfigMap shop/profiles`; `none` for an application that declares nothing. */
  readonly source: string;
  readonly eligibility: Eligibility;
}

/**
 * Reads the profiles of a workload: in its annotations, and in ConfigMaps that these or a param name.
 * @param objects the workload with its controllers and its pod, the outermost first
 * @param configMap of the param; undefined: none
 * @throws TaskError `invalid-file` for an invalid profile, or one that is missing; ClusterStatusError
 */
export async function readProfiles(
  objects: readonly Resource[],
  { namespace, configMap }: { readonly namespace: string; readonly configMap: string | undefined },
  ports: ProfilePorts,
): Promise<ReadProfiles> {
  const given = configMap === undefined ? [] : [await readConfigMap(configMap, namespace, ports)];
  const named: SourcedProfile[] = [];
  for (const object of objects) named.push(...(await profilesOf(object, namespace, ports)));
  const all = [...given, ...named];
  const [first] = all;
  return {
    profile: first?.profile ?? emptyProfile,
    source: first?.source ?? 'none',
    eligibility: eligibilityOf(objects, all),
  };
}

async function profilesOf(
  object: Resource,
  namespace: string,
  ports: ProfilePorts,
): Promise<readonly SourcedProfile[]> {
  const annotations = textsAt(object, 'annotations');
  const text = annotations[profileAnnotation];
  const configMap = annotations[profileConfigMapAnnotation];
  const source = `the annotation ${profileAnnotation} of ${object.kind} ${namespace}/${object.metadata.name}`;
  return [
    ...(text === undefined ? [] : [{ profile: parse(text, source, ports), source }]),
    ...(configMap === undefined ? [] : [await readConfigMap(configMap, namespace, ports)]),
  ];
}

async function readConfigMap(name: string, namespace: string, ports: ProfilePorts): Promise<SourcedProfile> {
  const source = `ConfigMap ${namespace}/${name}`;
  const found = await findObject(ports.cluster, { kind: knownKinds.configmaps, namespace, name });
  const text = stringAt(found, 'data', profileKey);
  if (text !== undefined) return { profile: parse(text, source, ports), source };
  const why = found === undefined ? 'it does not exist' : `it has no key ${profileKey}`;
  throw new TaskError('invalid-file', `reading the application profile in ${source}: ${why}`, {
    remedy: 'Check the name in the param or in the annotation.',
  });
}

function parse(text: string, source: string, { yaml }: ProfilePorts): ApplicationProfile {
  return readProfile(yaml.parse(text, `the application profile in ${source}`), source);
}
