import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { commonParams, kubeconfigDigestParam, sideParams } from '../../shared/params.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';

const ofCluster = 'Empty: read from the cluster.';

export const registriesParams = {
  'source-context': sideParams.context('source', 'Empty: the current context.'),
  'source-registry-internal': sideParams.registry('source', 'internal', ofCluster),
  'source-registry-public': sideParams.registry('source', 'public', ofCluster),
  'destination-context': sideParams.context('destination', 'Empty: the current context.'),
  'destination-registry-internal': sideParams.registry('destination', 'internal', ofCluster),
  'destination-registry-public': sideParams.registry('destination', 'public', ofCluster),
  images: commonParams.images,
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const registriesWorkspaces = {
  kubeconfig: kubeconfigWorkspace,
} as const satisfies Workspaces;

export const registriesResults = {
  'source-registry-internal': addressOf('source', 'inside'),
  'source-registry-public': addressOf('source', 'outside'),
  'destination-registry-internal': addressOf('destination', 'inside'),
  'destination-registry-public': addressOf('destination', 'outside'),
} as const;

function addressOf(side: string, where: string): string {
  return `Address of the ${side} registry ${where} its cluster, host or host:port; empty when none is needed.`;
}
