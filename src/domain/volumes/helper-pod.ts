import { arrayAt, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { conditionAt } from '../kube/condition.ts';
import type { Resource } from '../kube/resource.ts';
import type { PodIdentity } from './pod-identity.ts';
import { dataFolder, transferFolder } from './rsync/rsync-arguments.ts';
import { secretFiles, serverEnvironment, tunnelPort } from './stunnel-config.ts';
import { heartbeatAnnotation, placeOf, transferLabels, type Role, type Transfer } from './transfer.ts';

export interface HelperPod {
  readonly transfer: Transfer;
  readonly role: Role;
  readonly image: string;
  /** Secrets in both namespaces; empty: those of the namespace's service account. */
  readonly pullSecrets: readonly string[];
  readonly identity: PodIdentity;
  /** Node where the claim is mounted already; empty when any will do. */
  readonly node: string;
  readonly tolerations: readonly unknown[];
  /** Read as root, and set owners as root. */
  readonly root: boolean;
  /** Whether the pod at the destination first reports the free space of its volume. */
  readonly measures: boolean;
  /** Whether the pod at the source is reached by port-forward, instead of connecting to the destination. */
  readonly relays: boolean;
  readonly activeSeconds: number;
}

/** Seconds after its end after which the cluster deletes a Job with all that it owns. */
const secondsAfterEnd = 60;
/** A pod that was evicted, killed or lost its node is replaced that many times. */
const replacements = 6;
/** A tunnel ends with success on SIGTERM: more completions than evictions, or an eviction would finish its Job. */
const endsOfServer = 1000;

/**
 * The Job of one side: it runs the pod, and owns every other object of its side. Whatever becomes of the program that
 * made it, the deadline ends it and the cluster removes it with all that it owns.
 */
export function helperJob(pod: HelperPod): Resource {
  const { transfer, role, activeSeconds } = pod;
  const labels = transferLabels(transfer, role);
  const { namespace } = placeOf(transfer, role);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${transfer.name}-${role}`, namespace, labels, annotations: { [heartbeatAnnotation]: '0' } },
    spec: {
      activeDeadlineSeconds: activeSeconds,
      backoffLimit: replacements,
      ...(role === 'server' ? { completions: endsOfServer, parallelism: 1 } : {}),
      ttlSecondsAfterFinished: secondsAfterEnd,
      template: { metadata: { labels }, spec: podSpec(pod) },
    },
  };
}

function podSpec(pod: HelperPod): JsonObject {
  const { role, image, pullSecrets, node, tolerations, measures } = pod;
  const readOnly = role === 'client';
  const common = {
    image,
    imagePullPolicy: 'IfNotPresent',
    env: [
      { name: 'HOME', value: '/tmp' },
      { name: 'TMPDIR', value: '/tmp' },
      ...(role === 'server' ? Object.entries(serverEnvironment).map(([name, value]) => ({ name, value })) : []),
    ],
    resources: { requests: { cpu: '100m', memory: '128Mi' } },
    securityContext: containerSecurity(pod),
  };
  const mounts = [
    { name: 'data', mountPath: dataFolder, readOnly },
    { name: 'tmp', mountPath: '/tmp' },
  ];
  const secret = { name: 'transfer', mountPath: transferFolder, readOnly: true };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 2,
    securityContext: podSecurity(pod),
    ...(node === '' ? {} : { affinity: affinityTo(node) }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
    ...(role === 'server' && measures ? { initContainers: [{ ...measuring, ...common, volumeMounts: mounts }] } : {}),
    containers: [{ name: 'transfer', ...commandOf(pod), ...common, volumeMounts: [...mounts, secret] }],
    volumes: [
      // A volume that is mounted read-only keeps its owners: the cluster changes none of them for this pod.
      { name: 'data', persistentVolumeClaim: { claimName: placeOf(pod.transfer, role).claim, readOnly } },
      { name: 'transfer', secret: { secretName: `${pod.transfer.name}-${role}` } },
      { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    ],
  };
}

const messageFile = '/dev/termination-log';
/** Container of the helper pod at the destination that measures the volume before the others start. */
const measuring = {
  name: 'measure',
  command: ['crane-tasks'],
  args: ['volume-free-space', `--message-file=${messageFile}`],
  terminationMessagePath: messageFile,
};

function commandOf({ role, relays }: HelperPod): JsonObject {
  if (role === 'client') {
    const plan = `--plan=${transferFolder}/${secretFiles.plan}`;
    return { command: ['crane-tasks'], args: ['volume-mover', plan, `--relay=${String(relays)}`] };
  }
  return {
    command: ['/usr/bin/stunnel', `${transferFolder}/${secretFiles.config}`],
    ports: [{ name: 'tunnel', containerPort: tunnelPort, protocol: 'TCP' }],
  };
}

function containerSecurity({ root, role }: HelperPod): JsonObject {
  // What root needs to read everything, and to set owners, modes and devices.
  const add = role === 'client' ? ['DAC_OVERRIDE'] : ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'MKNOD'];
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: !root,
    capabilities: { drop: ['ALL'], ...(root ? { add } : {}) },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function podSecurity({ identity, root }: HelperPod): JsonObject {
  const { user, group, volumeGroup, supplementalGroups } = identity;
  return {
    runAsNonRoot: !root,
    seccompProfile: { type: 'RuntimeDefault' },
    ...(root ? { runAsUser: 0, runAsGroup: 0 } : {}),
    ...(root || user === undefined ? {} : { runAsUser: user }),
    ...(root || group === undefined ? {} : { runAsGroup: group }),
    ...(root || volumeGroup === undefined ? {} : { fsGroup: volumeGroup, fsGroupChangePolicy: 'OnRootMismatch' }),
    ...(root || supplementalGroups === undefined ? {} : { supplementalGroups }),
  };
}

/** The scheduler still has its say, unlike with nodeName: a full node shows as such. */
function affinityTo(node: string): JsonObject {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } } };
}

/** What the measuring container leaves as the message of its end. */
export function formatFreeSpace(freeBytes: number): string {
  return `${JSON.stringify({ freeBytes })}\n`;
}

/** Whether a helper pod has measured its volume, and the free bytes; undefined when it could not measure. */
export function freeSpaceOf(pod: unknown): { readonly isKnown: boolean; readonly freeBytes: number | undefined } {
  const statuses = arrayAt(pod, 'status', 'initContainerStatuses');
  const container = statuses.find((status) => stringAt(status, 'name') === measuring.name);
  const end = valueAt(container, 'state', 'terminated');
  const phase = stringAt(pod, 'status', 'phase') ?? 'Pending';
  const freeBytes = parseFreeSpace(stringAt(end, 'message') ?? '');
  return { isKnown: end !== undefined || phase !== 'Pending', freeBytes };
}

function parseFreeSpace(text: string): number | undefined {
  try {
    const bytes = valueAt(JSON.parse(text), 'freeBytes');
    return typeof bytes === 'number' && Number.isFinite(bytes) && bytes >= 0 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Reasons of a waiting container that end only when a user changes something. */
const finalReasons = ['InvalidImageName', 'ErrImageNeverPull', 'CreateContainerError', 'RunContainerError'];

/** Also of a container that does not wait. */
const waitingReasons = ['', 'ContainerCreating', 'PodInitializing'];

/** What keeps a pod from running; undefined when it runs. `isFinal`: waiting longer will not help. */
export function podTrouble(pod: unknown): { readonly message: string; readonly isFinal: boolean } | undefined {
  if (pod === undefined || stringAt(pod, 'status', 'phase') === 'Running') return undefined;
  const waiting = ['initContainerStatuses', 'containerStatuses']
    .flatMap((key) => arrayAt(pod, 'status', key))
    .map((status) => valueAt(status, 'state', 'waiting'))
    .find((state) => !waitingReasons.includes(stringAt(state, 'reason') ?? ''));
  const reason = stringAt(waiting, 'reason') ?? '';
  if (reason !== '') {
    const message = [reason, stringAt(waiting, 'message') ?? ''].filter((part) => part !== '').join(': ');
    return { message, isFinal: finalReasons.includes(reason) };
  }
  const message = stringAt(conditionAt(pod, 'PodScheduled', 'False'), 'message');
  return { message: message ?? 'it is still being started', isFinal: false };
}
