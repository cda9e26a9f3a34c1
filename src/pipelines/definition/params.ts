import type { Params } from '../../runtime/define-task.ts';
import { releasedImages } from '../../runtime/version.ts';
import { appExportParams } from '../../tasks/app/app-export/params.ts';
import { appContainerizeParams } from '../../tasks/app/app-containerize/params.ts';
import { appImportParams } from '../../tasks/app/app-import/params.ts';
import { buildParams } from '../../tasks/app/buildpacks-build/params.ts';
import { exportParams } from '../../tasks/crane/crane-export/params.ts';
import { summaryParams } from '../../tasks/crane/crane-summary/params.ts';
import { fetchParams } from '../../tasks/app/source-fetch/params.ts';
import { transferParams } from '../../tasks/crane/crane-transfer-pvc/params.ts';
import { choice, list, optional, required, toggle } from '../../tasks/shared/param-kinds.ts';
import { planParams } from '../../tasks/shared/image-plan.ts';
import { deployParams } from '../../tasks/shared/deploy-params.ts';
import { commonParams, sideParams } from '../../tasks/shared/params.ts';
import { transformParams } from '../../tasks/shared/transform-plugins.ts';

/** The params of all pipelines, each described once. Every param has the same meaning wherever it occurs. */
export const pipelineParams = {
  'source-cluster-secret': clusterSecret('source'),
  'source-namespace': required('Namespace of the application at the source.'),
  'destination-cluster-secret': clusterSecret('destination'),
  'destination-namespace': required('Namespace of the application at the destination. It must exist.'),
  'source-registry-internal': registryAddress('source', 'internal'),
  'source-registry-public': registryAddress('source', 'public'),
  'destination-registry-internal': registryAddress('destination', 'internal'),
  'destination-registry-public': registryAddress('destination', 'public'),
  'label-selector': exportParams['label-selector'],
  'include-resources': exportParams['include-resources'],
  'exclude-resources': exportParams['exclude-resources'],
  'namespace-mapping': list(
    'Other namespaces and their names at the destination: source=destination, separated by commas, for example ' +
      'ledger=books. References to them are changed. The namespace of the application is always mapped. Empty: none.',
  ),
  modernize: transformParams.modernize,
  'skip-plugins': transformParams['skip-plugins'],
  claims: commonParams.claims,
  'claim-settings': commonParams['claim-settings'],
  'storage-class': optional(
    'StorageClass of the claims at the destination. Empty: the class of the same name, else the default of the ' +
      'destination.',
  ),
  'storage-class-map': transferParams['storage-class-map'],
  'run-as-user': transferParams['run-as-user'],
  'endpoint-type': choice(
    ['', 'route', 'nginx-ingress', 'load-balancer', 'node-port'],
    'How the source reaches the destination for the volumes: `route`, `nginx-ingress`, `load-balancer` or `node-port`. ' +
      'Empty: the first that fits.',
  ),
  'endpoint-address': optional(
    'Host name or address of a node of the destination, for `node-port`. Empty: the address of a node.',
  ),
  subdomain: optional(
    'Domain whose names resolve to the router or ingress controller of the destination. Empty: read from the cluster.',
  ),
  'transfer-image': {
    type: 'string',
    default: releasedImages.transfer,
    description: 'Image of the helper pods that copy the volumes. Both clusters must be able to pull it.',
  },
  images: commonParams.images,
  'image-exclude': commonParams['image-exclude'],
  'built-images': planParams['built-images'],
  'mapping-file': optional(
    'YAML or JSON file in the workspace `mapping` with the destination of images. Keys: `repositories` (map of source ' +
      'to destination repository), `keep-path` (true: whole source paths), `prefix` (path in place of the namespace). ' +
      'Empty: registry/namespace/name.',
  ),
  registries: commonParams.registries,
  'allow-problems': commonParams['allow-problems'],
  'allow-forbidden': commonParams['allow-forbidden'],
  'if-exists': commonParams['if-exists'],
  referrers: commonParams.referrers,
  platforms: commonParams.platforms,
  'create-projects': commonParams['create-projects'],
  release: required(
    'Name of the Helm release, or of an Epinio application. The release at the destination gets the same name.',
  ),
  'chart-source': appExportParams['chart-source'],
  'extra-images': appExportParams['extra-images'],
  platform: appExportParams.platform,
  'registry-addresses': appExportParams['registry-addresses'],
  'token-registry': appExportParams['token-registry'],
  'destination-registry': appImportParams['destination-registry'],
  'destination-path': appImportParams['destination-path'],
  domains: appImportParams.domains,
  'stall-timeout': appImportParams['stall-timeout'],
  validate: toggle(
    false,
    'Whether crane-validate compares the export with the destination and checks the rights of both accounts before ' +
      'anything is changed. A gap then ends the run: `true` or `false`.',
  ),
  verify: toggle(true, 'Whether crane-verify compares the destination with the plan at the end: `true` or `false`.'),
  'ready-timeout': commonParams['ready-timeout'],
  'allow-unready': commonParams['allow-unready'],
  'print-reports': summaryParams['print-reports'],
  app: commonParams.app,
  namespace: required('Namespace of the application.'),
  'blob-id': fetchParams['blob-id'],
  image: required('Image to build and push, host/path:tag.'),
  'builder-image': required('Image with the buildpacks and the lifecycle that build the application.'),
  'run-image': optional('Image that the built image is based on. Empty: that of the builder.'),
  'cache-image': optional('Image that keeps the cache of the build. Empty: the cache is on the shared volume.'),
  workload: appContainerizeParams.workload,
  container: appContainerizeParams.container,
  profile: appContainerizeParams.profile,
  'export-name': appContainerizeParams['export-name'],
  'include-workspace': appContainerizeParams['include-workspace'],
  'include-paths': appContainerizeParams['include-paths'],
  'exclude-paths': appContainerizeParams['exclude-paths'],
  'deny-variables': appContainerizeParams['deny-variables'],
  'dry-run': appContainerizeParams['dry-run'],
  'allow-variables': appContainerizeParams['allow-variables'],
  'allow-findings': appContainerizeParams['allow-findings'],
  'confirm-public': appContainerizeParams['confirm-public'],
  'allow-incomplete': appContainerizeParams['allow-incomplete'],
  'others-rights': appContainerizeParams['others-rights'],
  snapshots: appContainerizeParams.snapshots,
  'snapshot-class': appContainerizeParams['snapshot-class'],
  'read-claims': appContainerizeParams['read-claims'],
  'debug-container': appContainerizeParams['debug-container'],
  'allow-account-secrets': buildParams['allow-account-secrets'],
  ...deployParams,
  'image-pull-secrets': list(
    'Secrets with logins for the registries of images, separated by commas: of the pods of the application, or of the ' +
      'helper pods that copy volumes, then in both namespaces. Empty: those of the ServiceAccount.',
  ),
} as const satisfies Params;

export type PipelineParam = keyof typeof pipelineParams;

function clusterSecret(side: string) {
  return required(
    `Secret in the namespace of the run with the ${side} cluster's \`url\`, \`token\` and, for a private CA, \`ca.crt\`.`,
  );
}

function registryAddress(side: 'source' | 'destination', where: 'internal' | 'public') {
  return sideParams.registry(side, where, 'Empty: the cluster is asked.');
}
