import { caBundle, digestOf, kubeconfig, type Reading } from './reading.ts';
import { context, param, result, stage, type StageOf } from '../definition/define-pipeline.ts';

/** @param after stages that must have succeeded before, besides the plan */
export function copyStage(
  { contexts, exported }: Reading,
  after: readonly string[] = [],
): StageOf<'crane-skopeo-sync'> {
  return stage('image-sync', 'crane-skopeo-sync', {
    writes: true,
    after,
    params: {
      'source-context': context('source'),
      'destination-context': context('destination'),
      'plan-digest': result(exported, 'plan-digest'),
      'if-exists': param('if-exists'),
      referrers: param('referrers'),
      platforms: param('platforms'),
      'create-projects': param('create-projects'),
      'kubeconfig-digest': digestOf(contexts, 'source', 'destination'),
    },
    workspaces: { skopeo: 'skopeo', ...kubeconfig, 'ca-bundle': caBundle },
  });
}
