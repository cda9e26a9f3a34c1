/** Changes of objects as they happen. */
export interface LiveEvents {
  /**
   * Calls for each object of a collection: first those that exist, then each change. Ends when the server ends the watch,
   * which it does every few minutes.
   * @param path of the collection
   * @throws TaskError `forbidden`, `unreachable`
   */
  watch(collection: WatchedCollection, onObject: (object: unknown) => void): Promise<void>;
}

export interface WatchedCollection {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}
