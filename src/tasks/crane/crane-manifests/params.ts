import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { sideParams } from '../../shared/params.ts';
import { applyResults, applyWorkspaces } from '../crane-apply/params.ts';
import { kustomizeParams, kustomizeWorkspaces } from '../crane-kustomize-init/params.ts';
import { craneTransformParams, transformResults, transformWorkspaces } from '../crane-transform/params.ts';

/** Those of crane-kustomize-init that a move needs. */
export const kustomizationParams = {
  'source-namespace': sideParams.namespace(
    'source',
    'Its folder below resources/ is read. Empty: the only one there is.',
  ),
  namespace: kustomizeParams.namespace,
} as const satisfies Params;

export const manifestsParams = {
  ...craneTransformParams,
  ...kustomizationParams,
} as const satisfies Params;

// A folder for each, not the volume: plugins run in this pod.
export const manifestsWorkspaces = {
  ...transformWorkspaces,
  apply: applyWorkspaces.apply,
  kustomize: kustomizeWorkspaces.kustomize,
} as const satisfies Workspaces;

export const manifestsResults = {
  ...transformResults,
  'written-count': applyResults['written-count'],
  'index-digest': applyResults['index-digest'],
} as const;
