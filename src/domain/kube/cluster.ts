import type { Redactor, Secret } from '../core/secret.ts';

export interface ClusterRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute API path, each variable part already percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Defaults to `application/json`. */
  readonly contentType?: string;
  readonly accept?: string;
  /** Gives the body of the answer as text: logs are not JSON. */
  readonly asText?: boolean;
}

/**
 * An authenticated connection to one cluster. Transient refusals (429, 5xx, resets) are retried inside. Throws
 * ClusterStatusError for any status of 400 and above, TaskError `unreachable` or `tls-untrusted` without an answer.
 */
export interface Cluster {
  /** What the run that uses the connection knows to be secret. */
  readonly redactor: Redactor;
  /** Name of the kubeconfig context, or `in-cluster`. */
  readonly contextName: string;
  readonly server: string;
  /** Parsed JSON body of a successful answer, or its text when that was asked for. */
  request(request: ClusterRequest): Promise<unknown>;
  /** The bearer token in force now, re-read when it may have rotated; undefined for client certificates. */
  token(): Promise<Secret | undefined>;
  close(): Promise<void>;
}
