import { TaskError } from '../core/errors.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import type { ImageLocation } from '../oci/image-location.ts';
import type { ApplicationProfile } from '../schemas/documents.ts';
import { mountsOf } from './container-mounts.ts';
import { decideVariables, type Environment } from './decide-variables.ts';
import { declaredVariables, type EnvironmentObjects } from './declared-variables.ts';
import { packagesOutside, type LoadPath } from './packages-outside.ts';
import { isWithin, normalizePath } from './paths.ts';
import { planAreas, type AreaChoices, type PackageFolder } from './plan-areas.ts';
import { planStart, type BaseStart } from './plan-start.ts';
import type { ContainerizePlan, DroppedVariable } from './plan.ts';

/** What was found in the running container. */
export interface ObservedContainer {
  /** Value of HOME in it; undefined: not known. */
  readonly home: string | undefined;
  readonly packageFolders: readonly PackageFolder[];
  /** Where programs of the container load packages from; absent: not known. */
  readonly loadPaths?: readonly LoadPath[];
  /** Folders of environments with the path that they were made for, as their own files name it. */
  readonly prefixes: readonly { readonly folder: string; readonly prefix: string }[];
}

/** The parts of the config of the base image that a plan needs. */
export interface BaseConfig extends BaseStart {
  /** `NAME=value` */
  readonly environment: readonly string[];
}

export interface PlanChoices extends AreaChoices {
  /** Names of variables, or patterns with `*`, that are left out. */
  readonly denyVariables: readonly string[];
  /** Names of variables, or patterns with `*`, that are harmless. */
  readonly allowVariables: readonly string[];
  /** Whether group 0 gets the rights of the owner. */
  readonly groupRights: boolean;
}

export interface PlanInput {
  readonly workload: ContainerizePlan['workload'];
  readonly pod: Resource;
  /** Name of a container of the pod. */
  readonly container: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly base: ImageLocation;
  readonly baseConfig: BaseConfig;
  /** User of the base image; undefined when it is a name that is not known. */
  readonly imageUid: number | undefined;
  readonly profile: ApplicationProfile;
  readonly objects: EnvironmentObjects;
  readonly observed: ObservedContainer;
  readonly choices: PlanChoices;
  /** Whether a text is the value of a Secret, or has the form of a token or key. */
  readonly looksSecret: (value: string) => boolean;
}

/**
 * Decides what becomes of a running container, before any of its files is read. The plan has no secret value in it.
 * @throws TaskError `invalid-param` for a path to include or exclude that is not absolute
 */
export function planContainerize(input: PlanInput): ContainerizePlan {
  const { pod, profile, choices, looksSecret, objects, baseConfig, observed } = input;
  const container = arrayAt(pod, 'spec', 'containers').find((each) => stringAt(each, 'name') === input.container);
  const environment = decideVariables(declaredVariables(container, objects), {
    deny: [...choices.denyVariables, ...(profile.environment?.secret ?? [])],
    allow: [...choices.allowVariables, ...(profile.environment?.plain ?? [])],
    looksSecret,
    placeWords: placeWordsOf(pod),
  });
  const homes = homesOf(input, environment);
  const mounts = mountsOf(valueAt(pod, 'spec'), container);
  const { areas, never, warnings } = planAreas({
    profile,
    mounts,
    homes,
    packageFolders: observed.packageFolders,
    choices: withAbsolutePaths(choices),
  });
  const {
    start,
    supplied,
    warnings: startWarnings,
  } = planStart({
    pod,
    container,
    profile,
    base: baseConfig,
    environment,
    looksSecret,
    homes: homes.filter((home) => home !== '/'),
    areas,
  });
  return {
    workload: input.workload,
    pod: pod.metadata.name,
    container: input.container,
    startedAt: input.startedAt,
    base: input.base,
    areas,
    reading: { claims: 'container', own: 'exec' },
    outside: packagesOutside(observed.loadPaths ?? [], { areas, never }),
    never,
    homes: homes.filter((home) => home !== '/'),
    environment: environment.kept,
    dropped: mergeDropped(environment.dropped, supplied),
    start,
    owner: { ...runningIds(input, container), groupRights: choices.groupRights },
    warnings: [...warnings, ...startWarnings, ...prefixWarnings(observed)],
  };
}

/** The one of the profile counts beside those that the container has: none of them is ever included. */
function homesOf({ profile, observed, baseConfig }: PlanInput, { kept }: Environment): readonly string[] {
  const declared = kept.find(({ name }) => name === 'HOME')?.value;
  const ofImage = baseConfig.environment.find((each) => each.startsWith('HOME='))?.slice('HOME='.length);
  const running = declared ?? observed.home ?? ofImage;
  const all = [profile.home, running].filter((home) => home?.startsWith('/') === true).map(String);
  return [...new Set(all.map(normalizePath))];
}

function withAbsolutePaths(choices: PlanChoices): PlanChoices {
  const include = absolutePaths(choices.include, 'include-paths');
  return { ...choices, include, exclude: absolutePaths(choices.exclude, 'exclude-paths') };
}

function absolutePaths(paths: readonly string[], param: string): readonly string[] {
  const wrong = paths.find((path) => !path.startsWith('/'));
  if (wrong === undefined) return paths.map(normalizePath);
  throw new TaskError('invalid-param', `reading ${param}: expected an absolute path, got ${JSON.stringify(wrong)}`, {
    remedy: 'Give paths of the container that begin with a slash.',
  });
}

/** Addresses and names that only this pod has. */
function placeWordsOf(pod: Resource): readonly string[] {
  const addresses = arrayAt(pod, 'status', 'podIPs').map((each) => stringAt(each, 'ip'));
  const found = [
    pod.metadata.name,
    stringAt(pod, 'status', 'podIP'),
    stringAt(pod, 'status', 'hostIP'),
    stringAt(pod, 'spec', 'nodeName'),
    ...addresses,
  ];
  // A node can be called by a plain word, which other values have by chance.
  return [...new Set(found.filter((word) => word !== undefined && /[\d.-]/.test(word)))].map(String);
}

/** API servers before Kubernetes 1.33 do not report the user. The runtime takes that of the image if the pod names none. */
function runningUidOf({ pod, container: name, imageUid }: PlanInput, container: unknown): number | undefined {
  const status = arrayAt(pod, 'status', 'containerStatuses').find((each) => stringAt(each, 'name') === name);
  const uid =
    valueAt(status, 'user', 'linux', 'uid') ??
    valueAt(container, 'securityContext', 'runAsUser') ??
    valueAt(pod, 'spec', 'securityContext', 'runAsUser');
  return typeof uid === 'number' ? uid : imageUid;
}

function runningIds(input: PlanInput, container: unknown): Omit<ContainerizePlan['owner'], 'groupRights'> {
  const group = valueAt(input.pod, 'spec', 'securityContext', 'fsGroup');
  return { runningUid: runningUidOf(input, container), volumeGid: typeof group === 'number' ? group : undefined };
}

/** A variable that the start command needs has to be given, even if the environment alone would not need it. */
function mergeDropped(
  dropped: readonly DroppedVariable[],
  supplied: readonly DroppedVariable[],
): readonly DroppedVariable[] {
  const byName = new Map([...dropped, ...supplied].map((each) => [each.name, each]));
  return [...byName.values()];
}

function prefixWarnings({ prefixes }: ObservedContainer): readonly string[] {
  return prefixes
    .filter(({ folder, prefix }) => prefix !== folder && !isWithin(prefix, folder))
    .map(
      ({ folder, prefix }) =>
        `Packages in ${folder} were installed for ${prefix}: their programs name that path. Mount the volume at ${prefix} and run again.`,
    );
}
