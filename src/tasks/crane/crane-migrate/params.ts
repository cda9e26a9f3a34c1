import { TaskError } from '../../../domain/core/errors.ts';
import { optional, required, toggle } from '../../shared/param-kinds.ts';
import { commonParams, kubeconfigDigestParam, sideParams } from '../../shared/params.ts';
import type { ValuesOf, Workspaces } from '../../../runtime/define-task.ts';
import type { MoveSettings, Side } from '../../../usecases/migrate/move-stages.ts';
import { caBundleWorkspace, kubeconfigWorkspace } from '../../shared/workspaces.ts';

const sides = ['source', 'destination'] as const;

/** Params of the Pipeline crane-app-migration, and two contexts for who has a kubeconfig. */
export const migrateParams = {
  'source-cluster-secret': secretOf('source'),
  'source-context': sideParams.context('source', 'Empty: source-cluster-secret is used.'),
  'source-namespace': required('Namespace of the application at the source.'),
  'destination-cluster-secret': secretOf('destination'),
  'destination-context': sideParams.context('destination', 'Empty: destination-cluster-secret is used.'),
  'destination-namespace': required('Namespace of the application at the destination. It must exist.'),
  'source-registry-internal': sideParams.registry('source', 'internal', 'Empty: the cluster is asked.'),
  'source-registry-public': sideParams.registry('source', 'public', 'Empty: the cluster is asked.'),
  'destination-registry-internal': sideParams.registry('destination', 'internal', 'Empty: the cluster is asked.'),
  'destination-registry-public': sideParams.registry('destination', 'public', 'Empty: the cluster is asked.'),
  registries: commonParams.registries,
  'allow-problems': commonParams['allow-problems'],
  'allow-forbidden': commonParams['allow-forbidden'],
  'if-exists': commonParams['if-exists'],
  referrers: commonParams.referrers,
  verify: toggle(
    true,
    'Whether the destination is compared at the end with what was planned, as crane-verify does it.',
  ),
  'ready-timeout': commonParams['ready-timeout'],
  'allow-unready': commonParams['allow-unready'],
  ...kubeconfigDigestParam,
} as const;

export const migrateWorkspaces = {
  'shared-data': {
    flag: 'shared-data-dir',
    optional: true,
    description:
      'Folder that keeps what the tasks write, each in a folder of its own, and the reports. Not bound: a private folder, ' +
      'gone at the end.',
  },
  kubeconfig: kubeconfigWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const migrateResults = {
  'images-copied': 'Number of images that were copied to the destination registry. No newline.',
  'images-present': 'Number of images that the destination registry already had. No newline.',
  'resources-applied': 'Number of objects that the destination cluster accepted. No newline.',
} as const;

type Values = ValuesOf<typeof migrateParams>;

/**
 * The settings of a move from its params.
 * @throws TaskError `invalid-param` unless both clusters are given by a Secret, or both by a context
 */
export function settingsOf(params: Values): MoveSettings {
  const given = sides.map((side) => ({
    secret: params[`${side}-cluster-secret`] !== '',
    context: params[`${side}-context`] !== '',
  }));
  const bySecret = given.every(({ secret, context }) => secret && !context);
  const byContext = given.every(({ secret, context }) => context && !secret);
  if (!bySecret && !byContext) {
    throw new TaskError('invalid-param', 'choosing the clusters: give both by a Secret, or both by a context', {
      remedy: 'Set source-cluster-secret and destination-cluster-secret, or source-context and destination-context.',
    });
  }
  return {
    source: sideOf('source', params),
    destination: sideOf('destination', params),
    registries: params.registries,
    allowProblems: params['allow-problems'],
    allowForbidden: params['allow-forbidden'],
    ifExists: params['if-exists'],
    referrers: params.referrers,
    verify: params.verify,
    readyTimeout: params['ready-timeout'],
    allowUnready: params['allow-unready'],
    kubeconfigDigest: params['kubeconfig-digest'],
  };
}

function sideOf(side: (typeof sides)[number], params: Values): Side {
  const secret = params[`${side}-cluster-secret`];
  return {
    secret,
    context: secret === '' ? params[`${side}-context`] : side,
    namespace: params[`${side}-namespace`],
    registryInternal: params[`${side}-registry-internal`],
    registryPublic: params[`${side}-registry-public`],
  };
}

function secretOf(side: string) {
  return optional(
    `Secret in the namespace of the run with the ${side} cluster's \`url\`, \`token\` and, for a private CA, \`ca.crt\`. ` +
      `Empty: ${side}-context is used.`,
  );
}
