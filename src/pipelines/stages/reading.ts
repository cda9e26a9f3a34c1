import { caBundle, contextStages, digestOf, kubeconfig, type Contexts } from './contexts.ts';
import { context, param, stage, type Side, type StageOf } from '../definition/define-pipeline.ts';

/** The stages before the images are copied. */
export interface Reading {
  readonly contexts: Contexts;
  readonly exported: StageOf<'crane-export'>;
  readonly registries: Readonly<Record<Side, StageOf<'oc-registry-info'>>>;
}

function exportStage({ source }: Contexts): StageOf<'crane-export'> {
  return stage('export', 'crane-export', {
    after: [source.name],
    params: {
      context: context('source'),
      namespace: param('source-namespace'),
      'allow-forbidden': param('allow-forbidden'),
      'kubeconfig-digest': digestOf(source),
    },
    workspaces: { export: 'export', ...kubeconfig, 'ca-bundle': caBundle },
  });
}

function registryStage(side: Side, contexts: Contexts): StageOf<'oc-registry-info'> {
  return stage(`${side}-registry-info`, 'oc-registry-info', {
    timeout: '20m',
    after: [contexts[side].name],
    params: {
      context: context(side),
      strict: 'true',
      internal: param(`${side}-registry-internal`),
      public: param(`${side}-registry-public`),
      'kubeconfig-digest': digestOf(contexts[side]),
    },
    workspaces: kubeconfig,
  });
}

export function readingStages(): Reading {
  const contexts = contextStages();
  const registries = { source: registryStage('source', contexts), destination: registryStage('destination', contexts) };
  return { contexts, exported: exportStage(contexts), registries };
}
