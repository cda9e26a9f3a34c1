import { context, param, stage, result, type Side, type StageOf, type Binding } from '../definition/define-pipeline.ts';

export interface Reading {
  readonly contexts: Contexts;
  /** The export, the registries of both clusters, and the plan of the images. */
  readonly exported: StageOf<'crane-export-plan'>;
}

export type Contexts = StageOf<'crane-cluster-contexts'>;

export const caBundle: Binding = { workspace: 'ca-bundle' };
export const kubeconfig = { kubeconfig: 'kubeconfig' } as const;

const sides = ['source', 'destination'] as const satisfies readonly Side[];

export function readingStages(): Reading {
  const contexts = contextsStage();
  return { contexts, exported: exportStage(contexts) };
}

export function contextsStage(): Contexts {
  return stage('contexts', 'crane-cluster-contexts', {
    timeout: '20m',
    params: {
      'source-cluster-secret': param('source-cluster-secret'),
      'destination-cluster-secret': param('destination-cluster-secret'),
      'source-context': context('source'),
      'destination-context': context('destination'),
    },
    workspaces: kubeconfig,
  });
}

/** The digests of the contexts of some sides, as the param kubeconfig-digest takes them. */
export function digestOf(contexts: Contexts, ...of: readonly Side[]) {
  return of.flatMap((side, index) => [...(index === 0 ? [] : [',']), result(contexts, `${side}-kubeconfig-digest`)]);
}

/** The UID of the destination cluster, by which a task recognises it. */
export function destinationUid(contexts: Contexts) {
  return result(contexts, 'destination-cluster-uid');
}

function exportStage(contexts: Contexts): StageOf<'crane-export-plan'> {
  return stage('export', 'crane-export-plan', {
    params: {
      'source-context': context('source'),
      'source-namespace': param('source-namespace'),
      'label-selector': param('label-selector'),
      'include-resources': param('include-resources'),
      'exclude-resources': param('exclude-resources'),
      'allow-forbidden': param('allow-forbidden'),
      'source-registry-internal': param('source-registry-internal'),
      'source-registry-public': param('source-registry-public'),
      'destination-context': context('destination'),
      'destination-namespace': param('destination-namespace'),
      'destination-registry-internal': param('destination-registry-internal'),
      'destination-registry-public': param('destination-registry-public'),
      'destination-cluster-uid': destinationUid(contexts),
      images: param('images'),
      'image-exclude': param('image-exclude'),
      'built-images': param('built-images'),
      'mapping-file': param('mapping-file'),
      registries: param('registries'),
      'allow-problems': param('allow-problems'),
      'kubeconfig-digest': digestOf(contexts, ...sides),
    },
    workspaces: {
      export: 'export',
      skopeo: 'skopeo',
      mapping: { workspace: 'mapping' },
      ...kubeconfig,
      'ca-bundle': caBundle,
    },
  });
}
