import { connectCluster } from '../../../adapters/kube/connect.ts';
import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { rollBack } from '../../../usecases/rollback/roll-back.ts';
import type { TaskName } from '../../shared/catalog.ts';
import { sleepUntil } from '../../shared/sleep.ts';
import { clusterParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { list, optional, seconds } from '../../shared/param-kinds.ts';

export const craneRollback = defineTask({
  name: 'crane-rollback',
  summary: 'take a move back: remove from the destination what it created',
  family: 'crane',
  stage: 'restore',
  recovery: 'taking-a-move-back',
  description:
    'Removes the objects that kubectl-apply-kustomize and kubectl-apply-files created, over all runs on the folder, in the ' +
    'reverse order, with their dependents, and waits until they are gone. An object is removed when it is in the given ' +
    'namespaces, has the UID of the report, carries the field manager of these tasks and has the content that was applied. ' +
    'All others remain and are reported; so do objects that were there before, claims, namespaces and images. Can be run ' +
    'again. A report of another cluster is refused.',
  examples: [
    'crane-rollback --context=destination --namespace=shop --applied-dir=. --dry-run=true',
    'crane-rollback --context=destination --namespace=shop --applied-dir=kustomize --allow-changed=Deployment.apps/web',
  ],
  params: {
    context: clusterParams.context,
    'cluster-uid': optional(
      'UID that the namespace kube-system of the cluster must have: another cluster is refused. Empty: the one in the ' +
        'reports, if any.',
    ),
    namespace: list(
      'Namespaces of the application at the destination, separated by commas: objects of others are not removed. Empty: ' +
        'those of the reports that report-digest names. One of both must be given.',
    ),
    'report-digest': {
      type: 'string',
      list: true,
      digests: true,
      default: '',
      description:
        'Digests of the reports to trust, `sha256:<hex>`, separated by commas: the result report-digest of ' +
        'kubectl-apply-kustomize or kubectl-apply-files. Only their objects are removed. Empty: every report in the folder ' +
        'is trusted.',
    },
    'allow-changed': list(
      'Objects that go although something changed in them since, as Kind/name or Kind.group/name, separated by commas, for ' +
        'example "Deployment.apps/web". Empty: none.',
    ),
    'include-kinds': list(
      'Kinds that go too if the run created them, among PersistentVolumeClaim, Namespace and CustomResourceDefinition, ' +
        'separated by commas. Their deletion takes along data and objects that nobody looked at. Empty: they stay.',
    ),
    'dry-run': clusterParams['dry-run'],
    'wait-timeout': seconds({ fallback: 300 }, 'Seconds that all objects together may take to be deleted.'),
    ...kubeconfigDigestParam,
  },
  workspaces: {
    applied: {
      flag: 'applied-dir',
      defaultPath: '.',
      readOnly: true,
      description:
        'The folder that the run worked in, or the one that was applied: its reports are found at any depth.',
    },
    rollback: {
      flag: 'rollback-dir',
      defaultPath: 'rollback',
      description: 'The folder that gets the report.',
    },
    kubeconfig: kubeconfigWorkspace,
  },
  results: {
    'deleted-count': 'Number of objects that were removed. No newline.',
    'gone-count': 'Number of objects that were gone already. No newline.',
    'kept-count': 'Number of objects and images that stay on purpose. No newline.',
    'failed-count': 'Number of objects that could not be removed; the report says why. No newline.',
  },
  reportIn: 'rollback',
  run: async ({ params, workspaces }, { log, environment, signal }) => {
    const { kubeconfig } = workspaces;
    const { context, 'kubeconfig-digest': kubeconfigDigest } = params;
    const cluster = await connectCluster({ kubeconfig, context, kubeconfigDigest, environment, log, signal });
    try {
      return await rollBack(
        {
          applied: openFolder(workspaces.applied),
          appliers: ['kubectl-apply-files', 'kubectl-apply-kustomize'] satisfies TaskName[],
          copiers: ['crane-skopeo-sync', 'crane-image-sync'] satisfies TaskName[],
          clusterUid: params['cluster-uid'],
          namespaces: parseCommaList(params.namespace),
          reportDigests: parseCommaList(params['report-digest']),
          allowChanged: parseCommaList(params['allow-changed']),
          includeKinds: parseCommaList(params['include-kinds']),
          dryRun: params['dry-run'],
          timeoutSeconds: params['wait-timeout'],
        },
        { cluster, log, sha256: sha256Of, now: Date.now, sleep: sleepUntil(signal, 'rolling back') },
      );
    } finally {
      await cluster.close();
    }
  },
});
