import { context, param, stage, result, type Side, type StageOf, type Binding } from '../definition/define-pipeline.ts';

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
      'label-selector': param('label-selector'),
      'include-resources': param('include-resources'),
      'exclude-resources': param('exclude-resources'),
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
      images: param('images'),
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

export const caBundle: Binding = { workspace: 'ca-bundle' };
export const kubeconfig = { kubeconfig: 'kubeconfig' } as const;

type KubeconfigStage = StageOf<'crane-kubeconfig-generator'>;

export type Contexts = Readonly<Record<Side, KubeconfigStage>>;

export function contextStages(): Contexts {
  const source = kubeconfigStage('source', []);
  // One after the other: a node that makes the same folder of a volume for two pods at once may fail both.
  return { source, destination: kubeconfigStage('destination', [source.name]) };
}

function kubeconfigStage(side: Side, after: readonly string[]): KubeconfigStage {
  return stage(`${side}-kubeconfig`, 'crane-kubeconfig-generator', {
    timeout: '20m',
    after,
    params: { 'cluster-secret': param(`${side}-cluster-secret`), 'context-name': context(side) },
    workspaces: kubeconfig,
  });
}

/** The digests of contexts, as the param kubeconfig-digest takes them. */
export function digestOf(...stages: readonly KubeconfigStage[]) {
  return stages.flatMap((each, index) => [...(index === 0 ? [] : [',']), result(each, 'kubeconfig-digest')]);
}
