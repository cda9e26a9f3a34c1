import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';

import { compress } from '../../adapters/archives/compress.ts';
import { every } from '../../adapters/clock/every.ts';
import { sleepUntil } from '../../adapters/clock/sleep.ts';
import { namespaceOrDefault } from '../../adapters/kube/choose-context.ts';
import { withCluster } from '../../adapters/kube/connect.ts';
import { writePrivateKubeconfig } from '../../adapters/kube/private-kubeconfig.ts';
import { openHelm } from '../../adapters/processes/helm.ts';
import { createPrivateFolder } from '../../adapters/processes/private-folder.ts';
import { helmYamlCodec } from '../../adapters/yaml/helm-yaml-codec.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { ReleaseId } from '../../domain/helm/helm.ts';
import { isObjectName } from '../../domain/kube/resource.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import type { TaskContext, ValuesOf } from '../../runtime/define-task.ts';
import type { ReleaseLimits, ReleasePorts } from '../../usecases/app/release-ports.ts';
import { choice, optional, seconds, toggle } from './param-kinds.ts';
import { clusterParams, kubeconfigDigestParam } from './params.ts';

/** Where releases are. */
export const placeParams = {
  namespace: optional('Namespace of the release. Empty: that of the context.'),
  context: clusterParams.context,
  ...kubeconfigDigestParam,
} as const;

/** A command about one release. */
export const releaseParams = {
  release: { type: 'string', isWord: true, description: 'Name of the Helm release.' },
  ...placeParams,
} as const;

export const outputParam = {
  output: choice(['table', 'json'], 'Format of the output: `table` for people or `json` for programs.'),
} as const;

/** A command that changes a release. */
export const changeParams = {
  wait: toggle(true, 'Whether to wait until the pods are ready, or gone.'),
  'stall-timeout': seconds(
    { fallback: 300, minimum: 1 },
    'Seconds without any progress of the pods before the command gives up.',
  ),
  'wait-timeout': seconds({ fallback: 60 }, 'Seconds to wait for another run that works on the same release.'),
} as const;

/** As many as helm keeps itself. */
const historyLimit = 10;

export function limitsOf(params: ValuesOf<typeof changeParams>): ReleaseLimits {
  return {
    wait: params.wait,
    stallMilliseconds: params['stall-timeout'] * 1000,
    patience: params['wait-timeout'] * 1000,
    historyLimit,
  };
}

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

/** Names a run in Leases. A pod has its name as host name. */
export function ownerName(): string {
  return `${hostname()}-${randomUUID().slice(0, 8)}`;
}

/** @throws TaskError `invalid-param` */
export function releaseId(namespace: string, name: string): ReleaseId {
  if (isObjectName(name) && name.length <= 53) return { namespace, name };
  throw new TaskError('invalid-param', `--release: expected the name of a release, got ${JSON.stringify(name)}`, {
    remedy: 'Run app-list for the names.',
  });
}

/** The end of a command that only reads. */
export function shown(stdout: string, summary: string): Outcome<never, never> {
  return { items: [], results: {}, summary, stdout };
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
