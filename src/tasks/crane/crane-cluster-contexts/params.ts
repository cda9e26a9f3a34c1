import type { Params } from '../../../runtime/define-task.ts';
import { required } from '../../shared/param-kinds.ts';
import { clusterSecretText } from '../../shared/params.ts';
import { generatorResults, generatorWorkspaces } from '../crane-kubeconfig-generator/params.ts';

export const contextsParams = {
  'source-cluster-secret': secretOf('source'),
  'destination-cluster-secret': secretOf('destination'),
  'source-context': contextOf('source'),
  'destination-context': contextOf('destination'),
} as const satisfies Params;

export const contextsWorkspaces = generatorWorkspaces;

export const contextsResults = {
  'source-cluster-uid': `Of the source: ${generatorResults['cluster-uid']}`,
  'source-kubeconfig-digest': `Of the source: ${generatorResults['kubeconfig-digest']}`,
  'destination-cluster-uid': `Of the destination: ${generatorResults['cluster-uid']}`,
  'destination-kubeconfig-digest': `Of the destination: ${generatorResults['kubeconfig-digest']}`,
} as const;

type Side = 'source' | 'destination';

function secretOf(side: Side) {
  return required(clusterSecretText(side));
}

function contextOf(side: Side) {
  const description = `Name of the kubeconfig context of the ${side} cluster. An existing context of this name is replaced.`;
  return { type: 'string', default: side, description } as const;
}
