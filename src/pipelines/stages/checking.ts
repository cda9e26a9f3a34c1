import { context, param, result, stage, type StageOf } from '../definition/define-pipeline.ts';
import { caBundle, digestOf, kubeconfig, type Reading } from './reading.ts';

/**
 * Finds what would stop the move before anything is written or scaled down.
 * @param claims whether volumes are moved
 */
export function validateStage({ contexts, exported }: Reading, claims: boolean): StageOf<'crane-validate'> {
  return stage('validate', 'crane-validate', {
    after: [exported.name],
    when: { input: param('validate'), operator: 'in', values: ['true'] },
    params: {
      'source-context': context('source'),
      'source-namespace': param('source-namespace'),
      'destination-context': context('destination'),
      'destination-namespace': param('destination-namespace'),
      steps: claims ? 'export,images,quiesce,volumes,apply' : 'export,images,apply',
      images: param('images'),
      'source-registry-internal': result(exported, 'source-registry-internal'),
      'source-registry-public': result(exported, 'source-registry-public'),
      'destination-registry-internal': result(exported, 'destination-registry-internal'),
      'destination-registry-public': result(exported, 'destination-registry-public'),
      ...claimChoice(claims),
      'kubeconfig-digest': digestOf(contexts, 'source', 'destination'),
    },
    workspaces: { manifests: 'export', validate: 'validate', ...kubeconfig, 'ca-bundle': caBundle },
  });
}

/** The params about claims of a stage. A pipeline that moves no volumes has their settings only. */
export function claimChoice(claims: boolean) {
  const settings = { 'claim-settings': param('claim-settings') };
  if (!claims) return settings;
  return {
    ...settings,
    claims: param('claims'),
    'storage-class': param('storage-class'),
    'storage-class-map': param('storage-class-map'),
  };
}
