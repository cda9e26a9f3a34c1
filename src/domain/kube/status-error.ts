import { TaskError, type ErrorCode } from '../core/errors.ts';

export interface ClusterStatus {
  /** HTTP status, 400 and above. */
  readonly status: number;
  /** `reason` of the Kubernetes Status body, or empty. */
  readonly reason: string;
  readonly message: string;
  /** The parsed body, usually a Kubernetes Status object; undefined when it was not JSON. */
  readonly body?: unknown;
}

/** The API server answered, and refused. */
export class ClusterStatusError extends TaskError {
  readonly status: number;
  readonly reason: string;
  readonly body: unknown;

  constructor(doing: string, answer: ClusterStatus) {
    const description = [String(answer.status), answer.reason, answer.message].filter((part) => part !== '').join(' ');
    super(codeOf(answer.status), `${doing}: ${description}`, { remedy: remedyOf(answer.status) });
    this.status = answer.status;
    this.reason = answer.reason;
    this.body = answer.body;
  }
}

/** Whether an error is the answer of an API server that refused a request, with one of these statuses if some are given. */
export function isRefusal(error: unknown, ...statuses: readonly number[]): error is ClusterStatusError {
  return error instanceof ClusterStatusError && (statuses.length === 0 || statuses.includes(error.status));
}

/** Whether an API server refused this request only: with an unknown token (401) it refuses all. */
export function isRefusalOfRequest(error: unknown): error is ClusterStatusError {
  return isRefusal(error) && error.status !== 401;
}

export function isNotFound(error: unknown): boolean {
  return isRefusal(error, 404);
}

export function isForbidden(error: unknown): boolean {
  return isRefusal(error, 403);
}

export function isConflict(error: unknown): boolean {
  return isRefusal(error, 409);
}

/** For `Promise.catch`: gives a value for refusals with these statuses, and throws all other errors. */
export function onRefusal<T>(statuses: readonly number[], value: T): (error: unknown) => T {
  return (error) => {
    if (isRefusal(error, ...statuses)) return value;
    throw error;
  };
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'unauthorized';
  return status === 403 ? 'forbidden' : 'cluster-refused';
}

function remedyOf(status: number): string {
  switch (status) {
    case 401:
      return 'The token is invalid or expired: renew it in the kubeconfig or in the Secret that it comes from.';
    case 403:
      return 'Give the account the missing right with a Role and RoleBinding, or use another account.';
    case 429:
      return 'The API server limits this account: run again when it is less busy.';
    default:
      return 'Look at the API server and at the object that the message names, then run again.';
  }
}
