import type { ResultOf, Stage } from './stage.ts';

/** One cluster of a move. */
export interface Side {
  /** Kubeconfig context. */
  readonly context: string;
  /** Secret that the context is made from; empty when it is in the kubeconfig already. */
  readonly secret: string;
  readonly namespace: string;
  /** Addresses of its registry; empty: the cluster tells. */
  readonly registryInternal: string;
  readonly registryPublic: string;
}

export interface MoveSettings {
  readonly source: Side;
  readonly destination: Side;
  /** Registries besides the source's own whose images are copied, as crane-skopeo-sync-gen takes them. */
  readonly registries: string;
  /** Problems of the image plan to accept, as crane-skopeo-sync-gen takes them. */
  readonly allowProblems: string;
  readonly allowForbidden: string;
  readonly ifExists: string;
  readonly referrers: string;
  /** Whether the move is verified at its end. */
  readonly verify: boolean;
  readonly readyTimeout: number;
  /** Workloads that need not be ready, as crane-verify takes them. */
  readonly allowUnready: string;
  /** Digests of contexts that are in the kubeconfig already, separated by commas; empty for any. */
  readonly kubeconfigDigest: string;
}

/** Absolute paths. */
export interface MoveFolders {
  /** Gets a folder for each task. */
  readonly work: string;
  readonly kubeconfig: string;
  /** Empty for none. */
  readonly caBundle: string;
}

/** The stages of the Pipeline crane-app-migration, with the same names, params and folders; and a verification. */
export function moveStages(settings: MoveSettings, folders: MoveFolders): readonly Stage[] {
  return [
    ...kubeconfigStages(settings, folders),
    ...readingStages(settings, folders),
    ...imageStages(settings, folders),
    ...renderingStages(settings, folders),
    ...applyingStages(settings, folders),
  ];
}

const kubeconfigOf = { source: 'source-kubeconfig', destination: 'destination-kubeconfig' } as const;

/** The digests that the contexts of a stage must have. */
function digestFlag(
  { kubeconfigDigest }: MoveSettings,
  sides: readonly (keyof typeof kubeconfigOf)[],
  resultOf: ResultOf,
): { readonly 'kubeconfig-digest': string } {
  const reported = sides.map((side) => resultOf(kubeconfigOf[side], 'kubeconfig-digest'));
  return { 'kubeconfig-digest': [kubeconfigDigest, ...reported].filter((digest) => digest !== '').join(',') };
}

function kubeconfigStages({ source, destination }: MoveSettings, { kubeconfig }: MoveFolders): readonly Stage[] {
  return [
    { name: kubeconfigOf.source, side: source },
    { name: kubeconfigOf.destination, side: destination },
  ]
    .filter(({ side }) => side.secret !== '')
    .map(({ name, side }) => ({
      name,
      task: 'crane-kubeconfig-generator',
      after: [],
      writes: false,
      flags: () => ({ 'cluster-secret': side.secret, 'context-name': side.context, kubeconfig }),
    }));
}

function readingStages(settings: MoveSettings, { work, kubeconfig, caBundle }: MoveFolders): readonly Stage[] {
  const { source, destination, allowForbidden } = settings;
  const registryInfo = (side: keyof typeof kubeconfigOf, after: readonly string[]): Stage => ({
    name: `${side}-registry-info`,
    task: 'oc-registry-info',
    after,
    writes: false,
    flags: (resultOf) => ({
      context: settings[side].context,
      strict: 'true',
      internal: settings[side].registryInternal,
      public: settings[side].registryPublic,
      kubeconfig,
      ...digestFlag(settings, [side], resultOf),
    }),
  });
  const afterSource = source.secret === '' ? [] : [kubeconfigOf.source];
  const afterDestination = destination.secret === '' ? [] : [kubeconfigOf.destination];
  return [
    {
      name: 'export',
      task: 'crane-export',
      after: afterSource,
      writes: false,
      flags: (resultOf) => ({
        context: source.context,
        namespace: source.namespace,
        'allow-forbidden': allowForbidden,
        'export-dir': `${work}/export`,
        kubeconfig,
        'ca-bundle': caBundle,
        ...digestFlag(settings, ['source'], resultOf),
      }),
    },
    registryInfo('source', afterSource),
    registryInfo('destination', afterDestination),
  ];
}

function imageStages(settings: MoveSettings, { work, kubeconfig, caBundle }: MoveFolders): readonly Stage[] {
  const { source, destination, registries, allowProblems, ifExists, referrers } = settings;
  return [
    {
      name: 'image-sync-gen',
      task: 'crane-skopeo-sync-gen',
      after: ['export', 'source-registry-info', 'destination-registry-info'],
      writes: false,
      flags: (resultOf) => ({
        'registry-url': resultOf('source-registry-info', 'public'),
        'internal-registry-url': resultOf('source-registry-info', 'internal'),
        'destination-registry-public': resultOf('destination-registry-info', 'public'),
        'destination-registry-internal': resultOf('destination-registry-info', 'internal'),
        'destination-namespace': destination.namespace,
        'destination-cluster-uid': resultOf(kubeconfigOf.destination, 'cluster-uid'),
        registries,
        'allow-problems': allowProblems,
        'index-digest': resultOf('export', 'index-digest'),
        'export-dir': `${work}/export`,
        'skopeo-dir': `${work}/skopeo`,
      }),
    },
    {
      name: 'image-sync',
      task: 'crane-skopeo-sync',
      after: ['image-sync-gen'],
      writes: true,
      flags: (resultOf) => ({
        'source-context': source.context,
        'destination-context': destination.context,
        'plan-digest': resultOf('image-sync-gen', 'plan-digest'),
        'if-exists': ifExists,
        referrers,
        'skopeo-dir': `${work}/skopeo`,
        kubeconfig,
        'ca-bundle': caBundle,
        ...digestFlag(settings, ['source', 'destination'], resultOf),
      }),
    },
  ];
}

function renderingStages({ source, destination }: MoveSettings, { work }: MoveFolders): readonly Stage[] {
  const folders = { 'export-dir': `${work}/export`, 'transform-dir': `${work}/transform` };
  return [
    {
      name: 'transform',
      task: 'crane-transform',
      after: ['export', 'image-sync-gen'],
      writes: false,
      flags: (resultOf) => ({
        'optional-flags': JSON.stringify({ 'src-internal-registry': resultOf('source-registry-info', 'internal') }),
        'registry-replacement': registryReplacement(source.namespace, destination.namespace, resultOf),
        'namespace-mapping': `${source.namespace}=${destination.namespace}`,
        'index-digest': resultOf('export', 'index-digest'),
        'plan-digest': resultOf('image-sync-gen', 'plan-digest'),
        ...folders,
        'skopeo-dir': `${work}/skopeo`,
      }),
    },
    {
      name: 'apply',
      task: 'crane-apply',
      after: ['transform'],
      writes: false,
      flags: (resultOf) => ({
        'transform-digest': resultOf('transform', 'transform-digest'),
        ...folders,
        'output-dir': `${work}/apply`,
      }),
    },
    {
      name: 'kustomize-init',
      task: 'crane-kustomize-init',
      after: ['apply'],
      writes: false,
      flags: (resultOf) => ({
        'source-namespace': source.namespace,
        namespace: destination.namespace,
        'index-digest': resultOf('apply', 'index-digest'),
        'output-dir': `${work}/apply`,
        'kustomize-dir': `${work}/kustomize`,
      }),
    },
  ];
}

function applyingStages(settings: MoveSettings, { work, kubeconfig, caBundle }: MoveFolders): readonly Stage[] {
  const { destination, verify, readyTimeout, allowUnready } = settings;
  const target = (resultOf: ResultOf) => ({
    'kustomize-dir': `${work}/kustomize`,
    kubeconfig,
    ...digestFlag(settings, ['destination'], resultOf),
  });
  const applying: Stage = {
    name: 'apply-to-cluster',
    task: 'kubectl-apply-kustomize',
    after: ['kustomize-init', 'image-sync'],
    writes: true,
    flags: (resultOf) => ({
      context: destination.context,
      'cluster-uid': resultOf(kubeconfigOf.destination, 'cluster-uid'),
      ...target(resultOf),
    }),
  };
  const verifying: Stage = {
    name: 'verify',
    task: 'crane-verify',
    after: ['apply-to-cluster'],
    writes: false,
    flags: (resultOf) => ({
      'destination-context': destination.context,
      'destination-cluster-uid': resultOf(kubeconfigOf.destination, 'cluster-uid'),
      ...target(resultOf),
      'ready-timeout': String(readyTimeout),
      'allow-unready': allowUnready,
      'output-dir': `${work}/apply`,
      'export-dir': `${work}/export`,
      'transform-dir': `${work}/transform`,
      'skopeo-dir': `${work}/skopeo`,
      'verify-dir': `${work}/verify`,
      'ca-bundle': caBundle,
    }),
  };
  return verify ? [applying, verifying] : [applying];
}

/** Inner and outer address of the source's registry, each replaced by the destination's, with the namespace; and other registries. */
function registryReplacement(from: string, to: string, resultOf: ResultOf): string {
  const pair = (address: string): string =>
    `${resultOf('source-registry-info', address)}/${from}=${resultOf('destination-registry-info', address)}/${to}`;
  const others = resultOf('image-sync-gen', 'registry-replacement');
  return [...['internal', 'public'].map(pair), ...(others === '' ? [] : [others])].join(',');
}
