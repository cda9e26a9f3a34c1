import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KeyPair } from './certificates.ts';
import { writeConfigFile, type ConfigFile } from './config-file.ts';
import {
  backendPort,
  clusters,
  internalRegistryName,
  internalRegistryPort,
  publicRegistryHost,
  publicRegistryRoute,
  siteFolder,
  type Cluster,
} from './sites.ts';

/** What a node's configuration files need to know beside the cluster. */
export interface NodeFiles {
  readonly caFile: string;
  readonly serving: KeyPair;
  readonly sandboxImage: string;
}

/** Socket of containerd, as seen in the node's mount namespace. */
export const containerdSocket = '/run/containerd/containerd.sock';

/** Writes the configuration of containerd, its registries and its pod network, and gives the main file. */
export function writeContainerdConfig(cluster: Cluster, files: NodeFiles): ConfigFile {
  const folder = siteFolder(cluster, 'config');
  const registries = path.join(folder, 'registries');
  const network = path.join(folder, 'cni');
  writeConfigFile(path.join(network, '10-pods.conflist'), podNetworkConfig(cluster));
  writeRegistryHosts(registries, files.caFile);
  const text = containerdConfig({
    root: siteFolder(cluster, 'containerd'),
    network,
    registries,
    sandboxImage: files.sandboxImage,
  });
  return writeConfigFile(path.join(folder, 'containerd.toml'), text);
}

/** Writes kubelet's configuration. */
export function writeKubeletConfig(cluster: Cluster, files: NodeFiles): ConfigFile {
  return writeConfigFile(siteFolder(cluster, 'config', 'kubelet.json'), kubeletConfig(cluster, files));
}

/**
 * Writes kube-proxy's configuration. Zero leaves the computer's own conntrack limits as they are.
 * Where bridges do not ask the packet filter, masking every client keeps Service addresses working between pods.
 */
export function writeKubeProxyConfig(cluster: Cluster, kubeconfig: string): ConfigFile {
  return writeConfigFile(siteFolder(cluster, 'config', 'kube-proxy.json'), {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    hostnameOverride: cluster.name,
    bindAddress: '0.0.0.0',
    clusterCIDR: cluster.podNetwork,
    clientConnection: { kubeconfig },
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    iptables: {
      masqueradeAll: !existsSync('/proc/sys/net/bridge/bridge-nf-call-iptables'),
      minSyncPeriod: '0s',
      syncPeriod: '30s',
    },
  });
}

/** `restrict_oom_score_adj` lets sandboxes start where root lacks CAP_SYS_RESOURCE. */
function containerdConfig(options: {
  root: string;
  network: string;
  registries: string;
  sandboxImage: string;
}): string {
  const text = JSON.stringify;
  return `version = 2
root = ${text(options.root)}
state = "/run/containerd/state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]
[grpc]
  address = ${text(containerdSocket)}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(options.sandboxImage)}
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  max_concurrent_downloads = 6
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = ${text(options.network)}
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = ${text(options.registries)}
`;
}

/** One hosts.toml for each registry; the backend on loopback speaks plain HTTP, all others TLS with the local authority. */
function writeRegistryHosts(folder: string, caFile: string): void {
  const secure = [
    ...clusters.map(publicRegistryRoute),
    publicRegistryHost,
    `${internalRegistryName}:${String(internalRegistryPort)}`,
  ];
  for (const host of secure)
    writeConfigFile(
      path.join(folder, host, 'hosts.toml'),
      hostsToml(`https://${host}`, `ca = ${JSON.stringify(caFile)}`),
    );
  const backend = `localhost:${String(backendPort)}`;
  writeConfigFile(path.join(folder, backend, 'hosts.toml'), hostsToml(`http://${backend}`, ''));
}

function hostsToml(server: string, line: string): string {
  return `server = "${server}"\n[host."${server}"]\n  capabilities = ["pull", "resolve"]\n  ${line}\n`;
}

function podNetworkConfig(cluster: Cluster): object {
  const bridge = {
    type: 'bridge',
    bridge: `crane-pods-${String(cluster.number)}`,
    isGateway: true,
    ipMasq: true,
    hairpinMode: true,
    ipam: { type: 'host-local', ranges: [[{ subnet: cluster.podNetwork }]], routes: [{ dst: '0.0.0.0/0' }] },
  };
  return {
    cniVersion: '0.4.0',
    name: `crane-${cluster.name}`,
    plugins: [bridge, { type: 'portmap', capabilities: { portMappings: true } }],
  };
}

/** A full disk of the host is not the pods' fault, hence the low thresholds and no image collection. */
function kubeletConfig(cluster: Cluster, files: NodeFiles): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '0.0.0.0',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true, cacheTTL: '10s' },
      x509: { clientCAFile: files.caFile },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: files.serving.certFile,
    tlsPrivateKeyFile: files.serving.keyFile,
    clusterDNS: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cluster.network}`,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    failCgroupV1: false,
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '1%',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '1%',
    },
    imageGCHighThresholdPercent: 100,
    maxPods: 200,
    serializeImagePulls: false,
    registryPullQPS: 0,
    eventRecordQPS: 0,
    nodeStatusUpdateFrequency: '5s',
    volumePluginDir: '/var/lib/kubelet/volume-plugins',
    shutdownGracePeriod: '0s',
  };
}
