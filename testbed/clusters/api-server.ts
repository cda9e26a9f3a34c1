import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { startChild, type Child } from './child.ts';
import {
  apiServerArgs,
  certificateFolder,
  ensureControlPlaneCertificates,
  etcdCommand,
  type ControlPlaneCertificates,
} from './control-plane.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { askUrl, freePorts } from './loopback.ts';
import { programPath } from './programs.ts';
import { waitFor } from './wait.ts';

/** A real kube-apiserver on loopback. Its kubeconfig is the administrator's, with the context `local`. */
export interface ApiServer {
  readonly url: string;
  readonly kubeconfigPath: string;
  readonly caPath: string;
  /** Of its etcd, which has no login. */
  readonly etcdUrl: string;
  stop(): Promise<void>;
}

/** `dir` takes data, certificates, logs; `programs` is a folder that holds kube-apiserver, the cache by default. */
export interface ApiServerOptions {
  readonly dir: string;
  readonly programs?: string;
  /** Further flags of kube-apiserver. */
  readonly flags?: readonly string[];
}

/**
 * Starts etcd and kube-apiserver on free ports of 127.0.0.1: RBAC on, service-account tokens issued, no controllers and no nodes.
 * Needs Debian's etcd-server and openssl, and no root. Throws ClusterError `program-missing`, `process-ended` or `deadline`.
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const program =
    options.programs === undefined ? programPath('kube-apiserver') : path.join(options.programs, 'kube-apiserver');
  await mkdir(options.dir, { recursive: true });
  const folder = certificateFolder(options.dir);
  const certificates = await ensureControlPlaneCertificates({ authorityFolder: folder, folder, addresses: [] });
  const [port = 0, client = 0, peer = 0] = await freePorts(3);
  const data = path.join(options.dir, 'etcd');
  const etcd = startChild('etcd', etcdCommand(data, { client, peer }), options.dir);
  const server = startChild(
    'kube-apiserver',
    { file: program, args: [...bareArgs(certificates, { etcdPort: client, port }), ...(options.flags ?? [])] },
    options.dir,
  );
  const stop = async (): Promise<void> => {
    await Promise.all([server.stop(), etcd.stop()]);
    await rm(data, { recursive: true, force: true });
  };
  const url = `https://127.0.0.1:${String(port)}`;
  const kubeconfigPath = path.join(options.dir, 'kubeconfig');
  try {
    await writeKubeconfig(kubeconfigPath, [
      { context: 'local', server: url, caFile: certificates.ca.certFile, client: certificates.admin },
    ]);
    await waitUntilReady(url, certificates, [etcd, server]);
  } catch (error) {
    await stop();
    throw error;
  }
  const etcdUrl = `http://127.0.0.1:${String(client)}`;
  return { url, kubeconfigPath, caPath: certificates.ca.certFile, etcdUrl, stop };
}

/** The ServiceAccount plugin is off: nothing here makes the default accounts that it wants to see before any pod. */
function bareArgs(certificates: ControlPlaneCertificates, ports: { etcdPort: number; port: number }): string[] {
  return [
    ...apiServerArgs(certificates, ports),
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--disable-admission-plugins=ServiceAccount',
  ];
}

async function waitUntilReady(
  url: string,
  certificates: ControlPlaneCertificates,
  children: readonly Child[],
): Promise<void> {
  await waitFor({
    what: `the API server at ${url}`,
    seconds: 120,
    everyMs: 100,
    check: async () => {
      for (const child of children) child.assertRunning();
      const answer = await askUrl(`${url}/readyz`, { caFile: certificates.ca.certFile, client: certificates.admin });
      if (typeof answer === 'string') return answer;
      return answer.status === 200 ? undefined : `status ${String(answer.status)}: ${failedChecks(answer.body)}`;
    },
  });
}

function failedChecks(body: string): string {
  return body
    .split('\n')
    .filter((line) => line.startsWith('[-]'))
    .join(' ');
}
