import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ensureCertificate } from './certificates.ts';
import { apiServerArgs, etcdCommand, type ControlPlaneCertificates } from './control-plane.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { askUrl } from './loopback.ts';
import { assertRunning, ensureProcess, type ProcessPlace } from './processes.ts';
import { programPath } from './programs.ts';
import { apiServerPort, apiServerUrl, siteFolder, type Cluster } from './sites.ts';
import { waitFor } from './wait.ts';

const etcdPorts = { client: 2379, peer: 2380 };

/** A cluster with all that its parts need to start. */
export interface ClusterParts {
  readonly cluster: Cluster;
  readonly certificates: ControlPlaneCertificates;
  /** Enters the cluster's network only. */
  readonly place: ProcessPlace;
}

/** A client of the API server as its components are. */
interface Component {
  readonly name: string;
  readonly user: string;
  readonly groups?: readonly string[];
}

/** Starts etcd and kube-apiserver, and waits until the API server is ready. */
export async function ensureApiServer(parts: ClusterParts): Promise<void> {
  const { cluster, certificates, place } = parts;
  await ensureProcess(place, 'etcd', etcdCommand(siteFolder(cluster, 'etcd'), etcdPorts));
  const args = [
    ...apiServerArgs(certificates, { etcdPort: etcdPorts.client, port: apiServerPort }),
    '--bind-address=0.0.0.0',
    `--advertise-address=${cluster.address}`,
    '--enable-aggregator-routing=true',
    '--event-ttl=1h',
  ];
  await ensureProcess(place, 'kube-apiserver', { file: programPath('kube-apiserver'), args });
  await waitFor({
    what: `the API server of ${cluster.name}`,
    seconds: 90,
    everyMs: 200,
    check: async () => {
      for (const name of ['etcd', 'kube-apiserver']) assertRunning(place.folder, name);
      const answer = await askUrl(`${apiServerUrl(cluster)}/readyz`, {
        caFile: certificates.ca.certFile,
        client: certificates.admin,
      });
      if (typeof answer === 'string') return answer;
      return answer.status === 200 ? undefined : `status ${String(answer.status)}`;
    },
  });
}

/** Starts the controller manager and the scheduler. */
export async function ensureControllers(parts: ClusterParts): Promise<void> {
  const { certificates, place } = parts;
  const manager = await componentKubeconfig(parts, {
    name: 'kube-controller-manager',
    user: 'system:kube-controller-manager',
  });
  const managerArgs = [
    ...controllerArgs(manager, 10257),
    `--service-account-private-key-file=${certificates.serviceAccount.privateFile}`,
    `--root-ca-file=${certificates.ca.certFile}`,
    `--cluster-signing-cert-file=${certificates.ca.certFile}`,
    `--cluster-signing-key-file=${certificates.ca.keyFile}`,
    '--use-service-account-credentials=true',
    '--allocate-node-cidrs=false',
    `--cluster-name=${parts.cluster.name}`,
  ];
  await ensureProcess(place, 'kube-controller-manager', {
    file: programPath('kube-controller-manager'),
    args: managerArgs,
  });
  const scheduler = await componentKubeconfig(parts, { name: 'kube-scheduler', user: 'system:kube-scheduler' });
  await ensureProcess(place, 'kube-scheduler', {
    file: programPath('kube-scheduler'),
    args: controllerArgs(scheduler, 10259),
  });
}

/** Makes a client certificate and a kubeconfig for a component, and gives the kubeconfig's file. */
export async function componentKubeconfig(parts: ClusterParts, component: Component): Promise<string> {
  const { cluster, certificates } = parts;
  const folder = siteFolder(cluster, 'certificates');
  const client = await ensureCertificate(folder, component.name, {
    authority: certificates.ca,
    commonName: component.user,
    organizations: component.groups ?? [],
  });
  const file = siteFolder(cluster, 'kubeconfigs', component.name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeKubeconfig(file, [
    { context: cluster.name, server: apiServerUrl(cluster), caFile: certificates.ca.certFile, client },
  ]);
  return file;
}

function controllerArgs(kubeconfig: string, port: number): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${String(port)}`,
  ];
}
