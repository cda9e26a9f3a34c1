import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { commonParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { list, optional, required } from '../../shared/param-kinds.ts';
import { readAddressParams } from '../../shared/registry-addresses.ts';
import {
  caBundleWorkspace,
  chartAuthWorkspace,
  kubeconfigWorkspace,
  registryAuthWorkspace,
} from '../../shared/workspaces.ts';

export const appExportParams = {
  context: {
    ...required(
      'Name of the kubeconfig context of the cluster. Required in a pod. An empty value means the current context of the ' +
        'kubeconfig, or the service account of the pod if there is no kubeconfig.',
    ),
    requiredInPod: true,
  },
  namespace: required('Namespace of the application. Required; it must exist.'),
  release: {
    type: 'string',
    isWord: true,
    default: '',
    description:
      'Name of a Helm release, or of an Epinio application. Empty: all releases of the namespace, each in a folder of its own.',
  },
  'chart-source': optional(
    'Source of the chart: oci://host/path/name[:version], the URL of a chart repository or of an archive, or a file of the ' +
      'workspace charts. The chart must be the same as that of the release. A chart with subcharts needs it, because a ' +
      'release does not store subcharts. Empty: the AppChart of an Epinio application if it is the same chart, else the ' +
      'chart is rebuilt from the release.',
  ),
  'system-namespace': commonParams['system-namespace'],
  'extra-images': list(
    'Images to export besides those in image fields, separated by commas. The report names texts that look like images. ' +
      'Empty: none.',
  ),
  platform: optional('Platform of the images, os/architecture[/variant]. Empty: linux/amd64.'),
  ...readAddressParams,
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const appExportWorkspaces = {
  app: {
    flag: 'app-dir',
    defaultPath: 'app',
    description:
      'Folder for the export: <release>/values.yaml, <release>/app-chart.tar.gz, <release>/app-image.tar, and ' +
      'reports/app-export.json.',
  },
  charts: {
    flag: 'charts-dir',
    optional: true,
    readOnly: true,
    description: 'Folder with chart archives that chart-source names.',
  },
  kubeconfig: kubeconfigWorkspace,
  'registry-auth': registryAuthWorkspace,
  'chart-auth': chartAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const appExportResults = {
  'release-count': 'Number of releases that were exported.',
  'image-count': 'Number of images in the archives.',
  folders: 'Folders of the exported releases in the workspace app, separated by commas.',
} as const;
