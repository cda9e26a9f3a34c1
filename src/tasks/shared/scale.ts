import { withCluster } from '../../adapters/kube/connect.ts';
import { openIfGiven } from '../../adapters/files/local-folder.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import { parseResourceTypes } from '../../domain/scale/scalable-types.ts';
import type { TaskContext, ValuesOf, Workspace } from '../../runtime/define-task.ts';
import { checkNamespace, type ScaleDownInput } from '../../usecases/scale/scale-down.ts';
import type { QuiescePorts } from '../../usecases/scale/scalable-objects.ts';
import { namespaceOfContext } from '../../adapters/kube/choose-context.ts';
import { sleepUntil } from '../../adapters/clock/sleep.ts';
import { optional } from './param-kinds.ts';
import { clusterParams } from './params.ts';

export const scaleParams = {
  ...clusterParams,
  namespace: optional('Namespace of the application. Empty: the namespace of the context.'),
} as const;

/** Where records of what was stopped are kept besides the objects. */
export const quiesceWorkspace = {
  flag: 'quiesce-dir',
  optional: true,
  description:
    'Folder for the records of what was scaled down, one file for each kind, and for the report. Without it: only the ' +
    'annotations of the objects have the counts.',
} as const satisfies Workspace;

interface ScaleTask {
  readonly params: ValuesOf<typeof scaleParams> & { readonly 'resource-type': string; readonly 'wait-timeout': number };
  readonly workspaces: Readonly<Record<'kubeconfig' | 'quiesce', string | undefined>>;
}

type Act<R extends string> = (input: ScaleDownInput, ports: QuiescePorts) => Promise<Outcome<R>>;

export function runScale<R extends string>(act: Act<R>) {
  return async ({ params, workspaces }: ScaleTask, { log, signal, environment }: TaskContext): Promise<Outcome<R>> => {
    const types = parseResourceTypes(params['resource-type']);
    const { kubeconfig, quiesce } = workspaces;
    const own = { kubeconfig, context: params.context, kubeconfigDigest: params['kubeconfig-digest'], environment };
    const namespace = params.namespace ?? (await namespaceOfContext(own));
    return withCluster({ ...own, log, signal }, async (cluster) => {
      const input = {
        types,
        namespace: checkNamespace(namespace),
        clusterUid: params['cluster-uid'],
        waitSeconds: params['wait-timeout'],
        dryRun: params['dry-run'],
        folder: openIfGiven(quiesce),
      };
      return act(input, { cluster, log, sleep: sleepUntil(signal, 'scaling') });
    });
  };
}
