import { helperMetadata } from '../exports/export-helpers.ts';
import { arrayAt, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import { identityOf, type PodIdentity } from '../volumes/pod-identity.ts';
import type { PlannedArea } from './plan.ts';

/** A pod that mounts claims, so that files are read by its programs. */
export interface ReaderPod {
  /** Of the export. */
  readonly id: string;
  readonly namespace: string;
  /** That of the tasks. */
  readonly image: string;
  readonly pullSecrets: readonly string[];
  /** Names of the claims that are mounted. */
  readonly claims: readonly string[];
  readonly identity: PodIdentity;
  /** Where the claims are in use; empty: any node. */
  readonly node: string;
  readonly tolerations: readonly unknown[];
}

/** Container of the pod. */
export const readerContainer = 'reader';
/** The program that does nothing until it is ended. */
export const holdCommand = 'files-holder';
/** Seconds after which a pod ends whose run was killed. */
const longestRun = 24 * 60 * 60;

/** Folder in the pod where a claim is mounted. @param index in the claims of the pod */
function claimFolder(index: number): string {
  return `/crane-tasks/claims/${String(index)}`;
}

/** Folders in the pod of the areas whose claims it mounts, by the path of the area in the application. */
export function foldersOfAreas(areas: readonly PlannedArea[], claims: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    areas.flatMap(({ path, source }): readonly (readonly [string, string])[] => {
      const index = source.from === 'claim' ? claims.indexOf(source.claim) : -1;
      if (source.from !== 'claim' || index === -1) return [];
      return [[path, source.subPath === '' ? claimFolder(index) : `${claimFolder(index)}/${source.subPath}`]];
    }),
  );
}

/** The names of the claims that areas come from, each once. */
export function claimsOfAreas(areas: readonly PlannedArea[]): readonly string[] {
  return [...new Set(areas.flatMap(({ source }) => (source.from === 'claim' ? [source.claim] : [])))];
}

/**
 * How the pod of an application reads its claims: its user and groups, its node and the taints that it tolerates.
 * @param imageUser where neither the pod nor its status has a user
 */
export function readerFor(
  pod: Resource,
  claim: string,
  imageUser: number | undefined,
): Pick<ReaderPod, 'identity' | 'node' | 'tolerations'> {
  const node = stringAt(pod, 'spec', 'nodeName') ?? '';
  const consumer = { name: pod.metadata.name, spec: valueAt(pod, 'spec'), node, status: valueAt(pod, 'status') };
  const found = identityOf(consumer, claim);
  const user = found.user ?? imageUser;
  const identity = { ...found, ...(user === undefined ? {} : { user }) };
  return { identity, node, tolerations: arrayAt(pod, 'spec', 'tolerations') };
}

/**
 * The pod. The claims are read-only, so that the cluster changes no owner of their files.
 * It has no rights in the cluster, and the Pod Security Standard `restricted` admits it for an application without root.
 */
export function readerPod(reader: ReaderPod): Resource {
  const { image, pullSecrets, claims, node, tolerations, identity } = reader;
  const volumes = claims.map((claimName, index) => ({
    name: `claim-${String(index)}`,
    persistentVolumeClaim: { claimName, readOnly: true },
  }));
  const mounts = volumes.map(({ name }, index) => ({ name, mountPath: claimFolder(index), readOnly: true }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: helperMetadata(reader, 'reader'),
    spec: {
      activeDeadlineSeconds: longestRun,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 2,
      ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
      ...(node === '' ? {} : { affinity: affinityTo(node) }),
      ...(tolerations.length === 0 ? {} : { tolerations }),
      securityContext: podSecurity(identity),
      containers: [
        {
          name: readerContainer,
          image,
          imagePullPolicy: 'IfNotPresent',
          ...heldBy(longestRun),
          // With limits too, for a namespace whose ResourceQuota asks for them.
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '512Mi' } },
          securityContext: { ...containerSecurity(identity.user), readOnlyRootFilesystem: true },
          volumeMounts: [...mounts, { name: 'tmp', mountPath: '/tmp' }],
        },
      ],
      volumes: [...volumes, { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }],
    },
  };
}

/** The command of a container that waits until its programs are needed. */
export function heldBy(seconds: number): JsonObject {
  const environment = { HOME: '/tmp', TMPDIR: '/tmp' };
  return {
    command: ['crane-tasks'],
    args: [holdCommand, `--timeout=${String(seconds)}`],
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
  };
}

/** As the user of the application. Root reads files of all users only with this capability. */
export function containerSecurity(user: number | undefined): JsonObject {
  const isRoot = user === 0;
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], ...(isRoot ? { add: ['DAC_OVERRIDE'] } : {}) },
    runAsNonRoot: !isRoot,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function podSecurity({ user, group, volumeGroup, supplementalGroups }: PodIdentity): JsonObject {
  return {
    runAsNonRoot: user !== 0,
    seccompProfile: { type: 'RuntimeDefault' },
    ...(user === undefined ? {} : { runAsUser: user }),
    ...(group === undefined ? {} : { runAsGroup: group }),
    ...(volumeGroup === undefined ? {} : { fsGroup: volumeGroup, fsGroupChangePolicy: 'OnRootMismatch' }),
    ...(supplementalGroups === undefined ? {} : { supplementalGroups }),
  };
}

/** The scheduler still decides, unlike with nodeName: a full node shows as such. */
function affinityTo(node: string): JsonObject {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } } };
}
