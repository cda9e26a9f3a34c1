import type { Resource } from '../domain/resources/resource.ts';
import type { Secret } from '../domain/secret.ts';

/** One request to the API server of a cluster. */
export interface ClusterRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute API path, each variable part already percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Defaults to `application/json`. */
  readonly contentType?: string;
  readonly accept?: string;
  /** Gives the body of the answer as text: logs are no JSON. */
  readonly asText?: boolean;
}

/**
 * An authenticated connection to one cluster. Transient refusals (429, 5xx, resets, bodies cut short) are retried
 * inside, honouring Retry-After. Throws ClusterStatusError for any status of 400 and above that remains,
 * TaskError `unreachable` or `tls-untrusted` when no answer came at all.
 */
export interface Cluster {
  /** Name of the kubeconfig context, or `in-cluster`. */
  readonly contextName: string;
  readonly server: string;
  /** Parsed JSON body of a successful answer, or its text when that was asked for. */
  request(request: ClusterRequest): Promise<unknown>;
  /** The bearer token in force now, re-read when it may have rotated; undefined for client certificates. */
  token(): Promise<Secret | undefined>;
  close(): Promise<void>;
}

/** A folder that a task reads or owns. Paths are relative, with `/`; they never leave the folder. */
export interface Folder {
  /** Absolute path, for messages. */
  readonly path: string;
  /** Text of a file, or undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Writes whole or not at all: temp file, fsync, rename. Leaves an identical file alone. */
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /**
   * All files below, recursively, sorted by code unit; empty when the folder does not exist. Links and special files are
   * among them: `read` refuses these, so that a manifest is not left out without an error.
   */
  list(): Promise<readonly string[]>;
  /** The folder below with that relative path. */
  folder(path: string): Folder;
}

/** Text form of resources. */
export interface YamlCodec {
  /** All documents of a text. Throws TaskError `invalid-file` naming the source. */
  parse(text: string, source: string): readonly unknown[];
  /** Stable YAML of one document: keys sorted, strings safe for YAML 1.1 readers. */
  format(value: unknown): string;
}

/** Where a use-case tells what it does. Each line is one unit of work. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** Replaces the last progress line on a terminal; elsewhere printed every few seconds. */
  progress(done: number, total: number, message: string): void;
}

/** A Kubernetes object together with the file it came from, relative to its folder. */
export interface ResourceFile {
  readonly path: string;
  readonly resource: Resource;
}
