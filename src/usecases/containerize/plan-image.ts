import { readBaseConfig } from '../../domain/containerize/base-config.ts';
import { mountsOf } from '../../domain/containerize/container-mounts.ts';
import { checkExportName } from '../../domain/containerize/export-name.ts';
import { readImageUser } from '../../domain/containerize/layer-owner.ts';
import { planContainerize } from '../../domain/containerize/plan-containerize.ts';
import type { ContainerizePlan } from '../../domain/containerize/plan.ts';
import { planReading } from '../../domain/containerize/plan-reading.ts';
import { claimsOfAreas } from '../../domain/containerize/reader-pod.ts';
import { arrayAt, stringAt, valueAt } from '../../domain/core/json-object.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { formatImageName, type ImageLocation, type PinnedImage } from '../../domain/oci/image-location.ts';
import type { NamespaceSecret } from '../../domain/scan/secret-values.ts';
import { looksSecret } from '../../domain/scan/looks-secret.ts';
import { readSourceImage, type SourceImage } from '../images/archive/read-source-image.ts';
import { findContainer, type FoundContainer } from './find-container.ts';
import { readSecrets } from './read-secrets.ts';
import { findSnapshotSources, type SnapshotSource } from './take-snapshots.ts';
import { observeContainer, observePlatform, observeSizes } from './observe-container.ts';
import type { ContainerAccess, ContainerizePorts, ContainerizeRequest } from './ports.ts';

/** All that is known before a file is read. */
export interface PlannedImage {
  readonly found: FoundContainer;
  readonly base: SourceImage;
  readonly container: ContainerAccess;
  /** Text of /etc/passwd in the container; empty where it cannot be read. */
  readonly passwd: string;
  readonly plan: ContainerizePlan;
  /** Claims of which snapshots are taken. */
  readonly snapshots: readonly SnapshotSource[];
  /** Of the namespace. */
  readonly secrets: readonly NamespaceSecret[];
}

/** Finds the container and its image, and decides what becomes part of the new one. @throws as containerizeApplication */
export async function planImage(request: ContainerizeRequest, ports: ContainerizePorts): Promise<PlannedImage> {
  if (request.exportName !== undefined) checkExportName(request.exportName);
  const { cluster } = ports.exports;
  const found = await findContainer(
    {
      namespace: request.namespace,
      workload: request.workload,
      container: request.container,
      profileConfigMap: request.profile,
    },
    { cluster, yaml: ports.yaml },
  );
  const { namespace } = request;
  const secrets = await readSecrets(cluster, namespace);
  const pod = found.pod.metadata.name;
  const container = await ports.openContainer({ namespace, pod, container: found.container });
  const platform = found.architecture === undefined ? await observePlatform(container) : `linux/${found.architecture}`;
  const pinned = await pinBase(found.image.location, ports);
  const base = await readSourceImage(pinned, platform, ports.source(pinned.host));
  const baseConfig = readBaseConfig(base.configBytes);
  const passwd = (await container.output(['cat', '/etc/passwd'])) ?? '';
  const plan = planContainerize({
    workload: found.workload,
    pod: found.pod,
    container: found.container,
    startedAt: found.state.startedAt,
    base: pinned,
    baseConfig,
    imageUid: readImageUser(baseConfig.user, passwd)?.uid,
    profile: found.profile.profile,
    objects: found.objects,
    observed: await observeContainer(container, claimsOf(found)),
    choices: {
      workspace: request.includeWorkspace,
      changed: true,
      homePackages: true,
      include: request.includePaths,
      exclude: request.excludePaths,
      denyVariables: request.denyVariables,
      allowVariables: request.allowVariables,
      groupRights: request.groupRights,
    },
    looksSecret: (value) => isValueOf(secrets, value) || looksSecret('', value),
  });
  return planHowToRead({ found, base, container, passwd, secrets, plan }, request, ports);
}

/** Decides how the files of a plan are read, and looks how large the packages are that the image does not get. */
async function planHowToRead(
  planned: Omit<PlannedImage, 'snapshots'>,
  request: ContainerizeRequest,
  ports: ContainerizePorts,
): Promise<PlannedImage> {
  const { found, container, plan } = planned;
  const snapshots = await findSnapshots(request, plan, ports);
  const warnings = [...found.warnings, ...plan.warnings, ...container.warnings, ...snapshots.warnings];
  const reading = planReading(
    { areas: plan.areas, warnings },
    {
      missing: container.files === undefined ? container.missing : '',
      isMountedHere: ports.isMountedHere,
      claims: request.readClaims,
      hasSnapshots: snapshots.sources.length > 0,
      mayAddContainer: request.debugContainer,
    },
  );
  const paths = plan.outside.map(({ path }) => path);
  const sizes = await observeSizes(container, paths);
  const outside = plan.outside.map((each) => ({ ...each, bytes: sizes.get(each.path) }));
  return { ...planned, snapshots: snapshots.sources, plan: { ...plan, ...reading, outside } };
}

/** @throws TaskError `cluster-refused` when snapshots are required and cannot be taken; ClusterStatusError */
async function findSnapshots(
  { snapshots, snapshotClass, namespace }: ContainerizeRequest,
  { areas }: ContainerizePlan,
  { exports }: ContainerizePorts,
): Promise<{ readonly sources: readonly SnapshotSource[]; readonly warnings: readonly string[] }> {
  if (snapshots === 'none') return { sources: [], warnings: [] };
  const names = claimsOfAreas(areas.filter((area) => area.included));
  const found =
    names.length === 0
      ? 'no claim is read'
      : await findSnapshotSources(names, { namespace, wanted: snapshotClass }, exports.cluster);
  if (typeof found !== 'string') return { sources: found, warnings: [] };
  if (snapshots === 'if-possible') return { sources: [], warnings: [`No snapshots are taken: ${found}.`] };
  throw new TaskError('cluster-refused', `planning snapshots in namespace ${namespace}: ${found}`, {
    remedy:
      'Install the snapshot controller with a VolumeSnapshotClass of the driver, or set snapshots to if-possible.',
  });
}

function claimsOf({ pod, container: name }: FoundContainer): readonly string[] {
  const container = arrayAt(pod, 'spec', 'containers').find((each) => stringAt(each, 'name') === name);
  const mounts = mountsOf(valueAt(pod, 'spec'), container);
  return mounts.filter(({ content }) => content === 'claim').map(({ path }) => path);
}

/** A pod that does not report a digest runs what its tag meant: that may be another image now. */
async function pinBase(location: ImageLocation, ports: ContainerizePorts): Promise<PinnedImage> {
  const { host, path, tag = 'latest', digest } = location;
  if (digest !== undefined) return { ...location, digest };
  const head = await ports.source(host).head(path, tag);
  const name = formatImageName(location);
  if (head !== undefined) {
    ports.log.warn(`the pod reports no digest of ${name}: ${head.digest} is taken, which the tag means now`);
    return { ...location, digest: head.digest };
  }
  throw new TaskError('invalid-param', `reading the image ${name} of the container: the registry does not have it`, {
    remedy: 'Name the address of its registry in registry-addresses, and give a login if it needs one.',
  });
}

/** Shorter values are in other texts by chance. */
const shortestSecret = 8;

function isValueOf(secrets: readonly NamespaceSecret[], value: string): boolean {
  return secrets.some(({ data }) =>
    [...data.values()].some((bytes) => {
      const secret = new TextDecoder().decode(bytes).trim();
      return secret.length >= shortestSecret && value.includes(secret);
    }),
  );
}
