import { caBundle, destinationUid, digestOf, kubeconfig, type Reading, type Contexts } from './reading.ts';
import { context, param, result, stage, type StageOf } from '../definition/define-pipeline.ts';

export function planStage({ contexts, exported, registries }: Reading): StageOf<'crane-skopeo-sync-gen'> {
  return stage('image-sync-gen', 'crane-skopeo-sync-gen', {
    params: {
      'registry-url': result(registries, 'source-registry-public'),
      'internal-registry-url': result(registries, 'source-registry-internal'),
      'destination-registry-public': result(registries, 'destination-registry-public'),
      'destination-registry-internal': result(registries, 'destination-registry-internal'),
      'destination-namespace': param('destination-namespace'),
      'destination-cluster-uid': destinationUid(contexts),
      images: param('images'),
      'image-exclude': param('image-exclude'),
      'built-images': param('built-images'),
      'mapping-file': param('mapping-file'),
      registries: param('registries'),
      'allow-problems': param('allow-problems'),
      'index-digest': result(exported, 'index-digest'),
    },
    workspaces: { export: 'export', skopeo: 'skopeo', mapping: { workspace: 'mapping' } },
  });
}

/** @param after stages that must have succeeded before, besides the plan */
export function copyStage(
  contexts: Contexts,
  plan: StageOf<'crane-skopeo-sync-gen'>,
  after: readonly string[] = [],
): StageOf<'crane-skopeo-sync'> {
  return stage('image-sync', 'crane-skopeo-sync', {
    writes: true,
    after,
    params: {
      'source-context': context('source'),
      'destination-context': context('destination'),
      'plan-digest': result(plan, 'plan-digest'),
      'if-exists': param('if-exists'),
      referrers: param('referrers'),
      platforms: param('platforms'),
      'create-projects': param('create-projects'),
      'kubeconfig-digest': digestOf(contexts, 'source', 'destination'),
    },
    workspaces: { skopeo: 'skopeo', ...kubeconfig, 'ca-bundle': caBundle },
  });
}
