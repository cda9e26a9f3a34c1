import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';

import { TaskError } from '../../domain/core/errors.ts';
import type { ReleaseId } from '../../domain/helm/helm.ts';
import { isObjectName } from '../../domain/kube/resource.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import type { ValuesOf } from '../../runtime/define-task.ts';
import type { ReleaseLimits } from '../../usecases/app/release-ports.ts';
import { choice, optional, seconds, toggle } from './param-kinds.ts';
import { clusterParams, kubeconfigDigestParam } from './params.ts';

/** Where releases are. */
export const placeParams = {
  namespace: optional('Namespace of the release. Empty: that of the context.'),
  context: clusterParams.context,
  ...kubeconfigDigestParam,
} as const;

/** A command about one release. */
export const releaseParams = {
  release: { type: 'string', isWord: true, description: 'Name of the Helm release.' },
  ...placeParams,
} as const;

export const outputParam = {
  output: choice(['table', 'json'], 'Format of the output: `table` for people or `json` for programs.'),
} as const;

/** A command that changes a release. */
export const changeParams = {
  wait: toggle(true, 'Whether to wait until the pods are ready, or gone.'),
  'stall-timeout': seconds(
    { fallback: 300, minimum: 1 },
    'Seconds without any progress of the pods before the command gives up.',
  ),
  'wait-timeout': seconds({ fallback: 60 }, 'Seconds to wait for another run that works on the same release.'),
} as const;

/** As many as helm keeps itself. */
const historyLimit = 10;

export function limitsOf(params: ValuesOf<typeof changeParams>): ReleaseLimits {
  return {
    wait: params.wait,
    stallMilliseconds: params['stall-timeout'] * 1000,
    patience: params['wait-timeout'] * 1000,
    historyLimit,
  };
}

/** Names a run in Leases. A pod has its name as host name. */
export function ownerName(): string {
  return `${hostname()}-${randomUUID().slice(0, 8)}`;
}

/** @throws TaskError `invalid-param` */
export function releaseId(namespace: string, name: string): ReleaseId {
  if (isObjectName(name) && name.length <= 53) return { namespace, name };
  throw new TaskError('invalid-param', `--release: expected the name of a release, got ${JSON.stringify(name)}`, {
    remedy: 'Run app-list for the names.',
  });
}

/** The end of a command that only reads. */
export function shown(stdout: string, summary: string): Outcome<never, never> {
  return { items: [], results: {}, summary, stdout };
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
