import { TaskError, type ErrorCode } from '../core/errors.ts';

/** Why helm refused. */
export const helmFailures = {
  'name-in-use': {
    code: 'cluster-refused',
    remedy: 'Choose another name for the release, or delete the object or release that has the name.',
  },
  pending: {
    code: 'incomplete',
    remedy: 'Wait for the other operation. If its program is dead, run the same task again: it recovers the release.',
  },
  'not-found': {
    code: 'invalid-param',
    remedy: 'Check the name and the namespace: `crane-tasks app list` prints the releases.',
  },
  'not-deployed': {
    code: 'incomplete',
    remedy: 'Run the task again: it finds the unfinished revision and recovers the release.',
  },
  timeout: {
    code: 'timeout',
    remedy: 'Look at the pods and events that the log names. Fix the cause or allow more time, then run again.',
  },
  stopped: { code: 'interrupted', remedy: 'Run again: the release is recovered.' },
  quota: { code: 'cluster-refused', remedy: 'Raise the quota of the namespace or ask for less, then run again.' },
  forbidden: {
    code: 'forbidden',
    remedy: 'Give the account the missing right with a Role and RoleBinding, or use another account.',
  },
  unauthorized: { code: 'unauthorized', remedy: 'The credentials are invalid or expired: renew them, then run again.' },
  'tls-untrusted': { code: 'tls-untrusted', remedy: 'Give the certificate authority of the server with a CA bundle.' },
  unreachable: { code: 'unreachable', remedy: 'Check the address of the API server and the network, then run again.' },
  'too-large': {
    code: 'invalid-file',
    remedy: 'Remove large files from the folder of the chart and large values: Kubernetes stores at most 1 MiB.',
  },
  'invalid-values': { code: 'invalid-file', remedy: 'Fix the values that the message names, then run again.' },
  'kind-not-served': {
    code: 'cluster-refused',
    remedy: 'Install the definition of the kind in the cluster, or switch the object off with a value of the chart.',
  },
  'invalid-chart': {
    code: 'invalid-file',
    remedy: 'Fix the chart or the value that the message names, then run again.',
  },
  'chart-not-found': { code: 'invalid-file', remedy: 'Check the path or the reference and the version of the chart.' },
  'hook-failed': {
    code: 'cluster-refused',
    remedy: 'Look at the log of the hook that the message names, then run again.',
  },
  refused: { code: 'cluster-refused', remedy: 'Fix what the message names, then run again.' },
} as const satisfies Record<string, { readonly code: ErrorCode; readonly remedy: string }>;
export type HelmFailure = keyof typeof helmFailures;

/** Helm ended with an error. */
export class HelmError extends TaskError {
  readonly failure: HelmFailure;

  constructor(failure: HelmFailure, message: string) {
    const { code, remedy } = helmFailures[failure];
    super(code, message, { remedy });
    this.failure = failure;
  }
}

/** For `Promise.catch`: gives a value for some failures of helm, and throws all other errors. */
export function onHelmFailure<T>(failures: readonly HelmFailure[], value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof HelmError && failures.includes(error.failure)) return value;
    throw error;
  };
}
