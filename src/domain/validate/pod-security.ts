import { arrayAt, isObject, ownValue, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { containersOf, type PodSpec } from '../kube/pod-specs.ts';

/** Levels of the Pod Security Standards: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export type SecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** A pod as the admission looks at it. */
interface Pod {
  readonly spec: JsonObject;
  /** Of the pod: AppArmor was set there before Kubernetes 1.30. */
  readonly annotations: JsonObject;
  readonly containers: readonly JsonObject[];
  /** The pod's own context, then those of its containers. */
  readonly contexts: readonly JsonObject[];
}

interface Control {
  /** As the API server names it in a refusal. */
  readonly name: string;
  readonly isBroken: (pod: Pod) => boolean;
}

const capabilities: readonly unknown[] = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];
const seLinuxTypes: readonly string[] = [
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
];
const sysctls: readonly (string | undefined)[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];
const volumeTypes: readonly string[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const appArmor = 'container.apparmor.security.beta.kubernetes.io/';
const profiles: readonly unknown[] = ['RuntimeDefault', 'Localhost'];

const baseline: readonly Control[] = [
  {
    name: 'hostProcess',
    isBroken: ({ contexts }) => contexts.some((context) => valueAt(context, 'windowsOptions', 'hostProcess') === true),
  },
  {
    name: 'host namespaces',
    isBroken: ({ spec }) => ['hostNetwork', 'hostPID', 'hostIPC'].some((field) => ownValue(spec, field) === true),
  },
  {
    name: 'privileged',
    isBroken: ({ containers }) => containers.some((each) => valueAt(each, 'securityContext', 'privileged') === true),
  },
  {
    name: 'non-default capabilities',
    isBroken: ({ containers }) => containers.some((each) => added(each).some((name) => !capabilities.includes(name))),
  },
  { name: 'hostPath volumes', isBroken: ({ spec }) => volumesOf(spec).some((volume) => 'hostPath' in volume) },
  {
    name: 'hostPort',
    isBroken: ({ containers }) =>
      containers.some((each) => arrayAt(each, 'ports').some((port) => Boolean(valueAt(port, 'hostPort')))),
  },
  {
    name: 'forbidden AppArmor profile',
    isBroken: ({ annotations, contexts }) =>
      Object.entries(annotations).some(
        ([key, value]) => key.startsWith(appArmor) && !/^(?:|runtime\/default|localhost\/.*)$/.test(String(value)),
      ) || contexts.some((context) => isForbidden(valueAt(context, 'appArmorProfile', 'type'))),
  },
  { name: 'seLinuxOptions', isBroken: ({ contexts }) => contexts.some(hasForeignSeLinux) },
  {
    name: 'procMount',
    isBroken: ({ containers }) =>
      containers.some((each) => (stringAt(each, 'securityContext', 'procMount') ?? 'Default') !== 'Default'),
  },
  {
    name: 'seccompProfile',
    isBroken: ({ contexts }) => contexts.some((context) => isForbidden(valueAt(context, 'seccompProfile', 'type'))),
  },
  {
    name: 'forbidden sysctls',
    isBroken: ({ spec }) =>
      arrayAt(spec, 'securityContext', 'sysctls').some((sysctl) => !sysctls.includes(stringAt(sysctl, 'name'))),
  },
];

const restricted: readonly Control[] = [
  {
    name: 'restricted volume types',
    isBroken: ({ spec }) =>
      volumesOf(spec).some((volume) =>
        Object.entries(volume).some(([field, value]) => isObject(value) && !volumeTypes.includes(field)),
      ),
  },
  {
    name: 'allowPrivilegeEscalation != false',
    isBroken: ({ spec, containers }) =>
      !isWindows(spec) &&
      containers.some((each) => valueAt(each, 'securityContext', 'allowPrivilegeEscalation') !== false),
  },
  { name: 'runAsNonRoot != true', isBroken: (pod) => isUnset(pod, ['runAsNonRoot'], (value) => value === true) },
  { name: 'runAsUser=0', isBroken: ({ contexts }) => contexts.some(({ runAsUser }) => runAsUser === 0) },
  {
    name: 'seccompProfile',
    isBroken: (pod) =>
      !isWindows(pod.spec) && isUnset(pod, ['seccompProfile', 'type'], (value) => profiles.includes(value)),
  },
  {
    name: 'unrestricted capabilities',
    isBroken: ({ spec, containers }) =>
      !isWindows(spec) &&
      containers.some(
        (each) =>
          !arrayAt(each, 'securityContext', 'capabilities', 'drop').includes('ALL') ||
          added(each).some((name) => name !== 'NET_BIND_SERVICE'),
      ),
  },
];

/** Controls that level `restricted` has a stricter form of, and names by that one alone. */
const widened: readonly string[] = ['hostPath volumes', 'non-default capabilities', 'seccompProfile'];

const controls: Readonly<Record<SecurityLevel, readonly Control[]>> = {
  privileged: [],
  baseline,
  restricted: [...baseline.filter(({ name }) => !widened.includes(name)), ...restricted],
};

/** The level with a name; any other name, such as an empty one, allows everything. */
export function levelOf(name: string): SecurityLevel {
  return name === 'baseline' || name === 'restricted' ? name : 'privileged';
}

/** What a pod has that a level forbids, in the words of the API server; empty: it may run. */
export function brokenControls(pod: PodSpec, annotations: JsonObject, level: SecurityLevel): readonly string[] {
  const containers = containersOf(pod).map(({ container }) => container);
  const contexts = [pod.spec, ...containers].map((each) => valueAt(each, 'securityContext')).filter(isObject);
  const looked = { spec: pod.spec, annotations, containers, contexts };
  return controls[level].filter(({ isBroken }) => isBroken(looked)).map(({ name }) => name);
}

/** Whether a container lacks a value that neither it nor its pod has; what a container has counts first. */
function isUnset({ spec, containers }: Pod, field: readonly string[], isRight: (value: unknown) => boolean): boolean {
  const ofPod = valueAt(spec, 'securityContext', ...field);
  return containers.some((each) => !isRight(valueAt(each, 'securityContext', ...field) ?? ofPod));
}

function isForbidden(type: unknown): boolean {
  return type !== undefined && !profiles.includes(type);
}

function hasForeignSeLinux({ seLinuxOptions }: JsonObject): boolean {
  if (!isObject(seLinuxOptions)) return false;
  const { type = '', user = '', role = '' } = seLinuxOptions;
  return !seLinuxTypes.includes(String(type)) || user !== '' || role !== '';
}

function added(container: JsonObject): readonly unknown[] {
  return arrayAt(container, 'securityContext', 'capabilities', 'add');
}

function volumesOf(spec: JsonObject): readonly JsonObject[] {
  return arrayAt(spec, 'volumes').filter(isObject);
}

function isWindows(spec: JsonObject): boolean {
  return stringAt(spec, 'os', 'name') === 'windows';
}
