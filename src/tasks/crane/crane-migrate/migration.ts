import { TaskError } from '../../../domain/core/errors.ts';
import { ownValue } from '../../../domain/core/own-value.ts';
import { allowProblems } from '../../shared/image-plan.ts';
import { allowUnready } from '../crane-verify/verification.ts';
import { kubeconfigDigestParam } from '../../shared/workspaces.ts';
import type { MoveSettings, Side } from '../../../usecases/migrate/move-stages.ts';

const sides = ['source', 'destination'] as const;

/** Params of the Pipeline crane-app-migration, and two contexts for who has a kubeconfig. */
export const migrateParams = {
  'source-cluster-secret': secretOf('source'),
  'source-context': contextOf('source'),
  'source-namespace': { type: 'string', description: 'Namespace of the application on the source cluster.' },
  'destination-cluster-secret': secretOf('destination'),
  'destination-context': contextOf('destination'),
  'destination-namespace': {
    type: 'string',
    description: 'Existing namespace of the application on the destination cluster.',
  },
  'source-registry-internal': registryOf('source', 'inside its cluster'),
  'source-registry-public': registryOf('source', 'for the outside'),
  'destination-registry-internal': registryOf('destination', 'inside its cluster'),
  'destination-registry-public': registryOf('destination', 'for the outside'),
  registries: {
    type: 'string',
    list: true,
    default: '',
    description:
      'Further registries whose images the application uses and that are to be copied, as host or host:port, separated by ' +
      "commas. Empty: only the source cluster's registry.",
  },
  'allow-problems': allowProblems,
  'allow-forbidden': {
    type: 'string',
    list: true,
    default: '',
    description:
      'Kinds that the export may miss because the account may not list them, as `plural.group`, separated by commas. Empty: ' +
      'none, a forbidden kind makes the run fail.',
  },
  'if-exists': {
    type: 'string',
    default: 'fail',
    choices: ['fail', 'skip', 'replace'],
    description: 'What to do with a destination tag that already has another digest: `fail`, `skip` or `replace`.',
  },
  referrers: {
    type: 'string',
    default: 'true',
    choices: ['true', 'best-effort', 'false'],
    description:
      'Whether signatures, attestations and other referrers come with the images: `true`, `best-effort` or `false`.',
  },
  verify: {
    type: 'boolean',
    default: true,
    description: 'Whether the destination is compared at the end with what was planned, as crane-verify does it.',
  },
  'ready-timeout': {
    type: 'integer',
    default: 120,
    minimum: 0,
    maximum: 86_400,
    description: 'Seconds that workloads may take to become ready, when the move is verified.',
  },
  'allow-unready': allowUnready,
  ...kubeconfigDigestParam,
} as const;

type Values = Readonly<Record<string, string | boolean | number>>;

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
    registries: String(params['registries']),
    allowProblems: String(params['allow-problems']),
    allowForbidden: String(params['allow-forbidden']),
    ifExists: String(params['if-exists']),
    referrers: String(params['referrers']),
    verify: params['verify'] === true,
    readyTimeout: Number(params['ready-timeout']),
    allowUnready: String(params['allow-unready']),
    kubeconfigDigest: String(params['kubeconfig-digest']),
  };
}

function sideOf(side: (typeof sides)[number], params: Values): Side {
  const text = (name: string): string => String(ownValue(params, `${side}-${name}`));
  const secret = text('cluster-secret');
  return {
    secret,
    context: secret === '' ? text('context') : side,
    namespace: text('namespace'),
    registryInternal: text('registry-internal'),
    registryPublic: text('registry-public'),
  };
}

function secretOf(side: string) {
  return {
    type: 'string',
    default: '',
    description:
      `Secret in the namespace of the run with the ${side} cluster's \`url\`, \`token\` and, for a private CA, \`ca.crt\`. ` +
      `Empty: ${side}-context is used.`,
  } as const;
}

function contextOf(side: string) {
  return {
    type: 'string',
    default: '',
    description: `Name of the kubeconfig context of the ${side} cluster. Empty: ${side}-cluster-secret is used.`,
  } as const;
}

function registryOf(side: string, where: string) {
  return {
    type: 'string',
    default: '',
    description: `Address of the ${side} registry ${where}, for clusters that cannot tell it. Empty: asked from the cluster.`,
  } as const;
}
