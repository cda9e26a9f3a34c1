import path from 'node:path';
import { ensureCgroup } from './cgroups.ts';
import { ensureCertificate } from './certificates.ts';
import type { ConfigFile } from './config-file.ts';
import { componentKubeconfig, type ClusterParts } from './control-plane-processes.ts';
import { readCondition, readText } from './json.ts';
import { askUrl, connects } from './loopback.ts';
import { ensureMountNamespace } from './mounts.ts';
import { containerdSocket, writeContainerdConfig, writeKubeletConfig, writeKubeProxyConfig } from './node-config.ts';
import { nodeBinds } from './node-mounts.ts';
import { assertRunning, ensureProcess, lastLines, logFile, runningPid, type ProcessPlace } from './processes.ts';
import { programPath } from './programs.ts';
import { apiServerUrl, siteFolder, type Cluster } from './sites.ts';
import { waitFor } from './wait.ts';

/** Kubelet renews its lease every ten seconds. */
const leaseMs = 30_000;
const nodeProcesses = ['containerd', 'kubelet', 'kube-proxy'];

/** Starts containerd, kubelet and kube-proxy in a mount namespace of their own. */
export async function ensureNode(parts: ClusterParts, sandboxImage: string): Promise<void> {
  const { cluster, certificates } = parts;
  ensureCgroup(cluster.network);
  const place = await nodePlace(parts);
  const authority = certificates.ca;
  const names = [`DNS:${cluster.name}`, `IP:${cluster.address}`];
  const serving = await ensureCertificate(siteFolder(cluster, 'certificates'), 'kubelet-serving', {
    authority,
    commonName: cluster.name,
    names,
  });
  const files = { caFile: authority.certFile, serving, sandboxImage };
  const containerd = writeContainerdConfig(cluster, files);
  // Logins to registries open connections of their own, which know only this authority list.
  const env = { SSL_CERT_FILE: authority.certFile };
  await ensureProcess(place, 'containerd', {
    file: 'containerd',
    args: ['--config', containerd.file],
    env,
    version: containerd.version,
  });
  const kubeProxy = writeKubeProxyConfig(
    cluster,
    await componentKubeconfig(parts, { name: 'kube-proxy', user: 'system:kube-proxy' }),
  );
  await ensureProcess(place, 'kube-proxy', {
    file: programPath('kube-proxy'),
    args: [`--config=${kubeProxy.file}`],
    version: kubeProxy.version,
  });
  await ensureKubelet(parts, place, writeKubeletConfig(cluster, files));
}

/** Waits until the node says that it can take pods, and says so now: after a crash it is remembered as ready. */
export async function waitForNode(parts: ClusterParts): Promise<void> {
  const { cluster, certificates, place } = parts;
  const identity = { caFile: certificates.ca.certFile, client: certificates.admin };
  const ask = async (resource: string, judge: (body: string) => string | undefined): Promise<string | undefined> => {
    const answer = await askUrl(`${apiServerUrl(cluster)}${resource}`, identity);
    if (typeof answer === 'string') return answer;
    return answer.status === 200 ? judge(answer.body) : `${resource}: status ${String(answer.status)}`;
  };
  await waitFor({
    what: `the node of ${cluster.name}`,
    seconds: 120,
    check: async () => {
      for (const name of nodeProcesses) assertRunning(place.folder, name);
      const lease = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${cluster.name}`;
      return (await ask(lease, silence)) ?? ask(`/api/v1/nodes/${cluster.name}`, unreadiness);
    },
  });
}

async function ensureKubelet(parts: ClusterParts, place: ProcessPlace, config: ConfigFile): Promise<void> {
  const { cluster } = parts;
  const kubeconfig = await componentKubeconfig(parts, {
    name: 'kubelet',
    user: `system:node:${cluster.name}`,
    groups: ['system:nodes'],
  });
  await waitForSocket(cluster, place);
  const args = [
    `--config=${config.file}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${cluster.name}`,
    `--node-ip=${cluster.address}`,
    '--root-dir=/var/lib/kubelet',
  ];
  const command = { file: programPath('kubelet'), args, version: config.version };
  await ensureProcess(place, 'kubelet', command);
  await waitFor({
    what: `kubelet of ${cluster.name}`,
    seconds: 60,
    check: async () => {
      if (runningPid(place.folder, 'kubelet') === undefined) {
        if (!metUnreadyContainerd(place)) assertRunning(place.folder, 'kubelet');
        await ensureProcess(place, 'kubelet', command);
        return 'containerd still takes up the containers of an earlier run';
      }
      const { ca } = parts.certificates;
      const answer = await askUrl(`https://${cluster.address}:10250/healthz`, { caFile: ca.certFile });
      return typeof answer === 'string' ? answer : undefined;
    },
  });
}

/** A containerd with containers of an earlier run listens some time before it answers, and kubelet does not wait. */
function metUnreadyContainerd({ folder }: ProcessPlace): boolean {
  return /server is not initialized yet/.test(lastLines(logFile(folder, 'kubelet'), 5));
}

/** Kubelet ends at once where containerd does not listen yet. */
async function waitForSocket(cluster: Cluster, place: ProcessPlace): Promise<void> {
  const socket = siteFolder(cluster, 'run-containerd', path.basename(containerdSocket));
  await waitFor({
    what: `containerd of ${cluster.name}`,
    seconds: 30,
    everyMs: 100,
    check: async () => {
      assertRunning(place.folder, 'containerd');
      return (await connects(socket)) ? undefined : 'does not listen yet';
    },
  });
}

async function nodePlace(parts: ClusterParts): Promise<ProcessPlace> {
  const mounts = await ensureMountNamespace(parts.place.folder, nodeBinds(parts.cluster));
  const [file = 'nsenter', ...args] = parts.place.enter;
  return { folder: parts.place.folder, enter: [file, mounts, ...args] };
}

function silence(body: string): string | undefined {
  const renewedAt = Date.parse(readText(JSON.parse(body), 'spec', 'renewTime') ?? '');
  return Date.now() - renewedAt < leaseMs ? undefined : 'no sign of life from kubelet yet';
}

function unreadiness(body: string): string | undefined {
  const ready = readCondition(JSON.parse(body), 'Ready');
  return readText(ready, 'status') === 'True' ? undefined : (readText(ready, 'message') ?? 'no word from kubelet yet');
}
