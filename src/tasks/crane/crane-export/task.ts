import { connectCluster } from '../../../adapters/kube/connect.ts';
import { openIfGiven, openInputFolder } from '../../../adapters/files/local-folder.ts';
import { keepHeapSmall } from '../../../runtime/keep-heap-small.ts';
import { coreYamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { parseKindChoice } from '../../../domain/export/exportable-kinds.ts';
import { completeByFlagsFile } from '../../../usecases/export/export-flags.ts';
import { exportParams, exportResults, exportWorkspaces, readExportParams, exportDefaults } from './params.ts';

export const craneExport = defineTask({
  name: 'crane-export',
  summary: 'write every object of a namespace into a folder, one file each',
  family: 'crane',
  stage: 'export',
  recovery: 'before-anything-is-written',
  description:
    'Lists all namespaced kinds of the cluster that can be listed, read, created and deleted, and writes each object ' +
    'as resources/<namespace>/<Kind>_<group>_<version>_<namespace>_<name>.yaml. Objects are written completely, as ' +
    'the API server returned them, with Secrets sealed. Events are not exported. index.json names each file with its ' +
    'digest. A kind that cannot be read is recorded under failures/<namespace>/, and the task ends with exit code 4. ' +
    'Running it again replaces the export.',
  examples: [
    'crane-export --context=source --namespace=shop',
    'crane-export --context=source --namespace=shop --export-dir=/tmp/shop --allow-forbidden=secrets,*.metrics.k8s.io',
  ],
  params: exportParams,
  workspaces: exportWorkspaces,
  results: exportResults,
  reasons: ['export'],
  reportIn: 'export',
  run: ({ params: given, workspaces }, { log, environment, signal }) =>
    keepHeapSmall(async () => {
      const { kubeconfig, 'ca-bundle': caBundle, craneconfig } = workspaces;
      const params = await completeByFlagsFile(given, {
        folder: openIfGiven(craneconfig, openInputFolder),
        usual: exportDefaults,
        yaml: coreYamlCodec,
        log,
      });
      const { context, namespace } = params;
      const { mode, recipient, limits, impersonate } = readExportParams(params);
      const { 'include-resources': include, 'exclude-resources': exclude } = params;
      const choice = parseKindChoice({ include, exclude });
      const kubeconfigDigest = params['kubeconfig-digest'];
      const own = { kubeconfig, context, kubeconfigDigest, caBundle, impersonate, ...limits };
      const cluster = await connectCluster({ ...own, environment, log, signal });
      // Loaded here, because a run with an unknown context ends before it needs them.
      const { exportPorts, exportNamespace } = await import('./ports.ts');
      const secrets = { mode, recipient, kubeconfig, context, kubeconfigDigest };
      const ports = exportPorts(workspaces.export, { cluster, secrets }, { log, environment, signal });
      try {
        const withRelated = params['cluster-resources'] === 'related';
        const { 'allow-forbidden': allowForbidden, 'label-selector': labelSelector } = params;
        return await exportNamespace({ namespace, allowForbidden, labelSelector, choice, withRelated }, ports);
      } finally {
        await cluster.close();
      }
    }),
});
