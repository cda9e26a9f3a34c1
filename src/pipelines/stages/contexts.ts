import { context, param, result, stage, type Binding, type Side, type StageOf } from '../definition/define-pipeline.ts';

export const caBundle: Binding = { workspace: 'ca-bundle' };
export const kubeconfig = { kubeconfig: 'kubeconfig' } as const;

type KubeconfigStage = StageOf<'crane-kubeconfig-generator'>;

/** The stages that make the contexts of both clusters. */
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
