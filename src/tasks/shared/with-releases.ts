import { compress } from '../../adapters/archives/compress.ts';
import { every } from '../../adapters/clock/every.ts';
import { sleepUntil } from '../../adapters/clock/sleep.ts';
import { namespaceOrDefault } from '../../adapters/kube/choose-context.ts';
import { withCluster } from '../../adapters/kube/connect.ts';
import { writePrivateKubeconfig } from '../../adapters/kube/private-kubeconfig.ts';
import { openHelm } from '../../adapters/processes/helm.ts';
import { createPrivateFolder } from '../../adapters/processes/private-folder.ts';
import { helmYamlCodec } from '../../adapters/yaml/helm-yaml-codec.ts';
import type { TaskContext, ValuesOf } from '../../runtime/define-task.ts';
import type { ReleasePorts } from '../../usecases/app/release-ports.ts';
import { ownerName, releaseId, type placeParams } from './releases.ts';

export interface ReleaseInput {
  readonly params: ValuesOf<typeof placeParams> & { readonly release?: string };
  readonly workspaces: { readonly kubeconfig: string | undefined };
}

export interface ReleaseScene {
  readonly ports: ReleasePorts;
  readonly namespace: string;
}

/**
 * Opens the cluster and helm for a command, and closes both at its end.
 * @throws TaskError `unknown-context`, `kubeconfig-unreadable`, `program-missing`, what `use` throws
 */
export async function withReleases<T>(
  { params, workspaces }: ReleaseInput,
  context: TaskContext,
  use: (scene: ReleaseScene) => Promise<T>,
): Promise<T> {
  const { log, environment, signal, noteProgram } = context;
  const { context: name, 'kubeconfig-digest': kubeconfigDigest } = params;
  const options = { kubeconfig: workspaces.kubeconfig, context: name, kubeconfigDigest, environment, log, signal };
  const namespace = await namespaceOrDefault(params.namespace, options);
  // Before helm is looked for: a wrong name is the first thing to know.
  if (params.release !== undefined) releaseId(namespace, params.release);
  const folder = await createPrivateFolder();
  try {
    const kubeconfig = await writePrivateKubeconfig(options, folder);
    const helm = await openHelm({ folder, kubeconfig, environment, signal, log, noteProgram });
    return await withCluster(options, (cluster) => {
      const sleep = sleepUntil(signal, 'working on a release');
      const own = { yaml: helmYamlCodec, compress, every, sleep, now: Date.now, owner: ownerName() };
      return use({ namespace, ports: { helm, cluster, log, signal, ...own } });
    });
  } finally {
    await folder.remove();
  }
}
