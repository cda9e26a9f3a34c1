import path from 'node:path';
import { type BindMount, writeBindSource } from './mounts.ts';
import { internalRegistryName, knownHosts, siteFolder, type Cluster } from './sites.ts';

/** Host folders that containerd, its shims and kubelet use whatever their configuration says, each with its stand-in. */
const nodeFolders: Readonly<Record<string, string>> = {
  '/run/containerd': 'run-containerd',
  '/var/lib/kubelet': 'kubelet',
  '/var/lib/cni': 'cni',
  '/var/log/containers': 'container-logs',
  '/var/log/pods': 'pod-logs',
};

/** Values that kubelet wants to see. It writes to the whole computer's settings where they differ, so it is shown files that agree. */
const kernelSettings: Readonly<Record<string, string>> = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/** Everything that a node sees differently from the host. */
export function nodeBinds(cluster: Cluster): BindMount[] {
  const folder = siteFolder(cluster);
  const hosts = {
    ...knownHosts(),
    [internalRegistryName]: cluster.address,
    [`${internalRegistryName}.cluster.local`]: cluster.address,
  };
  return [
    ...Object.entries(nodeFolders).map(([target, name]) => ({ target, source: path.join(folder, name) })),
    ...Object.entries(kernelSettings).map(([name, value]) => ({
      target: `/proc/sys/${name}`,
      source: writeBindSource(folder, name.replaceAll('/', '.'), `${value}\n`),
    })),
    { target: '/etc/hosts', source: writeBindSource(folder, 'hosts', `127.0.0.1 localhost\n${hostLines(hosts)}`) },
    {
      target: '/etc/resolv.conf',
      source: writeBindSource(folder, 'resolv.conf', '# no names beside those in /etc/hosts\n'),
    },
  ];
}

/** The host folders that may have been made only to mount on them. */
export const nodeMountPoints: readonly string[] = Object.keys(nodeFolders);

/** Lines of an /etc/hosts for the given names and their addresses. */
export function hostLines(hosts: Readonly<Record<string, string>>): string {
  return Object.entries(hosts)
    .map(([name, address]) => `${address} ${name}\n`)
    .join('');
}
