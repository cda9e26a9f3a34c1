import { caBundle, digestOf, kubeconfig, type Reading, type Contexts } from './reading.ts';
import { context, param, result, stage, type StageOf } from '../definition/define-pipeline.ts';

export function planStage({ contexts, exported, registries }: Reading): StageOf<'crane-skopeo-sync-gen'> {
  return stage('image-sync-gen', 'crane-skopeo-sync-gen', {
    params: {
      'registry-url': result(registries.source, 'public'),
      'internal-registry-url': result(registries.source, 'internal'),
      'destination-registry-public': result(registries.destination, 'public'),
      'destination-registry-internal': result(registries.destination, 'internal'),
      'destination-namespace': param('destination-namespace'),
      'destination-cluster-uid': result(contexts.destination, 'cluster-uid'),
      registries: param('registries'),
      'allow-problems': param('allow-problems'),
      'index-digest': result(exported, 'index-digest'),
    },
    workspaces: { export: 'export', skopeo: 'skopeo' },
  });
}

export function copyStage(
  { source, destination }: Contexts,
  plan: StageOf<'crane-skopeo-sync-gen'>,
): StageOf<'crane-skopeo-sync'> {
  return stage('image-sync', 'crane-skopeo-sync', {
    writes: true,
    params: {
      'source-context': context('source'),
      'destination-context': context('destination'),
      'plan-digest': result(plan, 'plan-digest'),
      'if-exists': param('if-exists'),
      referrers: param('referrers'),
      'kubeconfig-digest': digestOf(source, destination),
    },
    workspaces: { skopeo: 'skopeo', ...kubeconfig, 'ca-bundle': caBundle },
  });
}
