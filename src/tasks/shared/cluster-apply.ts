import { withCluster } from '../../adapters/kube/connect.ts';
import { sha256Of } from '../../adapters/files/digest.ts';
import { parseCommaList } from '../../domain/core/comma-list.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { makeObjectList, makePackedList } from '../../adapters/memory/packed-list.ts';
import type { LongOutcome } from '../../domain/reports/outcome.ts';
import { letYoungGrowFor } from '../../runtime/keep-heap-small.ts';
import type { TaskContext, ValuesOf } from '../../runtime/define-task.ts';
import { applyToCluster, type ApplyToClusterResult } from '../../usecases/apply/apply-to-cluster.ts';
import { openCreationJournal } from '../../usecases/apply/creation-journal.ts';
import type { Planned } from '../../usecases/apply/read-manifests.ts';
import type { Folder } from '../../domain/core/ports.ts';
import { unsealResources } from '../../usecases/seal/unseal-resources.ts';
import { openUnseal } from './sealing-key.ts';
import { sleepUntil } from '../../adapters/clock/sleep.ts';
import { list, optional, seconds, toggle } from './param-kinds.ts';
import { clusterParams, kubeconfigDigestParam } from './params.ts';

export const applyParams = {
  context: clusterParams.context,
  namespace: optional('Namespace for all namespaced resources. Empty: the namespace in each manifest.'),
  'cluster-uid': clusterParams['cluster-uid'],
  'take-ownership': toggle(
    false,
    'Whether to take over fields that another field manager set to another value. "false": such a resource is not ' +
      'changed and is reported as a conflict.',
  ),
  'dry-run': clusterParams['dry-run'],
  recreate: list(
    'Kinds to recreate, separated by commas, for example "Job,Deployment.apps". If a field of such a resource cannot ' +
      'change, the resource is deleted with its dependents and created again. Empty: never; the resource is reported as ' +
      'immutable.',
  ),
  'wait-timeout': seconds(
    { fallback: 0 },
    'Seconds that workloads, claims and custom resources may take to become ready after everything is applied. What ' +
      'is not ready by then is reported with the reason. "0": the task does not wait.',
  ),
  ...kubeconfigDigestParam,
} as const;

export const applyResults = {
  'applied-count': 'Number of resources that have the wanted content.',
  'created-count': 'Number of resources that were created.',
  'changed-count': 'Number of existing resources that were changed.',
  'unchanged-count': 'Number of resources that already had the wanted content.',
  'not-ready-count': 'Number of resources that are applied, but were not ready in time.',
  'failed-count': 'Number of resources that could not be applied or are not ready; the report has the reason.',
};

export type ApplySettings = ValuesOf<typeof applyParams>;

export interface ApplyRequest extends Planned {
  readonly kubeconfig: string | undefined;
  /** Path of the key that Secrets are sealed for; undefined: the key of the runs. */
  readonly sealingKey: string | undefined;
  /** Where it is remembered what was created: the folder of the report, and the task. */
  readonly journal: { readonly folder: Folder; readonly task: string };
}

export async function runApply(
  { resources, unread, kubeconfig, sealingKey, journal }: ApplyRequest,
  settings: ApplySettings,
  { log, signal, environment }: TaskContext,
): Promise<LongOutcome<ApplyToClusterResult>> {
  letYoungGrowFor(resources.length);
  const unseal = openUnseal(sealingKey, { log, signal, environment });
  const ports = { log, makeList: makePackedList };
  const unsealed = await unsealResources(resources, { unseal, redactor: log.redactor, makeList: makeObjectList });
  for (const { id, reason, message = '' } of unsealed.items) log.warn(`${reason} ${id}: ${message}`);
  const { context, 'kubeconfig-digest': kubeconfigDigest } = settings;
  return withCluster({ kubeconfig, context, kubeconfigDigest, environment, log, signal }, async (cluster) =>
    applyToCluster(
      {
        resources: unsealed.resources,
        unread: [...unread, ...unsealed.items],
        namespace: settings.namespace ?? '',
        clusterUid: settings['cluster-uid'],
        takeOwnership: settings['take-ownership'],
        dryRun: settings['dry-run'],
        recreate: parseKinds(settings.recreate),
        waitSeconds: settings['wait-timeout'],
      },
      {
        ...ports,
        cluster,
        sha256: sha256Of,
        sleep: sleepUntil(signal, 'applying'),
        journal: await openCreationJournal(journal, ports),
      },
    ),
  );
}

function parseKinds(text: string): ReadonlySet<string> {
  const kinds = parseCommaList(text);
  const wrong = kinds.find((kind) => !/^[A-Z][A-Za-z0-9]*(?:\.[a-z0-9.-]+)?$/.test(kind));
  if (wrong === undefined) return new Set(kinds);
  throw new TaskError('invalid-param', `reading recreate: invalid kind ${JSON.stringify(wrong)}`, {
    remedy: 'Write kinds as in manifests, such as Job or Deployment.apps, separated by commas.',
  });
}
