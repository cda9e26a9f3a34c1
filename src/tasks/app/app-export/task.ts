import { connectCluster } from '../../../adapters/kube/connect.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { assertNamespaceName } from '../../../usecases/export/export-namespace.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { parseRegistryAddresses } from '../../shared/registry-addresses.ts';
import { appExportParams, appExportResults, appExportWorkspaces } from './params.ts';

export const appExport = defineTask({
  name: 'app-export',
  summary: 'write the values, the chart and the images of a Helm release into a folder',
  family: 'app',
  stage: 'export-application',
  recovery: 'before-anything-is-written',
  description:
    'Writes a Helm 3 release into a folder with exactly values.yaml, app-chart.tar.gz and app-image.tar, all of them or ' +
    'none. The values are those that the user gave. The chart comes from a named source, or from the AppChart ' +
    'of an Epinio application, if it is the same chart. Else it is rebuilt from the release. Images are found in the manifest and hooks of the release and exported by digest: that of the ' +
    'name, else that of a running pod, else the current one of the registry. The report lists what the release needs and ' +
    'the export does not have, such as Secrets and claims, and texts that look like further images. Values are written in ' +
    'clear text.',
  examples: [
    'app export web --context=source --namespace=shop',
    'app export web --context=source --namespace=shop --chart-source=oci://registry.example.com/charts/web',
    'app export --context=source --namespace=shop --extra-images=quay.io/shop/agent:1.2 --app-dir=/tmp/shop',
  ],
  params: appExportParams,
  workspaces: appExportWorkspaces,
  results: appExportResults,
  reasons: ['appExport', 'registry'],
  reportIn: 'app',
  run: async ({ params, workspaces }, context) => {
    const { log, environment, signal } = context;
    assertNamespaceName(params.namespace);
    const { kubeconfig, 'ca-bundle': caBundle, app, charts } = workspaces;
    const { 'registry-auth': registryAuth, 'chart-auth': chartAuth } = workspaces;
    const own = { kubeconfig, context: params.context, kubeconfigDigest: params['kubeconfig-digest'], caBundle };
    const addresses = parseRegistryAddresses(params['registry-addresses']);
    const cluster = await connectCluster({ ...own, environment, log, signal });
    try {
      const { runExport } = await import('./run-export.ts');
      const { 'registry-tls-verify': verifyTls, 'token-registry': tokenRegistry } = params;
      const settings = { ...own, registryAuth, chartAuth, verifyTls, tokenRegistry, addresses, app, charts };
      const request = {
        namespace: params.namespace,
        release: params.release,
        chartSource: params['chart-source'],
        systemNamespace: params['system-namespace'],
        extraImages: parseCommaList(params['extra-images']),
        platform: params.platform,
      };
      return await runExport(request, { cluster, settings }, context);
    } finally {
      await cluster.close();
    }
  },
});
