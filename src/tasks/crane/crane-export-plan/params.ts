import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { planParams } from '../../shared/image-plan.ts';
import { required } from '../../shared/param-kinds.ts';
import { kubeconfigDigestParam, sideParams } from '../../shared/params.ts';
import { exportParams, exportResults, exportWorkspaces } from '../crane-export/params.ts';
import { planResults, planTaskParams, planWorkspaces } from '../crane-skopeo-sync-gen/params.ts';

const ofCluster = 'Empty: read from the cluster.';

/** Those of crane-export that a move needs. */
export const chosenParams = {
  'label-selector': exportParams['label-selector'],
  'include-resources': exportParams['include-resources'],
  'exclude-resources': exportParams['exclude-resources'],
  'allow-forbidden': exportParams['allow-forbidden'],
} as const satisfies Params;

export const exportPlanParams = {
  'source-context': exportParams.context,
  'source-namespace': required('Namespace of the application at the source. Required; it must exist.'),
  ...chosenParams,
  'source-registry-internal': sideParams.registry('source', 'internal', ofCluster),
  'source-registry-public': sideParams.registry('source', 'public', ofCluster),
  'destination-context': sideParams.context('destination', 'Empty: the current context.'),
  'destination-namespace': planTaskParams['destination-namespace'],
  'destination-registry-internal': sideParams.registry('destination', 'internal', ofCluster),
  'destination-registry-public': sideParams.registry('destination', 'public', ofCluster),
  'destination-cluster-uid': planParams['destination-cluster-uid'],
  images: planParams.images,
  'image-exclude': planParams['image-exclude'],
  'built-images': planParams['built-images'],
  'allow-problems': planParams['allow-problems'],
  registries: planParams.registries,
  'mapping-file': planParams['mapping-file'],
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const exportPlanWorkspaces = {
  export: exportWorkspaces.export,
  skopeo: planWorkspaces.skopeo,
  mapping: planWorkspaces.mapping,
  kubeconfig: exportWorkspaces.kubeconfig,
  'ca-bundle': exportWorkspaces['ca-bundle'],
} as const satisfies Workspaces;

export const exportPlanResults = {
  'resource-count': exportResults['resource-count'],
  'index-digest': exportResults['index-digest'],
  'source-registry-internal': addressOf('source', 'inside'),
  'source-registry-public': addressOf('source', 'outside'),
  'destination-registry-internal': addressOf('destination', 'inside'),
  'destination-registry-public': addressOf('destination', 'outside'),
  'image-count': planResults['image-count'],
  'registry-replacement': planResults['registry-replacement'],
  'plan-digest': planResults['plan-digest'],
} as const;

function addressOf(side: string, where: string): string {
  return `Address of the ${side} registry ${where} its cluster, host or host:port; empty when none is needed.`;
}
