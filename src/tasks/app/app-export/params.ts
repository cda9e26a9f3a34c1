import { TaskError } from '../../../domain/core/errors.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { isRegistryHost } from '../../../domain/oci/image-location.ts';
import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { commonParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { list, optional, required, toggle } from '../../shared/param-kinds.ts';
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
  'registry-addresses': list(
    'Other addresses to read images from, as host=address, separated by commas: for registries that have another address ' +
      'here than in the manifests, for example 127.0.0.1:30500=registry.example.com. Empty: none.',
  ),
  'token-registry': optional(
    'Registry that the token of the context logs in to, host or host:port. Empty: only the workspace registry-auth has logins.',
  ),
  'registry-tls-verify': toggle(
    true,
    'Whether the certificates of registries are verified. "false" also allows plain HTTP and is repeated in the report.',
  ),
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

/**
 * Reads `host=address` entries: the address to read images of a host from.
 * @throws TaskError `invalid-param`
 */
export function parseRegistryAddresses(text: string): ReadonlyMap<string, string> {
  const entries = parseCommaList(text).map((entry) => entry.split('='));
  for (const parts of entries)
    if (parts.length !== 2 || !parts.every(isRegistryHost))
      throw new TaskError(
        'invalid-param',
        `reading registry-addresses: expected host=address, got ${JSON.stringify(parts.join('='))}`,
        {
          remedy: 'Write hosts with optional ports, for example 127.0.0.1:30500=registry.example.com.',
        },
      );
  return new Map(entries.map(([host = '', address = '']) => [host.toLowerCase(), address.toLowerCase()]));
}
