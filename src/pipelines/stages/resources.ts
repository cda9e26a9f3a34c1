import { claimChoice } from './checking.ts';
import { caBundle, digestOf, kubeconfig, type Reading, type Contexts } from './reading.ts';
import { context, param, result, stage, type Reference, type StageOf } from '../definition/define-pipeline.ts';

function transformStage(
  { exported, registries: { source, destination } }: Reading,
  plan: StageOf<'crane-skopeo-sync-gen'>,
  claims: boolean,
): StageOf<'crane-transform'> {
  const at = (registry: StageOf<'oc-registry-info'>, address: 'internal' | 'public', namespace: Reference) => [
    result(registry, address),
    '/',
    namespace,
  ];
  const replace = (address: 'internal' | 'public') => [
    ...at(source, address, param('source-namespace')),
    '=',
    ...at(destination, address, param('destination-namespace')),
    ',',
  ];
  return stage('transform', 'crane-transform', {
    params: {
      'optional-flags': ['{"src-internal-registry":"', result(source, 'internal'), '"}'],
      'registry-replacement': [...replace('internal'), ...replace('public'), result(plan, 'registry-replacement')],
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
      'plan-digest': result(plan, 'plan-digest'),
    },
    workspaces: {
      export: 'export',
      transform: 'transform',
      skopeo: 'skopeo',
      patches: { workspace: 'patches' },
      craneconfig: { workspace: 'craneconfig' },
    },
  });
}

function kustomizeStage(apply: StageOf<'crane-apply'>): StageOf<'crane-kustomize-init'> {
  return stage('kustomize-init', 'crane-kustomize-init', {
    timeout: '40m',
    params: {
      'source-namespace': param('source-namespace'),
      namespace: param('destination-namespace'),
      'index-digest': result(apply, 'index-digest'),
    },
    workspaces: { apply: 'apply', kustomize: 'kustomize' },
  });
}

/**
 * The stages that make manifests for the destination of the export, in their order.
 * @param claims whether volumes are moved
 */
export function manifestStages(reading: Reading, plan: StageOf<'crane-skopeo-sync-gen'>, claims: boolean) {
  const transformed = transformStage(reading, plan, claims);
  const rendered = stage('apply', 'crane-apply', {
    params: { 'transform-digest': result(transformed, 'transform-digest') },
    workspaces: { export: 'export', transform: 'transform', apply: 'apply' },
  });
  return { transformed, rendered, kustomized: kustomizeStage(rendered) };
}

export function applyToClusterStage(
  { destination }: Contexts,
  after: readonly string[],
): StageOf<'kubectl-apply-kustomize'> {
  return stage('apply-to-cluster', 'kubectl-apply-kustomize', {
    writes: true,
    after,
    params: {
      context: context('destination'),
      'cluster-uid': result(destination, 'cluster-uid'),
      'kubeconfig-digest': digestOf(destination),
    },
    workspaces: { kustomize: 'kustomize', ...kubeconfig },
  });
}

/** @param claims whether volumes were moved: their claims are then verified too */
export function verifyStage({ destination }: Contexts, claims: boolean): StageOf<'crane-verify'> {
  return stage('verify', 'crane-verify', {
    after: ['apply-to-cluster'],
    params: {
      'destination-context': context('destination'),
      'destination-cluster-uid': result(destination, 'cluster-uid'),
      'ready-timeout': param('ready-timeout'),
      'allow-unready': param('allow-unready'),
      'kubeconfig-digest': digestOf(destination),
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
