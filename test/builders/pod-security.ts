import type { JsonObject } from '../../src/domain/core/json-object.ts';

const safe = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

/** A pod of one container that level `restricted` allows. */
export function aSafePod(container: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  const own = { name: 'main', image: 'registry.test/main:1', securityContext: safe, ...container };
  return { containers: [own], ...spec };
}

function withContext(more: JsonObject): JsonObject {
  return aSafePod({ securityContext: { ...safe, ...more } });
}

const open = { name: 'main', image: 'registry.test/main:1' };
const volume = (source: JsonObject) => aSafePod({}, { volumes: [{ name: 'v', ...source }] });

export interface SecurityCase {
  readonly what: string;
  readonly spec: JsonObject;
  readonly annotations?: JsonObject;
  /** The first of the controls that each level names; absent: the level allows the pod. */
  readonly baseline?: string;
  readonly restricted?: string;
}

/** Pods and what the Pod Security admission of the API server says to them. */
export const securityCases: readonly SecurityCase[] = [
  { what: 'safe', spec: aSafePod() },
  { what: 'a plain container', spec: { containers: [open] }, restricted: 'allowPrivilegeEscalation != false' },
  ...[{ hostNetwork: true }, { hostPID: true }, { hostIPC: true }].map((spec) => ({
    what: JSON.stringify(spec),
    spec: aSafePod({}, spec),
    baseline: 'host namespaces',
    restricted: 'host namespaces',
  })),
  {
    what: 'a host port',
    spec: aSafePod({ ports: [{ containerPort: 80, hostPort: 80 }] }),
    baseline: 'hostPort',
    restricted: 'hostPort',
  },
  { what: 'a host port of 0', spec: aSafePod({ ports: [{ containerPort: 80, hostPort: 0 }] }) },
  {
    what: 'privileged',
    spec: aSafePod({ securityContext: { ...safe, allowPrivilegeEscalation: true, privileged: true } }),
    baseline: 'privileged',
    restricted: 'privileged',
  },
  {
    what: 'an added capability',
    spec: withContext({ capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
    baseline: 'non-default capabilities',
    restricted: 'unrestricted capabilities',
  },
  {
    what: 'a usual capability',
    spec: withContext({ capabilities: { drop: ['ALL'], add: ['CHOWN'] } }),
    restricted: 'unrestricted capabilities',
  },
  { what: 'low ports', spec: withContext({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }) },
  { what: 'no dropped capability', spec: withContext({ capabilities: {} }), restricted: 'unrestricted capabilities' },
  {
    what: 'a folder of the node',
    spec: volume({ hostPath: { path: '/var' } }),
    baseline: 'hostPath volumes',
    restricted: 'restricted volume types',
  },
  {
    what: 'a volume of NFS',
    spec: volume({ nfs: { server: 'nfs.test', path: '/' } }),
    restricted: 'restricted volume types',
  },
  { what: 'a claim', spec: volume({ persistentVolumeClaim: { claimName: 'data' } }) },
  {
    what: 'an ephemeral claim',
    spec: volume({
      ephemeral: {
        volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      },
    }),
  },
  {
    what: 'a type of SELinux',
    spec: withContext({ seLinuxOptions: { type: 'spc_t' } }),
    baseline: 'seLinuxOptions',
    restricted: 'seLinuxOptions',
  },
  {
    what: 'a user of SELinux',
    spec: withContext({ seLinuxOptions: { user: 'system_u' } }),
    baseline: 'seLinuxOptions',
    restricted: 'seLinuxOptions',
  },
  { what: 'a level of SELinux', spec: withContext({ seLinuxOptions: { level: 's0:c1,c2' } }) },
  {
    what: 'seccomp off',
    spec: withContext({ seccompProfile: { type: 'Unconfined' } }),
    baseline: 'seccompProfile',
    restricted: 'seccompProfile',
  },
  {
    what: 'a sysctl',
    spec: aSafePod({}, { securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1024' }] } }),
    baseline: 'forbidden sysctls',
    restricted: 'forbidden sysctls',
  },
  {
    what: 'a safe sysctl',
    spec: aSafePod({}, { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] } }),
  },
  {
    what: 'AppArmor off',
    spec: withContext({ appArmorProfile: { type: 'Unconfined' } }),
    baseline: 'forbidden AppArmor profile',
    restricted: 'forbidden AppArmor profile',
  },
  {
    what: 'AppArmor off by annotation',
    annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'unconfined' },
    spec: aSafePod(),
    baseline: 'forbidden AppArmor profile',
    restricted: 'forbidden AppArmor profile',
  },
  {
    what: 'AppArmor by annotation',
    annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'runtime/default' },
    spec: aSafePod(),
  },
  {
    what: 'procMount',
    spec: aSafePod({ securityContext: { ...safe, procMount: 'Unmasked' } }, { hostUsers: false }),
    restricted: 'procMount',
    baseline: 'procMount',
  },
  { what: 'user 0', spec: withContext({ runAsUser: 0 }), restricted: 'runAsUser=0' },
  { what: 'user 0 of the pod', spec: aSafePod({}, { securityContext: { runAsUser: 0 } }), restricted: 'runAsUser=0' },
  {
    what: 'root allowed by the container alone',
    spec: aSafePod({ securityContext: { ...safe, runAsNonRoot: false } }, { securityContext: { runAsNonRoot: true } }),
    restricted: 'runAsNonRoot != true',
  },
  {
    what: 'all set by the pod',
    spec: {
      containers: [{ ...open, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    },
  },
  {
    what: 'seccomp for one of two containers',
    spec: aSafePod(
      {},
      { initContainers: [{ ...open, name: 'first', securityContext: { ...safe, seccompProfile: undefined } }] },
    ),
    restricted: 'seccompProfile',
  },
  {
    what: 'a Windows pod',
    spec: { os: { name: 'windows' }, containers: [{ ...open, securityContext: { runAsNonRoot: true } }] },
  },
  {
    what: 'a process of the Windows host',
    spec: {
      os: { name: 'windows' },
      hostNetwork: true,
      securityContext: { windowsOptions: { hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM' } },
      containers: [open],
    },
    baseline: 'hostProcess',
    restricted: 'hostProcess',
  },
];
