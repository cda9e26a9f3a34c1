import path from 'node:path';
import { ensureAuthority, ensureCertificate, ensureServiceAccountKey, type KeyPair } from './certificates.ts';
import type { Command } from './child.ts';

/** Certificates of one control plane. */
export interface ControlPlaneCertificates {
  readonly ca: KeyPair;
  readonly frontProxyCa: KeyPair;
  readonly server: KeyPair;
  readonly admin: KeyPair;
  readonly kubeletClient: KeyPair;
  readonly frontProxyClient: KeyPair;
  readonly serviceAccount: { readonly publicFile: string; readonly privateFile: string };
}

/** Where a control plane's certificates go, and the addresses its API server answers at. */
export interface ControlPlanePlace {
  readonly authorityFolder: string;
  readonly folder: string;
  readonly addresses: readonly string[];
}

const serviceAddress = '10.96.0.1';
const apiNames = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'localhost',
];

/** Makes what is missing of a control plane's certificates. The front-proxy authority is its own, as Kubernetes asks. */
export async function ensureControlPlaneCertificates(place: ControlPlanePlace): Promise<ControlPlaneCertificates> {
  const { folder } = place;
  const ca = await ensureAuthority(place.authorityFolder, 'ca');
  const frontProxyCa = await ensureAuthority(place.authorityFolder, 'front-proxy-ca');
  const names = [
    ...apiNames.map((name) => `DNS:${name}`),
    ...[serviceAddress, '127.0.0.1', ...place.addresses].map((address) => `IP:${address}`),
  ];
  const masters = ['system:masters'];
  return {
    ca,
    frontProxyCa,
    server: await ensureCertificate(folder, 'apiserver', { authority: ca, commonName: 'kube-apiserver', names }),
    admin: await ensureCertificate(folder, 'admin', { authority: ca, commonName: 'admin', organizations: masters }),
    kubeletClient: await ensureCertificate(folder, 'apiserver-kubelet-client', {
      authority: ca,
      commonName: 'kube-apiserver-kubelet-client',
      organizations: masters,
    }),
    frontProxyClient: await ensureCertificate(folder, 'front-proxy-client', {
      authority: frontProxyCa,
      commonName: 'front-proxy-client',
    }),
    serviceAccount: await ensureServiceAccountKey(folder),
  };
}

/** etcd on loopback. fsync is off: the data is worth one run. */
export function etcdCommand(dataFolder: string, ports: { client: number; peer: number }): Command {
  const client = `http://127.0.0.1:${String(ports.client)}`;
  const peer = `http://127.0.0.1:${String(ports.peer)}`;
  const args = [
    '--name=default',
    `--data-dir=${dataFolder}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--auto-compaction-retention=1',
    '--quota-backend-bytes=2147483648',
  ];
  return { file: 'etcd', args };
}

/** Flags of kube-apiserver that a cluster and a bare API server share. */
export function apiServerArgs(
  certificates: ControlPlaneCertificates,
  options: { etcdPort: number; port: number },
): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${String(options.etcdPort)}`,
    `--secure-port=${String(options.port)}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    '--anonymous-auth=true',
    `--client-ca-file=${certificates.ca.certFile}`,
    `--tls-cert-file=${certificates.server.certFile}`,
    `--tls-private-key-file=${certificates.server.keyFile}`,
    `--kubelet-client-certificate=${certificates.kubeletClient.certFile}`,
    `--kubelet-client-key=${certificates.kubeletClient.keyFile}`,
    `--kubelet-certificate-authority=${certificates.ca.certFile}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${certificates.serviceAccount.publicFile}`,
    `--service-account-signing-key-file=${certificates.serviceAccount.privateFile}`,
    ...aggregationArgs(certificates),
  ];
}

/** Without the proxy-client pair, requests to aggregated API servers would carry no client certificate to trust. */
function aggregationArgs(certificates: ControlPlaneCertificates): string[] {
  return [
    `--requestheader-client-ca-file=${certificates.frontProxyCa.certFile}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${certificates.frontProxyClient.certFile}`,
    `--proxy-client-key-file=${certificates.frontProxyClient.keyFile}`,
  ];
}

/** Folder of the certificates of the cluster whose folder is given. */
export function certificateFolder(clusterFolder: string): string {
  return path.join(clusterFolder, 'certificates');
}
