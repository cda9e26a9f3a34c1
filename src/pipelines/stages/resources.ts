import { claimChoice } from './checking.ts';
import { caBundle, destinationUid, digestOf, kubeconfig, type Reading, type Contexts } from './reading.ts';
import { context, param, result, stage, type StageOf } from '../definition/define-pipeline.ts';

/**
 * Makes manifests for the destination of the export.
 * @param claims whether volumes are moved
 */
export function manifestsStage({ exported }: Reading, claims: boolean): StageOf<'crane-manifests'> {
  const replace = (address: 'internal' | 'public') => [
    result(exported, `source-registry-${address}`),
    '/',
    param('source-namespace'),
    '=',
    result(exported, `destination-registry-${address}`),
    '/',
    param('destination-namespace'),
    ',',
  ];
  return stage('manifests', 'crane-manifests', {
    params: {
      'optional-flags': ['{"src-internal-registry":"', result(exported, 'source-registry-internal'), '"}'],
      'registry-replacement': [...replace('internal'), ...replace('public'), result(exported, 'registry-replacement')],
      'namespace-mapping': [
        param('source-namespace'),
        '=',
        param('destination-namespace'),
        ',',
        param('namespace-mapping'),
      ],
      modernize: param('modernize'),
      'skip-plugins': param('skip-plugins'),
      images: param('images'),
      ...claimChoice(claims),
      'index-digest': result(exported, 'index-digest'),
      'plan-digest': result(exported, 'plan-digest'),
      'source-namespace': param('source-namespace'),
      namespace: param('destination-namespace'),
    },
    workspaces: {
      export: 'export',
      skopeo: 'skopeo',
      patches: { workspace: 'patches' },
      craneconfig: { workspace: 'craneconfig' },
      transform: 'transform',
      apply: 'apply',
      kustomize: 'kustomize',
    },
  });
}

export function applyToClusterStage(contexts: Contexts, after: readonly string[]): StageOf<'kubectl-apply-kustomize'> {
  return stage('apply-to-cluster', 'kubectl-apply-kustomize', {
    writes: true,
    after,
    params: {
      context: context('destination'),
      'cluster-uid': destinationUid(contexts),
      'kubeconfig-digest': digestOf(contexts, 'destination'),
    },
    workspaces: { kustomize: 'kustomize', ...kubeconfig },
  });
}

/** @param claims whether volumes were moved: their claims are then verified too */
export function verifyStage(contexts: Contexts, claims: boolean): StageOf<'crane-verify'> {
  return stage('verify', 'crane-verify', {
    after: ['apply-to-cluster'],
    params: {
      'destination-context': context('destination'),
      'destination-cluster-uid': destinationUid(contexts),
      'ready-timeout': param('ready-timeout'),
      'allow-unready': param('allow-unready'),
      'kubeconfig-digest': digestOf(contexts, 'destination'),
    },
    workspaces: {
      verify: 'verify',
      kustomize: 'kustomize',
      apply: 'apply',
      export: 'export',
      transform: 'transform',
      skopeo: 'skopeo',
      ...(claims ? { claims: 'volumes' } : {}),
      ...kubeconfig,
      'ca-bundle': caBundle,
    },
  });
}
