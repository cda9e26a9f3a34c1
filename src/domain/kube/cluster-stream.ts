import type { ApiKind } from './discovery.ts';
import type { JsonObject } from '../core/json-object.ts';

/** A change as the API server sends it. An object of a bookmark has nothing but its kind and its version. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: JsonObject;
}

export interface WatchOptions {
  /** Absent or empty: all objects. */
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** The changes after this version. Absent or empty: each present object as an ADDED, then the changes. */
  readonly resourceVersion?: string | undefined;
  /** The server has accepted the watch, which may send nothing for a long time. */
  readonly onOpen?: (() => void) | undefined;
}

export interface LogOptions {
  /** Continues until the container ends. */
  readonly follow?: boolean;
  /** The last lines; absent: all. */
  readonly tailLines?: number;
  /** RFC 3339; the server counts whole seconds. */
  readonly sinceTime?: string;
  /** The stream ends after so many bytes, in the middle of a line if need be. */
  readonly limitBytes?: number;
  /** Each line begins with its time, RFC 3339 with nanoseconds, and a space. */
  readonly timestamps?: boolean;
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * What an API server sends for as long as it is read. No more is read than the consumer takes, so a slow consumer holds
 * some hundred KiB. Nothing is sent before the first step of the iteration, which ends without an error when the signal
 * is aborted.
 */
export interface ClusterStream {
  /**
   * The changes of a collection, until the server ends the watch after some minutes. Bookmarks are among them.
   * @throws ClusterStatusError, with status 410 once the version is too old: list again; TaskError `unreachable` when the
   *   connection breaks or is silent, `tls-untrusted`
   */
  watch(collection: WatchedKind, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /**
   * The bytes that a container logs.
   * @throws ClusterStatusError, with status 400 before the container was started, 404 once the pod is gone; TaskError
   *   `unreachable` when the connection breaks, `tls-untrusted`
   */
  followLog(container: LoggedContainer, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface WatchedKind {
  readonly kind: ApiKind;
  /** Empty: all namespaces. */
  readonly namespace: string;
}

export interface LoggedContainer {
  readonly pod: PodName;
  readonly container: string;
}
